using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The maximum pool of 2×2 windows with stride 2 as a part of other passes, sixteen windows (forward) or eight (backward) at a time.</summary>
/// <remarks>
/// Two rows of the plane make a row of windows: the even and the odd elements of both are the four candidates.
/// <code>
///   a b a b …   even → a a …   b beats a, d beats c, then (c, d) beats (a, b), if larger or the first NaN:
///   c d c d …   odd  → b b …   the order of the places 0, 1, 2, 3 decides between equals.
/// </code>
/// </remarks>
internal static unsafe class HalvingRows
{
    /// <summary>Whether this is the pool and these are the vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool CanRun<T, TElement>(in PoolGeometry geometry)
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged => Avx512F.IsSupported && typeof(T) == typeof(Lanes512<float>) && geometry.IsHalving;

    /// <summary>Computes the terms of a plane and keeps the largest of each window.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Pool<TTerm, T, TElement>(
        in PoolGeometry geometry,
        float* x,
        float* y,
        byte* places,
        in TTerm term
    )
        where TTerm : struct, ITerm<T>
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        var own = term;
        var (width, outputs, height) = (geometry.Width, geometry.OutputWidth, geometry.OutputHeight);
        for (var row = 0; row < height; row++)
        {
            for (var column = 0; column < outputs; column += 16)
            {
                // Elements of the two vectors of a row.
                var count = Math.Min(16, outputs - column);
                var low = Math.Min(16, 2 * count);
                var high = 2 * count - low;
                var place = 2 * row * width + 2 * column;
                var (best, b) = Split<TTerm, T, TElement>(own, x + place, low, high);
                var (c, d) = Split<TTerm, T, TElement>(own, x + place + width, low, high);
                var (first, second) = (Vector512<int>.Zero, Vector512.Create(2));
                Take(b, Vector512<int>.One, ref best, ref first);
                Take(d, Vector512.Create(3), ref c, ref second);
                Take(c, second, ref best, ref first);
                if (count == 16)
                {
                    best.Store(y + column);
                }
                else
                {
                    Vector512Ops<float>.StorePartial(y + column, best, count);
                }

                if (places != null)
                {
                    var narrow = Avx512F.ConvertToVector128Byte(first);
                    Avx512BW.VL.MaskStore(places + column, FirstBytes(count), narrow);
                }
            }

            y += outputs;
            places = places == null ? null : places + outputs;
        }
    }

    /// <summary>The gradients before the pool and the formula: dy · f′, told from y, at the place that won its window, and zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Spread<TThen>(in PoolGeometry geometry, float* y, float* dy, byte* places, float* dz)
        where TThen : struct, IThen
    {
        var (width, outputs, height) = (geometry.Width, geometry.OutputWidth, geometry.OutputHeight);
        var twice = Vector512<int>.Indices >>> 1;
        var above = Vector512<int>.Indices & Vector512<int>.One;
        var below = above + Vector512.Create(2);
        for (var row = 0; row < height; row++)
        {
            for (var column = 0; column < outputs; column += 8)
            {
                var count = Math.Min(8, outputs - column);
                var value = new Lanes512<float>(Vector512Ops<float>.LoadPartial(y + column, count));
                var slope = new Lanes512<float>(Vector512Ops<float>.LoadPartial(dy + column, count));
                var gradient = TThen.GradientFromValue(value, slope).Vector;
                var places8 = Avx512BW.VL.MaskLoad(places + column, FirstBytes(count), Vector128<byte>.Zero);
                var winner = Avx512F.ConvertToVector512Int32(places8);
                gradient = Avx512F.PermuteVar16x32(gradient, twice);
                winner = Avx512F.PermuteVar16x32(winner, twice);
                var place = 2 * row * width + 2 * column;
                var upper = gradient & Vector512.Equals(winner, above).AsSingle();
                var lower = gradient & Vector512.Equals(winner, below).AsSingle();
                if (count == 8)
                {
                    upper.Store(dz + place);
                    lower.Store(dz + place + width);
                }
                else
                {
                    Vector512Ops<float>.StorePartial(dz + place, upper, 2 * count);
                    Vector512Ops<float>.StorePartial(dz + place + width, lower, 2 * count);
                }
            }

            y += outputs;
            dy += outputs;
            places += outputs;
        }

        if (geometry.InputSize != 4 * geometry.OutputSize)
        {
            geometry.ClearUncovered(dz);
        }
    }

    // The terms of the even and the odd elements of a row.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float> Even, Vector512<float> Odd) Split<TTerm, T, TElement>(
        in TTerm term,
        float* x,
        int low,
        int high
    )
        where TTerm : struct, ITerm<T>
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        var evens = Vector512<int>.Indices << 1;
        var first = Of<TTerm, T>(term, Vector512Ops<float>.LoadPartial(x, low));
        var second = high == 0 ? first : Of<TTerm, T>(term, Vector512Ops<float>.LoadPartial(x + 16, high));
        return (
            Avx512F.PermuteVar16x32x2(first, evens, second),
            Avx512F.PermuteVar16x32x2(first, evens + Vector512<int>.One, second)
        );
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Of<TTerm, T>(in TTerm term, Vector512<float> x)
        where TTerm : struct, ITerm<T>
        where T : struct, ILanes<T> =>
        Unsafe.BitCast<T, Vector512<float>>(term.Of(Unsafe.BitCast<Vector512<float>, T>(x), default));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> FirstBytes(int count) =>
        Vector128.LessThan(Vector128<byte>.Indices, Vector128.Create((byte)count));

    // A candidate wins if it is larger, or the first NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take(
        Vector512<float> value,
        Vector512<int> place,
        ref Vector512<float> best,
        ref Vector512<int> at
    )
    {
        var wins = Avx512F.CompareNotLessThanOrEqual(value, best) & Avx512F.CompareOrdered(best, best);
        best = Vector512.ConditionalSelect(wins, value, best);
        at = Vector512.ConditionalSelect(wins.AsInt32(), place, at);
    }
}
