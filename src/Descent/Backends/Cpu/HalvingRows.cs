using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The maximum pool of 2×2 windows with stride 2 as a part of other passes, sixteen windows at a time.</summary>
/// <remarks>
/// Two rows of the plane make a row of windows: the even and the odd elements of both are the four candidates.
/// <code>
///   a b a b …   even → a a …   b beats a, d beats c, then (c, d) beats (a, b), if larger or the first NaN:
///   c d c d …   odd  → b b …   the order of the places 0, 1, 2, 3 decides between equals.
/// </code>
/// Where a row has eight windows or fewer, the second half of the vectors is the next row of windows. Whole vectors are
/// read and written as far as the plane goes: what a row leaves behind its end, the next one overwrites.
/// </remarks>
internal static unsafe class HalvingRows
{
    /// <summary>Elements behind a plane that <see cref="Spread"/> may overwrite.</summary>
    public const int Slack = 32;

    // Elements; two pages of memory.
    private const int Ahead = 2048;

    /// <summary>Whether this is the pool and these are the vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool CanRun<T, TElement>(in PoolGeometry geometry)
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged =>
        Avx512BW.VL.IsSupported && typeof(T) == typeof(Lanes512<float>) && geometry.IsHalving;

    /// <summary>Computes the terms of a plane and keeps the largest of each window; where the planes are <paramref name="isFar"/>, asks for what comes next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Pool<TTerm, T>(
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
        var (width, outputs, height) = (geometry.Width, geometry.OutputWidth, geometry.OutputHeight);
        var rows = RowsTogether(outputs);
        var second = rows == 2 ? 2 * width : 16;
        var indices = Vector512<int>.Indices;
        var evens = indices << 1;
        if (rows == 2)
        {
            var isFirst = Vector512.LessThan(indices, Vector512.Create(outputs));
            evens = Vector512.ConditionalSelect(isFirst, evens, evens + Vector512.Create(16 - 2 * outputs));
        }

