using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Backends.Cpu;

/// <summary>Rows of input with their padding, one flat line for each channel: what a filter element sees of all pixels lies side by side, over the ends of rows.</summary>
/// <remarks>
/// <code>
///   rows of x, padding 1:   a b c      flat:   0 0 0 0 | 0 a b c | 0 d e f | 0 …
///                           d e f              the zero behind a row is the one before the next
/// </code>
/// Output pixel (row, column) of a filter element lies at its offset + row · <see cref="RowLength"/> + column: the few
/// columns beyond the output's width are computed and not kept. With strides, rows and columns are sorted by their
/// remainder, each remainder a line of its own.
/// </remarks>
internal readonly unsafe struct GroupPlanes
{
    /// <summary>Elements that a reader of whole vectors may take past the end of the last line.</summary>
    public const int Slack = 64;

    private const int LineElements = 6144;

    private readonly ConvolutionShape shape;
    private readonly int phasesY,
        phasesX,
        lineLength,
        overlap;

    /// <summary>Elements from a row to the next.</summary>
    public readonly int RowLength;

    /// <summary>Elements of the lines of a channel.</summary>
    public readonly int ChannelLength;

    /// <summary>Lines for runs of at most <paramref name="outputRows"/> output rows of one picture.</summary>
    public GroupPlanes(in ConvolutionShape shape, int outputRows)
    {
        this.shape = shape;
        var (reachY, reachX) = ((shape.R - 1) * shape.DilationY, (shape.S - 1) * shape.DilationX);
        (phasesY, phasesX) = (Math.Min(shape.StrideY, reachY + 1), Math.Min(shape.StrideX, reachX + 1));
        RowLength = shape.OutputWidth + reachX / shape.StrideX;
        if (shape.StrideX == 1)
        {
            // Never more than makes a row as long as the output's.
            overlap = Math.Clamp(RowLength - shape.PaddingX - shape.W, 0, Math.Min(shape.PaddingX, reachX));
            RowLength -= overlap;
        }

        lineLength = (outputRows + reachY / shape.StrideY) * RowLength + overlap;
        ChannelLength = checked(phasesY * phasesX * lineLength);
    }

    /// <summary>Whether the groups are too small for a tile of a product.</summary>
    public static bool Pay(in ConvolutionShape shape) =>
        shape
            is {
                Groups: > 1,
                IsDepthwise: false,
                GroupK: <= 16,
                GroupC: <= 16,
                Taps: > 1 and <= MatrixProduct.DepthBlock
            };

    /// <summary>Output rows of a run whose lines stay in the first-level cache, the runs of a picture being of about one size.</summary>
    public static int Rows(in ConvolutionShape shape)
    {
        var one = new GroupPlanes(shape, 1).ChannelLength;
        var more = Math.Max(1, new GroupPlanes(shape, 2).ChannelLength - one);
        var most = Math.Max(Math.Min(8, shape.OutputHeight), (LineElements / shape.GroupC - one) / more);
        var runs = (shape.OutputHeight + most - 1) / most;
        return (shape.OutputHeight + runs - 1) / runs;
    }

    /// <summary>Where the filter element with a flat index (c, r, s) begins to read.</summary>
    public int TapOffset(int tap)
    {
        var s = tap % shape.S * shape.DilationX;
        var r = tap / shape.S % shape.R * shape.DilationY;
        var line = r % shape.StrideY * phasesX + s % shape.StrideX;
        var place = r / shape.StrideY * RowLength + s / shape.StrideX;
        return tap / shape.S / shape.R * ChannelLength + line * lineLength + place;
    }

    /// <summary>Makes the lines of <paramref name="count"/> channels of a picture for some output rows. The lines were zeros before the first time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Load<TOps, TVector, TElement>(TElement* x, int count, int firstRow, int outputRows, TElement* lines)
        where TOps : IVectorOps<TVector, TElement>
        where TVector : struct
        where TElement : unmanaged
    {
        if (shape is { StrideY: 1, StrideX: 1 })
        {
            LoadDense<TOps, TVector, TElement>(x, count, firstRow, outputRows, lines);
            return;
        }

        var rows = outputRows + (shape.R - 1) * shape.DilationY / shape.StrideY;
        var (width, length) = (shape.W, RowLength + overlap);
        var (first, end) = Inside(0);
        var (second, secondEnd) = phasesX > 1 ? Inside(1) : (0, 0);
        var splits =
            typeof(TElement) == typeof(float)
            && shape.StrideX == 2
            && width % 2 == 0
            && (end - first, secondEnd - second) == (width / 2, width / 2)
            && width >= 8
            && EvenOdd.IsSupported;
        var oddFirst = shape.PaddingX % 2 == 1;
        for (var c = 0; c < count; c++, x += (long)shape.H * shape.W, lines += ChannelLength)
        {
            for (var phase = 0; phase < phasesY; phase++)
            {
                var to = lines + phase * phasesX * lineLength;
                var y = firstRow * shape.StrideY + phase - shape.PaddingY;
                for (var row = 0; row < rows; row++, y += shape.StrideY, to += RowLength)
                {
                    var from = x + (long)y * width;
                    if (y < 0 || y >= shape.H)
                    {
                        for (var i = 0; i < phasesX; i++)
                        {
                            new Span<TElement>(to + i * lineLength, length).Clear();
                        }
                    }
                    else if (splits)
                    {
                        var one = (float*)(to + first);
                        var other = (float*)(to + lineLength + second);
                        Split((float*)from, width / 2, oddFirst ? other : one, oddFirst ? one : other);
                    }
                    else
                    {
                        LoadPhases(from, to);
                    }
                }
            }
        }
    }

    /// <summary>The rows that <see cref="Load"/> reads.</summary>
    public RowsAhead<TElement> Ahead<TElement>(TElement* x, int count, int firstRow, int outputRows)
        where TElement : unmanaged
    {
        var top = Math.Max(0, firstRow * shape.StrideY - shape.PaddingY);
        var read = Math.Min(shape.H - top, outputRows * shape.StrideY) * shape.W;
        return new RowsAhead<TElement>(x + (long)top * shape.W, count, (long)shape.H * shape.W, read);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void LoadDense<TOps, TVector, TElement>(
        TElement* x,
        int count,
        int firstRow,
        int outputRows,
        TElement* lines
    )
        where TOps : IVectorOps<TVector, TElement>
        where TVector : struct
        where TElement : unmanaged
    {
        var rows = outputRows + (shape.R - 1) * shape.DilationY;
        var (first, end) = Inside(0);
        var top = firstRow - shape.PaddingY;
        var above = Math.Clamp(-top, 0, rows);
        var inside = Math.Clamp(shape.H - top, above, rows) - above;
        var below = (rows - above - inside) * RowLength;
        x += (long)(top + above) * shape.W + first - shape.PaddingX;
        for (var c = 0; c < count; c++, x += (long)shape.H * shape.W, lines += ChannelLength)
        {
            new Span<TElement>(lines, above * RowLength).Clear();
            var to = lines + above * RowLength;
            CopyRows<TOps, TVector, TElement>(x, shape.W, to + first, RowLength, end - first, inside);
            if (below > 0)
            {
                new Span<TElement>(to + inside * RowLength, below + overlap).Clear();
            }
        }
    }

    /// <summary>Copies rows of <paramref name="width"/> elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CopyRows<TOps, TVector, TElement>(
        TElement* from,
        int fromStep,
        TElement* to,
        int toStep,
        int width,
        int rows
    )
        where TOps : IVectorOps<TVector, TElement>
        where TVector : struct
        where TElement : unmanaged
    {
        var last = width - TOps.Count;
        for (var row = 0; row < rows; row++, from += fromStep, to += toStep)
        {
            if (last < 0)
            {
                ShortCopy.Run(from, to, width);
                continue;
            }

            // The last step moves back to end with the row.
            for (var i = 0; i < last; i += TOps.Count)
            {
                TOps.Store(to + i, TOps.Load(from + i));
            }

            TOps.Store(to + last, TOps.Load(from + last));
        }
    }

    // Elements in turns to two rows.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Split(float* from, int count, float* even, float* odd)
    {
        if (Avx512F.IsSupported && count >= 16)
        {
            var evens = Vector512<int>.Indices << 1;
            for (var i = 0; i < count; i += 16)
            {
                var at = Math.Min(i, count - 16);
                var (low, high) = (Vector512.Load(from + 2 * at), Vector512.Load(from + 2 * at + 16));
                Avx512F.PermuteVar16x32x2(low, evens, high).Store(even + at);
                Avx512F.PermuteVar16x32x2(low, evens + Vector512<int>.One, high).Store(odd + at);
            }

            return;
        }

        if (count < 8)
        {
            EvenOdd.SplitFours(from, count, even, odd);
            return;
        }

        for (var i = 0; i < count; i += 8)
        {
            var at = Math.Min(i, count - 8);
            var (evens, odds) = EvenOdd.Split(Vector256.Load(from + 2 * at), Vector256.Load(from + 2 * at + 8));
            evens.Store(even + at);
            odds.Store(odd + at);
        }
    }

    private void LoadPhases<TElement>(TElement* from, TElement* to)
        where TElement : unmanaged
    {
        for (var phase = 0; phase < phasesX; phase++, to += lineLength)
        {
            var (first, end) = Inside(phase);
            var source = from + (long)first * shape.StrideX + phase - shape.PaddingX;
            StridedRow.Gather(source, shape.StrideX, to + first, end - first);
        }
    }

    // The columns of a phase that lie inside the picture: 0 ≤ column · stride + phase − padding < W.
    private (int First, int End) Inside(int phase)
    {
        var length = RowLength + overlap;
        var start = shape.PaddingX - phase;
        var first = start <= 0 ? 0 : (start + shape.StrideX - 1) / shape.StrideX;
        var end = (shape.W + start + shape.StrideX - 1) / shape.StrideX;
        first = Math.Min(first, length);
        return (first, Math.Clamp(end, first, length));
    }
}
