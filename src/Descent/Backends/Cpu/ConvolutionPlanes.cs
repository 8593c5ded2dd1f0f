using System.Runtime.CompilerServices;

namespace Descent.Backends.Cpu;

/// <summary>Copies of input rows with their padding, arranged so that every filter element reads neighbouring pixels from neighbouring places.</summary>
/// <remarks>
/// With a horizontal stride of two or more, the columns of a row are sorted by their remainder:
/// <code>
///   stride 2, padding 1:   0 a b c d e f 0   →   0 b d f | a c e 0
/// </code>
/// so that output pixel <c>ox</c> of filter column <c>s</c> lies at <c>offset(s) + ox</c> whatever the stride, padding and
/// dilation. A plane holds the rows that a run of output rows needs, a slot some planes of one picture.
/// </remarks>
internal readonly unsafe struct ConvolutionPlanes
{
    private readonly ConvolutionShape shape;

    /// <summary>Elements of a row.</summary>
    public readonly int RowLength;

    /// <summary>Elements of a plane.</summary>
    public readonly int PlaneLength;

    /// <summary>Elements of a slot.</summary>
    public readonly int SlotLength;

    private readonly int phaseLength;
    private readonly ulong readRows;
    private readonly ulong readPhases;

    /// <summary>Slots of some channels, for runs of at most <paramref name="outputRows"/> output rows of one picture.</summary>
    public ConvolutionPlanes(in ConvolutionShape shape, int channels, int outputRows)
    {
        this.shape = shape;
        readRows = Remainders(shape.R, shape.DilationY, shape.StrideY);
        readPhases = Remainders(shape.S, shape.DilationX, shape.StrideX);
        phaseLength = shape.OutputWidth + (shape.S - 1) * shape.DilationX / shape.StrideX;
        RowLength = shape.StrideX * phaseLength;
        PlaneLength = checked(RowLength * InputRows(outputRows));
        SlotLength = checked(PlaneLength * channels);
    }

    /// <summary>Where the filter element with a flat index (c, r, s) reads, relative to the output pixel's own place.</summary>
    public int TapOffset(int tap)
    {
        var s = tap % shape.S * shape.DilationX;
        var r = tap / shape.S % shape.R * shape.DilationY;
        var c = tap / shape.S / shape.R;
        return c * PlaneLength + r * RowLength + s % shape.StrideX * phaseLength + s / shape.StrideX;
    }

    /// <summary>Where an output row of a slot starts, counted from the first row of the run.</summary>
    public int RowOffset(int outputRow) => outputRow * shape.StrideY * RowLength;

    private int InputRows(int outputRows) => (outputRows - 1) * shape.StrideY + (shape.R - 1) * shape.DilationY + 1;

    /// <summary>Fills a slot's first <paramref name="count"/> planes from those of one picture.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Load<TElement>(TElement* x, int count, int firstOutputRow, int outputRows, TElement* slot)
        where TElement : unmanaged
    {
        var rows = InputRows(outputRows);
        var top = firstOutputRow * shape.StrideY - shape.PaddingY;
        if (shape.StrideX == 1 && shape.StrideY == 1)
        {
            LoadDense(x, count, top, rows, slot);
            return;
        }

        for (var c = 0; c < count; c++)
        {
            for (var row = 0; row < rows; row++)
            {
                if (!Contains(readRows, row % shape.StrideY))
                {
                    continue;
                }

                var into = slot + c * PlaneLength + row * RowLength;
                var y = top + row;
                if (y < 0 || y >= shape.H)
                {
                    new Span<TElement>(into, RowLength).Clear();
                    continue;
                }

                var from = x + ((long)c * shape.H + y) * shape.W;
                for (var phase = 0; phase < shape.StrideX; phase++)
                {
                    if (!Contains(readPhases, phase))
                    {
                        continue;
                    }

                    var (first, end) = Inside(phase);
                    var place = into + phase * phaseLength;
                    ShortCopy.Clear(place, first);
                    ShortCopy.Clear(place + end, phaseLength - end);
                    var source = from + phase - shape.PaddingX;
                    source += (long)first * shape.StrideX;
                    StridedRow.Gather(source, shape.StrideX, place + first, end - first);
                }
            }
        }
    }

    // Without strides every row is needed and has one phase.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void LoadDense<TElement>(TElement* x, int count, int top, int rows, TElement* slot)
        where TElement : unmanaged
    {
        var (first, end) = Inside(0);
        for (var c = 0; c < count; c++)
        {
            var from = x + ((long)c * shape.H + top) * shape.W - shape.PaddingX;
            var into = slot + c * PlaneLength;
            for (var y = top; y < top + rows; y++)
            {
                if (y >= 0 && y < shape.H)
                {
                    ShortCopy.Clear(into, first);
                    ShortCopy.Run(from + first, into + first, end - first);
                    ShortCopy.Clear(into + end, RowLength - end);
                }
                else
                {
                    new Span<TElement>(into, RowLength).Clear();
                }

                from += shape.W;
                into += RowLength;
            }
        }
    }

    /// <summary>Writes a slot that covers all output rows back to a picture's planes; input that no filter element touched becomes zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Save<TElement>(TElement* slot, int count, TElement* x)
        where TElement : unmanaged
    {
        var rows = InputRows(shape.OutputHeight);
        var joins =
            typeof(TElement) == typeof(float)
            && shape is { StrideX: 2, W: >= 8 }
            && 2 * phaseLength >= shape.W + shape.PaddingX
            && EvenOdd.IsSupported;
        for (var c = 0; c < count; c++)
        {
            for (var y = 0; y < shape.H; y++)
            {
                var into = x + ((long)c * shape.H + y) * shape.W;
                var row = y + shape.PaddingY;
                if (row >= rows || phaseLength * shape.StrideX < shape.W + shape.PaddingX)
                {
                    new Span<TElement>(into, shape.W).Clear();
                }

                if (row >= rows)
                {
                    continue;
                }

                var from = slot + c * PlaneLength + row * RowLength;
                if (joins)
                {
                    Join((float*)from, (float*)into);
                    continue;
                }

                for (var phase = 0; phase < shape.StrideX; phase++)
                {
                    var (first, end) = Inside(phase);
                    var place = from + phase * phaseLength;
                    var target = into + phase - shape.PaddingX;
                    if (shape.StrideX == 1)
                    {
                        ShortCopy.Run(place + first, target + first, end - first);
                        continue;
                    }

                    for (var column = first; column < end; column++)
                    {
                        target[(long)column * shape.StrideX] = place[column];
                    }
                }
            }
        }
    }

    // The columns of a row that was sorted by their remainder modulo two, in turns.
    private void Join(float* row, float* to)
    {
        var even = row + shape.PaddingX % 2 * phaseLength + shape.PaddingX / 2;
        var odd = row + (shape.PaddingX + 1) % 2 * phaseLength + (shape.PaddingX + 1) / 2;
        EvenOdd.Join(even, odd, shape.W / 2, to);
        if (shape.W % 2 == 1)
        {
            to[shape.W - 1] = even[shape.W / 2];
        }
    }

    // The remainders modulo the stride at which some filter element reads.
    private static ulong Remainders(int filter, int dilation, int stride)
    {
        var set = 0UL;
        for (var i = 0; i < filter; i++)
        {
            set |= 1UL << (i * dilation % stride % 64);
        }

        return set;
    }

    private static bool Contains(ulong remainders, int remainder) => (remainders >> (remainder % 64) & 1) != 0;

    // The columns of a phase that lie inside the picture: 0 ≤ column · stride + phase − padding < W.
    private (int First, int End) Inside(int phase)
    {
        var start = shape.PaddingX - phase;
        var first = start <= 0 ? 0 : (start + shape.StrideX - 1) / shape.StrideX;
        var end = (shape.W + start + shape.StrideX - 1) / shape.StrideX;
        first = Math.Min(first, phaseLength);
        return (first, Math.Clamp(end, first, phaseLength));
    }
}