        var odds = evens + Vector512<int>.One;
        var end = x + geometry.InputSize;
        for (var row = 0; row < height; row += rows)
        {
            for (var column = 0; column < outputs; column += 16)
            {
                var from = x + 2 * row * width + 2 * column;
                var at = row * outputs + column;
                if (isFar)
                {
                    var ahead = x + 4L * at + Ahead;
                    Sse.Prefetch0(ahead);
                    Sse.Prefetch0(ahead + 16);
                    Sse.Prefetch0(ahead + 32);
                    Sse.Prefetch0(ahead + 48);
                }

                Vector512<float> a,
                    b,
                    c,
                    d;
                if (from + second + width + 16 <= end)
                {
                    (a, b) = Split<TTerm, T>(own, Vector512.Load(from), Vector512.Load(from + second), evens, odds);
                    from += width;
                    (c, d) = Split<TTerm, T>(own, Vector512.Load(from), Vector512.Load(from + second), evens, odds);
                }
                else
                {
                    (a, b) = Split<TTerm, T>(own, Load(from, end), Load(from + second, end), evens, odds);
                    from += width;
                    (c, d) = Split<TTerm, T>(own, Load(from, end), Load(from + second, end), evens, odds);
                }

                var (best, winners) = Largest(a, b, c, d);
                if (at + 16 <= geometry.OutputSize)
                {
                    best.Store(y + at);
                    if (places != null)
                    {
                        var narrow = Avx512F.ConvertToVector128Byte(winners);
                        narrow.Store(places + at);
                    }
                }
                else
                {
                    var count = Count(outputs, height, row, column);
                    Vector512Ops<float>.StorePartial(y + at, best, count);
                    if (places != null)
                    {
                        var narrow = Avx512F.ConvertToVector128Byte(winners);
                        Avx512BW.VL.MaskStore(places + at, FirstBytes(count), narrow);
                    }
                }
            }
        }
    }

    /// <summary>The gradients before the pool and the formula: dy · f′, told from y, at the place that won its window, and zeros; memory <paramref name="ahead"/> windows on is on its way to the cache then.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Spread<TThen>(in PoolGeometry geometry, float* y, float* dy, byte* places, float* dz, long ahead)
        where TThen : struct, IThen
    {
        var spread = new Spreading(geometry);
        var (width, outputs, height) = (geometry.Width, geometry.OutputWidth, geometry.OutputHeight);
        for (var row = 0; row < height; row += spread.Rows)
        {
            for (var column = 0; column < outputs; column += 16)
            {
                var count = Count(outputs, height, row, column);
                var at = row * outputs + column;
                Sse.Prefetch0(y + at + ahead);
                Sse.Prefetch0(dy + at + ahead);
                Sse.Prefetch0(places + at + ahead);
                var (gradient, winner) = Load<TThen>(
                    y + at,
                    dy + at,
                    places + at,
                    at + 16 <= geometry.OutputSize,
                    count
                );
                var to = dz + 2 * row * width + 2 * column;
                if (column + 16 < outputs || outputs <= 16)
                {
                    Spreading.Upper(gradient, winner, 0).Store(to);
                    if (spread.Rows == 2)
                    {
                        Spreading.Lower(gradient, winner, 0).Store(to + width);
                        if (count > outputs)
                        {
                            Spreading.Upper(gradient, winner, spread.Next).Store(to + 2 * width);
                            Spreading.Lower(gradient, winner, spread.Next).Store(to + 3 * width);
                        }
                    }
                    else
                    {
                        Spreading.Upper(gradient, winner, spread.Next).Store(to + 16);
                        Spreading.Lower(gradient, winner, 0).Store(to + width);
                        Spreading.Lower(gradient, winner, spread.Next).Store(to + width + 16);
                    }

                    continue;
                }

                var (low, high) = (Math.Min(16, 2 * count), Math.Max(0, 2 * count - 16));
                Vector512Ops<float>.StorePartial(to, Spreading.Upper(gradient, winner, 0), low);
                Vector512Ops<float>.StorePartial(to + 16, Spreading.Upper(gradient, winner, spread.Next), high);
                to += width;
                Vector512Ops<float>.StorePartial(to, Spreading.Lower(gradient, winner, 0), low);
                Vector512Ops<float>.StorePartial(to + 16, Spreading.Lower(gradient, winner, spread.Next), high);
            }
        }

        if (geometry.InputSize != 4 * geometry.OutputSize)
        {
            geometry.ClearUncovered(dz);
        }
    }

    /// <summary>What <see cref="Pool"/> takes together: with two rows, sixteen windows are one row and the next one.</summary>
    private static int RowsTogether(int outputs) => outputs <= 8 ? 2 : 1;

    private static int Count(int outputs, int height, int row, int column) =>
        outputs <= 8 ? Math.Min(2, height - row) * outputs : Math.Min(16, outputs - column);

    // Up to sixteen elements before the end of a plane.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load(float* from, float* end) =>
        Vector512Ops<float>.LoadPartial(from, (int)Math.Clamp(end - from, 0, 16));

    // The gradients of sixteen windows before the formula, and their places.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float> Gradient, Vector512<int> Winner) Load<TThen>(
        float* y,
        float* dy,
        byte* places,
        bool isWhole,
        int count
    )
        where TThen : struct, IThen
    {
        var value = isWhole ? Vector512.Load(y) : Vector512Ops<float>.LoadPartial(y, count);
        var slope = isWhole ? Vector512.Load(dy) : Vector512Ops<float>.LoadPartial(dy, count);
        var winners = isWhole
            ? Vector128.Load(places)
            : Avx512BW.VL.MaskLoad(places, FirstBytes(count), Vector128<byte>.Zero);
        var gradient = TThen.GradientFromValue(new Lanes512<float>(value), new Lanes512<float>(slope)).Vector;
        return (gradient, Avx512F.ConvertToVector512Int32(winners));
    }

    // The terms of the even and the odd elements of a row.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float> Even, Vector512<float> Odd) Split<TTerm, T>(
        in TTerm term,
        Vector512<float> first,
        Vector512<float> second,
        Vector512<int> evens,
        Vector512<int> odds
    )
        where TTerm : struct, ITerm<T>
        where T : struct, ILanes<T>
    {
        first = Of<TTerm, T>(term, first);
        second = Of<TTerm, T>(term, second);
        return (Avx512F.PermuteVar16x32x2(first, evens, second), Avx512F.PermuteVar16x32x2(first, odds, second));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Of<TTerm, T>(in TTerm term, Vector512<float> x)
        where TTerm : struct, ITerm<T>
        where T : struct, ILanes<T> =>
        Unsafe.BitCast<T, Vector512<float>>(term.Of(Unsafe.BitCast<Vector512<float>, T>(x), default));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> FirstBytes(int count) =>
        Vector128.LessThan(Vector128<byte>.Indices, Vector128.Create((byte)count));

    // Of equals, as of anything and a NaN, the processor's maximum gives its second operand.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float> Best, Vector512<int> Winners) Largest(
        Vector512<float> a,
        Vector512<float> b,
        Vector512<float> c,
        Vector512<float> d
    )
    {
        var unordered =
            Vector512.ExtractMostSignificantBits(Avx512F.CompareUnordered(a, b))
            | Vector512.ExtractMostSignificantBits(Avx512F.CompareUnordered(c, d));
        if (unordered != 0)
        {
            return LargestOrNaN(a, b, c, d);
        }

        var (best, rest) = (Avx512F.Max(b, a), Avx512F.Max(d, c));
        var upper = Where(Vector512.GreaterThan(b, a), Vector512<int>.One, Vector512<int>.Zero);
        var lower = Where(Vector512.GreaterThan(d, c), Vector512.Create(3), Vector512.Create(2));
        return (Avx512F.Max(rest, best), Where(Vector512.GreaterThan(rest, best), lower, upper));
    }

    // Inline: behind a call no register keeps its vector.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float> Best, Vector512<int> Winners) LargestOrNaN(
        Vector512<float> a,
        Vector512<float> b,
        Vector512<float> c,
        Vector512<float> d
    )
    {
        var (best, winners) = (a, Vector512<int>.Zero);
        Take(b, Vector512<int>.One, ref best, ref winners);
        Take(c, Vector512.Create(2), ref best, ref winners);
        Take(d, Vector512.Create(3), ref best, ref winners);
        return (best, winners);
    }

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
        at = Where(wins, place, at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Where(Vector512<float> mask, Vector512<int> whenTrue, Vector512<int> whenFalse) =>
        Vector512.ConditionalSelect(mask.AsInt32(), whenTrue, whenFalse);

    /// <summary>From sixteen windows to the elements that they see.</summary>
    private readonly struct Spreading(in PoolGeometry geometry)
    {
        /// <summary>Rows of windows.</summary>
        public readonly int Rows = RowsTogether(geometry.OutputWidth);

        /// <summary>The first window of the second vectors.</summary>
        public readonly int Next = geometry.OutputWidth <= 8 ? geometry.OutputWidth : 8;

        /// <summary>Gradients of the upper row of the windows from <paramref name="first"/> on.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Upper(Vector512<float> gradient, Vector512<int> winner, int first) =>
            At(gradient, winner, first, Vector512<int>.Indices & Vector512<int>.One);

        /// <summary>Gradients of the lower row of the windows from <paramref name="first"/> on.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Lower(Vector512<float> gradient, Vector512<int> winner, int first) =>
            At(gradient, winner, first, (Vector512<int>.Indices & Vector512<int>.One) + Vector512.Create(2));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<float> At(
            Vector512<float> gradient,
            Vector512<int> winner,
            int first,
            Vector512<int> place
        )
        {
            var windows = (Vector512<int>.Indices >>> 1) + Vector512.Create(first);
            var wins = Vector512.Equals(Avx512F.PermuteVar16x32(winner, windows), place);
            return Vector512.ConditionalSelect(
                wins.AsSingle(),
                Avx512F.PermuteVar16x32(gradient, windows),
                Vector512<float>.Zero
            );
        }
    }
}
