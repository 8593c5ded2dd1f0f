using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The maximum pool of 3×3 windows with stride 2 and padding 1, as residual networks begin with, sixteen windows at a time in strips down a float32 plane.</summary>
/// <remarks>
/// <code>
///   columns   −1  0  1  2  3  4        a window sees a left column (odd), a middle one (even) and a right one (odd),
///   window 0  └──────┘                 and shares its first row with the window above it:
///   window 1        └──────┘           that row's largest stay in registers.
/// </code>
/// </remarks>
internal static unsafe class MaxPoolThree
{
    /// <summary>Whether this is the pool, the rows are long enough and the machine has the vectors.</summary>
    public static bool CanRun(in PoolGeometry geometry) =>
        Avx512BW.VL.IsSupported
        && geometry.Window is { KernelHeight: 3, KernelWidth: 3, StrideY: 2, StrideX: 2, PaddingY: 1, PaddingX: 1 }
        && geometry.Window is { DilationY: 1, DilationX: 1 }
        && geometry.OutputWidth == (geometry.Width + 1) / 2
        && geometry.OutputHeight == (geometry.Height + 1) / 2
        && geometry.OutputWidth >= 8;

    /// <summary>Computes the terms of a plane and keeps the largest of each window; false, with the result unfinished, where a term is NaN or a window holds nothing above −∞: the plain loop decides there. Where the planes are <paramref name="isFar"/>, asks for the next one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static bool Forward<TTerm, T>(
        in PoolGeometry geometry,
        float* x,
        float* y,
        byte* places,
        in TTerm term,
        bool isFar = false
    )
        where TTerm : struct, ITerm<T>
        where T : struct, ILanes<T>
    {
        var own = term;
        var (width, height, outputs) = (geometry.Width, geometry.Height, geometry.OutputWidth);
        var end = x + geometry.InputSize;
        var lowest = Vector512.Create(float.NegativeInfinity);
        var evens = Vector512<int>.Indices << 1;
        for (var column = 0; column < outputs; column += 16)
        {
            var count = Math.Min(16, outputs - column);
            var present = Present(count);
            var strip = new Strip(column, width);
            var (above, aboveAt) = (lowest, Vector512<int>.Zero);
            ulong refused = 0;
            for (var row = 0; row < geometry.OutputHeight; row++)
            {
                if (isFar)
                {
                    var step = column / 16 * geometry.OutputHeight + row;
                    Ask(geometry, x, y, places == null ? (byte*)y : places, step);
                }

                var from = x + 2 * row * width + 2 * column;
                var (best, at) = Across<TTerm, T>(own, strip, from, end, evens, ref refused);
                at += Vector512.Create(3);
                var wins = Vector512.GreaterThan(best, above);
                at = Vector512.ConditionalSelect(wins.AsInt32(), at, aboveAt);
                best = Avx512F.Max(best, above);
                if (2 * row + 1 < height)
                {
                    (above, aboveAt) = Across<TTerm, T>(own, strip, from + width, end, evens, ref refused);
                    wins = Vector512.GreaterThan(above, best);
                    at = Vector512.ConditionalSelect(wins.AsInt32(), aboveAt + Vector512.Create(6), at);
                    best = Avx512F.Max(above, best);
                }

                refused |= Vector512.ExtractMostSignificantBits(Vector512.Equals(best, lowest));
                var to = row * outputs + column;
                var narrow = Avx512F.ConvertToVector128Byte(at);
                if (count == 16)
                {
                    best.Store(y + to);
                    if (places != null)
                    {
                        narrow.Store(places + to);
                    }
                }
                else
                {
                    Vector512Ops<float>.StorePartial(y + to, best, count);
                    if (places != null)
                    {
                        Avx512BW.VL.MaskStore(places + to, FirstBytes(count), narrow);
                    }
                }
            }

            if ((refused & present) != 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The gradient of one plane: each goes to the place that won its window; where windows overlap they add up in order of the windows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Backward(in PoolGeometry geometry, float* dy, byte* places, float* dx)
    {
        var (width, height, outputs) = (geometry.Width, geometry.Height, geometry.OutputWidth);
        var isFar = geometry.IsFar;
        for (var column = 0; column < outputs; column += 16)
        {
            var (count, next) = (Math.Min(16, outputs - column), Math.Min(16, outputs - column - 1));
            var columns = Math.Min(32, width - 2 * column);
            var (low, high) = (Math.Min(16, columns), Math.Max(0, columns - 16));
            var (middle, odd) = (Vector512<float>.Zero, Vector512<float>.Zero);
            for (var row = 0; row < geometry.OutputHeight; row++)
            {
                var at = row * outputs + column;
                if (isFar)
                {
                    Ask(geometry, dx, dy, places, column / 16 * geometry.OutputHeight + row);
                }

                var here = Gradients.Load(dy + at, places + at, count);
                var right = Gradients.Load(dy + at + 1, places + at + 1, next);
                var to = dx + 2 * row * width + 2 * column;
                if (row > 0)
                {
                    Save(middle + here.At(1), odd + here.At(2) + right.At(0), to - width, low, high);
                }

                Save(here.At(4), here.At(5) + right.At(3), to, low, high);
                (middle, odd) = (here.At(7), here.At(8) + right.At(6));
                if (row + 1 == geometry.OutputHeight && 2 * row + 1 < height)
                {
                    Save(middle, odd, to + width, low, high);
                }
            }
        }
    }

    // A strip skips through a plane in a way that the processor does not foresee: in as many steps as the strips have rows,
    // the next plane is asked for from end to end.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Ask(in PoolGeometry geometry, float* large, float* small, byte* places, int step)
    {
        large += geometry.InputSize + 64L * step;
        Sse.Prefetch1(large);
        Sse.Prefetch1(large + 16);
        Sse.Prefetch1(large + 32);
        Sse.Prefetch1(large + 48);
        Sse.Prefetch1(small + geometry.OutputSize + 16L * step);
        Sse.Prefetch1(places + geometry.OutputSize + 16L * step);
    }

    // Of each window's three columns in one row the largest, and which one it is: of equals the first.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float> Best, Vector512<int> At) Across<TTerm, T>(
        in TTerm term,
        in Strip strip,
        float* from,
        float* end,
        Vector512<int> evens,
        ref ulong refused
    )
        where TTerm : struct, ITerm<T>
        where T : struct, ILanes<T>
    {
        var lowest = Vector512.Create(float.NegativeInfinity);
        Vector512<float> first,
            second;
        if (from + 32 <= end)
        {
            (first, second) = (Vector512.Load(from), Vector512.Load(from + 16));
        }
        else
        {
            (first, second) = (Load(from, end), Load(from + 16, end));
        }

        (first, second) = (Of<TTerm, T>(term, first), Of<TTerm, T>(term, second));
        var middle = Avx512F.PermuteVar16x32x2(first, evens, second);
        var right = Avx512F.PermuteVar16x32x2(first, evens + Vector512<int>.One, second);
        right = Vector512.ConditionalSelect(strip.HasRight, right, lowest);

        // The right columns, moved by one window; the first window's left column is its neighbour's right one.
        var left = strip.IsFirst ? lowest : Of<TTerm, T>(term, Vector512.Create(from[-1]));
        left = Avx512F.AlignRight32(right.AsInt32(), left.AsInt32(), 15).AsSingle();
        refused |= Vector512.ExtractMostSignificantBits(Avx512F.CompareUnordered(left, middle));
        refused |= Vector512.ExtractMostSignificantBits(Avx512F.CompareUnordered(right, right));
        var wins = Vector512.GreaterThan(middle, left);
        var at = Vector512.ConditionalSelect(wins.AsInt32(), Vector512<int>.One, Vector512<int>.Zero);
        var best = Avx512F.Max(middle, left);
        wins = Vector512.GreaterThan(right, best);
        at = Vector512.ConditionalSelect(wins.AsInt32(), Vector512.Create(2), at);
        return (Avx512F.Max(right, best), at);
    }

    // Up to sixteen elements before the end of a plane.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load(float* from, float* end) =>
        Vector512Ops<float>.LoadPartial(from, (int)Math.Clamp(end - from, 0, 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Of<TTerm, T>(in TTerm term, Vector512<float> x)
        where TTerm : struct, ITerm<T>
        where T : struct, ILanes<T> =>
        Unsafe.BitCast<T, Vector512<float>>(term.Of(Unsafe.BitCast<Vector512<float>, T>(x), default));

    // Writes middle and odd columns in turns.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Save(Vector512<float> middle, Vector512<float> odd, float* to, int low, int high)
    {
        var turns = (Vector512<int>.Indices >>> 1) + ((Vector512<int>.Indices & Vector512<int>.One) << 4);
        var first = Avx512F.PermuteVar16x32x2(middle, turns, odd);
        var second = Avx512F.PermuteVar16x32x2(middle, turns + Vector512.Create(8), odd);
        if (high == 16)
        {
            first.Store(to);
            second.Store(to + 16);
        }
        else
        {
            Vector512Ops<float>.StorePartial(to, first, low);
            Vector512Ops<float>.StorePartial(to + 16, second, high);
        }
    }

    private static ulong Present(int count) => (1ul << count) - 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> FirstBytes(int count) =>
        Vector128.LessThan(Vector128<byte>.Indices, Vector128.Create((byte)count));

    /// <summary>Sixteen windows side by side: which of them have a right column, and whether the first has a left one.</summary>
    private readonly struct Strip(int column, int width)
    {
        public readonly bool IsFirst = column == 0;

        public readonly Vector512<float> HasRight = Vector512
            .LessThan((Vector512<int>.Indices << 1) + Vector512.Create(2 * column + 1), Vector512.Create(width))
            .AsSingle();
    }

    /// <summary>The gradients of windows side by side, and their places.</summary>
    private readonly struct Gradients(Vector512<float> values, Vector512<int> winners)
    {
        // Added to zero, as the first of several gradients is: −0 becomes 0.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Gradients Load(float* dy, byte* places, int count)
        {
            var values = count == 16 ? Vector512.Load(dy) : Vector512Ops<float>.LoadPartial(dy, count);
            var winners =
                count == 16
                    ? Vector128.Load(places)
                    : Avx512BW.VL.MaskLoad(places, FirstBytes(count), Vector128<byte>.Zero);
            return new(values + Vector512<float>.Zero, Avx512F.ConvertToVector512Int32(winners));
        }

        /// <summary>Those that go to a place, and zeros.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> At(int place) =>
            Vector512.ConditionalSelect(
                Vector512.Equals(winners, Vector512.Create(place)).AsSingle(),
                values,
                Vector512<float>.Zero
            );
    }
}
