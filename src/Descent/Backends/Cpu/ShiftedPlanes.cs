using System.Runtime.CompilerServices;

namespace Descent.Backends.Cpu;

/// <summary>The input of a convolution once for every filter column, cut to the width of the output.</summary>
/// <remarks>
/// <code>
///   a row of x, filter of 3, padding 1:        0 a b c d 0
///   the planes of columns 0, 1 and 2 hold:     0 a b c | a b c d | b c d 0
/// </code>
/// In the plane of column s the pixels that a filter element (c, r, s) sees lie side by side, over the ends of rows, in
/// the order of the output's pixels: row r of the plane is where they begin. So a plane is, at R places, a row of the
/// product's second operand, and nothing is copied R times. With a vertical stride the rows of a plane are sorted by
/// their remainder first.
/// </remarks>
internal readonly unsafe struct ShiftedPlanes
{
    /// <summary>Elements that a reader of whole tiles may take past the end of the last plane.</summary>
    public const int Slack = 64;

    private readonly ConvolutionShape shape;
    private readonly ConvolutionPlanes padded;

    /// <summary>Rows of a plane, of the output's width.</summary>
    private readonly int rows;

    /// <summary>Elements of one plane, and of all planes of one channel.</summary>
    public readonly int PlaneLength,
        ChannelLength;

    private readonly int phases;

    /// <summary>Planes for runs of at most <paramref name="outputRows"/> output rows of one picture.</summary>
    public ShiftedPlanes(in ConvolutionShape shape, int outputRows)
    {
        this.shape = shape;
        padded = new ConvolutionPlanes(shape, 1, outputRows);
        phases = Math.Min(shape.StrideY, (shape.R - 1) * shape.DilationY + 1);
        rows = outputRows + (shape.R - 1) * shape.DilationY / shape.StrideY;
        PlaneLength = rows * shape.OutputWidth;
        ChannelLength = checked(phases * shape.S * PlaneLength);
    }

    /// <summary>Elements of the padded copy of one channel that <see cref="Load"/> works in.</summary>
    public int PaddedLength => padded.PlaneLength + Slack;

    /// <summary>Whether most of what a tile reads are pixels, which is not so of small pictures.</summary>
    public static bool Pay(in ConvolutionShape shape)
    {
        const int Vector = 16;
        var whole = (shape.OutputPlane + Vector - 1) / Vector * Vector;
        return 100 * shape.OutputPlane >= 85 * whole;
    }

    /// <summary>Where the filter element with a flat index (c, r, s) begins to read.</summary>
    public int TapOffset(int tap)
    {
        var r = tap / shape.S % shape.R * shape.DilationY;
        var plane = r % shape.StrideY * shape.S + tap % shape.S;
        return tap / shape.S / shape.R * ChannelLength + plane * PlaneLength + r / shape.StrideY * shape.OutputWidth;
    }

    /// <summary>Makes the planes of <paramref name="count"/> channels of a picture for some output rows.</summary>
    /// <param name="x">The first channel of the picture.</param>
    /// <param name="count">The number of channels.</param>
    /// <param name="firstRow">The first output row.</param>
    /// <param name="outputRows">The number of output rows.</param>
    /// <param name="work">Room for <see cref="PaddedLength"/> elements.</param>
    /// <param name="planes">Room for the planes and <see cref="Slack"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Load<TOps, TVector, TElement>(
        TElement* x,
        int count,
        int firstRow,
        int outputRows,
        TElement* work,
        TElement* planes
    )
        where TOps : IVectorOps<TVector, TElement>
        where TVector : struct
        where TElement : unmanaged
    {
        var width = shape.OutputWidth;
        var planeRows = outputRows + (shape.R - 1) * shape.DilationY / shape.StrideY;
        var starts = stackalloc int[shape.S];
        for (var s = 0; s < shape.S; s++)
        {
            starts[s] = padded.TapOffset(s);
        }

        for (var channel = 0; channel < count; channel++)
        {
            padded.Load(x + (long)channel * shape.H * shape.W, 1, firstRow, outputRows, work);
            var to = planes + channel * ChannelLength;
            for (var plane = 0; plane < phases * shape.S; plane++)
            {
                var (phase, s) = Math.DivRem(plane, shape.S);
                var from = work + phase * padded.RowLength + starts[s];
                var into = to;

                // Whole vectors: what a row leaves behind its end, the next one overwrites.
                for (var row = 0; row < planeRows; row++)
                {
                    for (var column = 0; column < width; column += TOps.Count)
                    {
                        TOps.Store(into + column, TOps.Load(from + column));
                    }

                    into += width;
                    from += padded.RowLength * shape.StrideY;
                }

                to += PlaneLength;
            }
        }
    }
}
