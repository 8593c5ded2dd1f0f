using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Combines each of sixteen contiguous rows of floats into one element, in the order of <see cref="RowReduction"/>, and folds their lanes together: short rows spend most of their time there.</summary>
/// <remarks>
/// <code>
///   lanes of two rows   p p p p | p p p p     lo: p p p p | q q q q
///                       q q q q | q q q q     hi: p p p p | q q q q     lo with hi: both rows, half as many lanes
/// </code>
/// Four such steps make one vector of sixteen results, 45 instructions in place of nine a row.
/// </remarks>
internal static unsafe class SixteenRows
{
    public const int Count = 16;

    /// <summary>Whether the processor has what this needs.</summary>
    public static bool IsSupported => Avx512F.IsSupported;

    /// <summary>Elements of the longest row that gains by it.</summary>
    public const int LongestRow = 128;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Run<TKernel>(float* x, long length, float* y)
        where TKernel : struct, IReduceKernel
    {
        var lanes = stackalloc float[Count * Count];
        var none = Vector512.Create((float)TKernel.Identity);
        var whole = length / (2 * Count) * (2 * Count);
        var left = (int)(length - whole);
        var (leftA, leftB) = (First(left), First(left - Count));
        for (var row = 0; row < Count; row++, x += length)
        {
            var (a, b) = (none, none);
            for (long i = 0; i < whole; i += 2 * Count)
            {
                a = Combine<TKernel>(a, Vector512.Load(x + i));
                b = Combine<TKernel>(b, Vector512.Load(x + i + Count));
            }

            // Lanes beyond the end of the row stay as they are.
            if (left > 0)
            {
                a = Vector512.ConditionalSelect(
                    leftA,
                    Combine<TKernel>(a, Avx512F.MaskLoad(x + whole, leftA, none)),
                    a
                );
            }

            if (left > Count)
            {
                var value = Avx512F.MaskLoad(x + whole + Count, leftB, none);
                b = Vector512.ConditionalSelect(leftB, Combine<TKernel>(b, value), b);
            }

            Combine<TKernel>(a, b).Store(lanes + row * Count);
        }

        var first = Couple<TKernel>(Quarter<TKernel>(lanes), Quarter<TKernel>(lanes + Count));
        var second = Couple<TKernel>(Quarter<TKernel>(lanes + 2 * Count), Quarter<TKernel>(lanes + 3 * Count));
        Pair<TKernel>(first, second).Store(y);
    }

    private static Vector512<float> First(int count) =>
        Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();

    // Four lanes of each of four rows, four apart.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Quarter<TKernel>(float* lanes)
        where TKernel : struct, IReduceKernel
    {
        var upper = Halves<TKernel>(Vector512.Load(lanes), Vector512.Load(lanes + 4 * Count));
        var lower = Halves<TKernel>(Vector512.Load(lanes + 8 * Count), Vector512.Load(lanes + 12 * Count));
        return Combine<TKernel>(
            Avx512F.Shuffle4x128(upper, lower, 0b10_00_10_00),
            Avx512F.Shuffle4x128(upper, lower, 0b11_01_11_01)
        );
    }

    // Eight lanes of each of two rows.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Halves<TKernel>(Vector512<float> p, Vector512<float> q)
        where TKernel : struct, IReduceKernel =>
        Combine<TKernel>(Avx512F.Shuffle4x128(p, q, 0b01_00_01_00), Avx512F.Shuffle4x128(p, q, 0b11_10_11_10));

    // Two lanes of each of eight rows.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Couple<TKernel>(Vector512<float> p, Vector512<float> q)
        where TKernel : struct, IReduceKernel =>
        Combine<TKernel>(Avx512F.Shuffle(p, q, 0b01_00_01_00), Avx512F.Shuffle(p, q, 0b11_10_11_10));

    // The results.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Pair<TKernel>(Vector512<float> p, Vector512<float> q)
        where TKernel : struct, IReduceKernel =>
        Combine<TKernel>(Avx512F.Shuffle(p, q, 0b10_00_10_00), Avx512F.Shuffle(p, q, 0b11_01_11_01));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Combine<TKernel>(Vector512<float> lower, Vector512<float> upper)
        where TKernel : struct, IReduceKernel =>
        TKernel.Combine(new Lanes512<float>(lower), new Lanes512<float>(upper)).Vector;
}
