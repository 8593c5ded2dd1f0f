using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Rows whose every element has a scale and a shift of its own.</summary>
internal static unsafe class ScaledRow
{
    /// <summary>to = (x − mean) · inverse · scale + shift; past the cache when <paramref name="streams"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<T, TElement>(
        TElement* x,
        TElement* scale,
        TElement* shift,
        TElement* to,
        long count,
        T mean,
        T inverse,
        bool streams
    )
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        long i = 0;
        if (streams)
        {
            var bytes = T.Count * sizeof(TElement);
            i = Math.Min(count, (-(nint)to & (bytes - 1)) / sizeof(TElement));
            if (i > 0)
            {
                Partial<T, TElement>(x, scale, shift, to, (int)i, mean, inverse);
            }

            for (; i + T.Count <= count; i += T.Count)
            {
                var unit = (T.Load(x + i) - mean) * inverse;
                LaneMemory.StoreStreamed(to + i, T.FusedMultiplyAdd(unit, T.Load(scale + i), T.Load(shift + i)));
            }
        }

        for (; i + T.Count <= count; i += T.Count)
        {
            var unit = (T.Load(x + i) - mean) * inverse;
            T.Store(to + i, T.FusedMultiplyAdd(unit, T.Load(scale + i), T.Load(shift + i)));
        }

        if (i < count)
        {
            Partial(x + i, scale + i, shift + i, to + i, (int)(count - i), mean, inverse);
        }
    }

    /// <summary>scaled = dy · scale; adds dy · (x − mean) · inverse to dscale and dy to dshift.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradient<T, TElement>(
        TElement* x,
        TElement* dy,
        TElement* scale,
        TElement* scaled,
        TElement* dscale,
        TElement* dshift,
        long count,
        T mean,
        T inverse
    )
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        long i = 0;
        for (; i + T.Count <= count; i += T.Count)
        {
            var slope = T.Load(dy + i);
            var unit = (T.Load(x + i) - mean) * inverse;
            T.Store(scaled + i, slope * T.Load(scale + i));
            T.Store(dscale + i, T.FusedMultiplyAdd(slope, unit, T.Load(dscale + i)));
            T.Store(dshift + i, T.Load(dshift + i) + slope);
        }

        if (i < count)
        {
            var rest = (int)(count - i);
            var slope = T.LoadPartial(dy + i, rest);
            var unit = (T.LoadPartial(x + i, rest) - mean) * inverse;
            T.StorePartial(scaled + i, slope * T.LoadPartial(scale + i, rest), rest);
            T.StorePartial(dscale + i, T.FusedMultiplyAdd(slope, unit, T.LoadPartial(dscale + i, rest)), rest);
            T.StorePartial(dshift + i, T.LoadPartial(dshift + i, rest) + slope, rest);
        }
    }

    private static void Partial<T, TElement>(
        TElement* x,
        TElement* scale,
        TElement* shift,
        TElement* to,
        int count,
        T mean,
        T inverse
    )
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        var unit = (T.LoadPartial(x, count) - mean) * inverse;
        var line = T.FusedMultiplyAdd(unit, T.LoadPartial(scale, count), T.LoadPartial(shift, count));
        T.StorePartial(to, line, count);
    }
}

/// <summary>How rows are cut into blocks that each add up the gradients of scale and shift, by the number of rows alone.</summary>
internal readonly struct RowBlocks(int rows)
{
    private const int Least = 32;
    private const int Most = 64;

    private readonly int each = Math.Max(Least, (rows + Most - 1) / Most);

    /// <summary>The number of blocks.</summary>
    public int Count => (rows + each - 1) / each;

    /// <summary>The rows of a block but perhaps the last.</summary>
    public int Each => each;

    /// <summary>The rows of a block.</summary>
    public (int First, int End) this[long block] => ((int)block * each, Math.Min(rows, ((int)block + 1) * each));
}

/// <summary>dx of pieces whose channels have one place each; each block adds up its rows' gradients of scale and shift, row by row.</summary>
internal readonly unsafe struct StandardizeRowsGradientBody<T, TElement>(
    Pieces pieces,
    RowBlocks blocks,
    double epsilon,
    TElement* x,
    TElement* dy,
    BatchNormVectors<TElement> vectors,
    TElement* dx,
    TElement* partial,
    bool streams
) : IRangeBody
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var (channels, length) = ((long)pieces.Channels, pieces.Length);
        using var scratch = new Scratch(length * sizeof(TElement));
        var scaled = (TElement*)scratch.Pointer;
        for (var block = start; block < end; block++)
        {
            var dscale = partial + 2 * block * channels;
            var dshift = dscale + channels;
            NativeMemory.Clear(dscale, (nuint)(2 * channels * sizeof(TElement)));
            var (first, last) = blocks[block];
            for (var piece = (long)first * pieces.Groups; piece < (long)last * pieces.Groups; piece++)
            {
                var (at, channel) = (piece * length, pieces.FirstChannel(piece));
                var mean = LaneMemory.Broadcast<T, TElement>(vectors.Mean + piece);
                var inverse = vectors.Inverse(piece, epsilon);
                ScaledRow.Gradient(
                    x + at,
                    dy + at,
                    vectors.Scale + channel,
                    scaled,
                    dscale + channel,
                    dshift + channel,
                    length,
                    mean,
                    T.Constant(inverse)
                );
                var normalised = new Normalised<T>(mean, T.Zero, T.Zero);
                var (sum, product) = PlaneSums.Run<GradientTerms<ThenNothing, T>, T, TElement>(
                    x + at,
                    scaled,
                    length,
                    0,
                    0,
                    new GradientTerms<ThenNothing, T>(normalised)
                );
                var term = new NormalisedSlope<ThenNothing, T>(
                    normalised,
                    T.Constant(inverse),
                    T.Constant(-inverse * inverse * inverse * product / length),
                    T.Constant(-inverse * sum / length)
                );
                RowMap.Run<NormalisedSlope<ThenNothing, T>, T, TElement>(
                    x + at,
                    scaled,
                    dx + at,
                    length,
                    term,
                    streams
                );
            }
        }

        if (streams)
        {
            LaneMemory.EndStream();
        }
    }
}

/// <summary>The gradients of scale and shift from those of the blocks, added in the order of the blocks.</summary>
internal readonly unsafe struct BlockSumBody<T, TElement>(
    int blocks,
    long channels,
    TElement* partial,
    TElement* dscale,
    TElement* dshift
) : IRangeBody
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    /// <summary>Does strips of as many channels as a vector has lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        for (var first = start * T.Count; first < Math.Min(channels, end * T.Count); first += T.Count)
        {
            var count = (int)Math.Min(T.Count, channels - first);
            var (scale, shift) = (T.Zero, T.Zero);
            for (long block = 0; block < blocks; block++)
            {
                scale += T.LoadPartial(partial + 2 * block * channels + first, count);
                shift += T.LoadPartial(partial + (2 * block + 1) * channels + first, count);
            }

            T.StorePartial(dscale + first, scale, count);
            T.StorePartial(dshift + first, shift, count);
        }
    }
}
