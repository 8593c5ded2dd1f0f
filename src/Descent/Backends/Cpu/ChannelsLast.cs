using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Backends.Cpu;

/// <summary>Some rows of a picture with its padding, the channels innermost: what a filter row sees of all channels lies side by side.</summary>
/// <remarks>
/// <code>
///   pixels a b c, channels 0 1, filter of 2:   a0 a1 b0 b1 c0 c1
///                                              └── sees ──┘        the piece of pixel a
/// </code>
/// With a horizontal dilation the piece falls apart into one for each filter column.
/// </remarks>
internal readonly unsafe struct ChannelsLast
{
    /// <summary>Elements that a reader of whole vectors may take past the end.</summary>
    public const int Slack = 64;

    private readonly ConvolutionShape shape;
    private readonly int width;

    /// <summary>Rows for runs of at most <paramref name="outputRows"/> output rows.</summary>
    public ChannelsLast(in ConvolutionShape shape, int outputRows)
    {
        this.shape = shape;
        width = (shape.OutputWidth - 1) * shape.StrideX + (shape.S - 1) * shape.DilationX + 1;
        PictureLength = checked(InputRows(outputRows) * RowLength);
        PieceLength = shape.DilationX == 1 ? shape.S * shape.GroupC : shape.GroupC;
        Pieces = shape.Taps / PieceLength;
    }

    /// <summary>Elements of all rows.</summary>
    public int PictureLength { get; }

    /// <summary>Elements that some pictures take one behind the other, with room for what is read and written past the end.</summary>
    public int Length(int pictures) => checked(pictures * PictureLength + 8 * shape.GroupC + Slack);

    /// <summary>Elements of a piece.</summary>
    public int PieceLength { get; }

    /// <summary>How many pieces make all taps of a pixel, in the order (r, s, c).</summary>
    public int Pieces { get; }

    private int RowLength => width * shape.GroupC;

    /// <summary>Lists where the pixels of the output begin to see the rows, those of several pictures one behind the other, and where the pieces lie from there.</summary>
    public void ListPlaces(int* places, int pixels, int* pieces)
    {
        for (var pixel = 0; pixel < pixels; pixel++)
        {
            var (line, column) = Math.DivRem(pixel, shape.OutputWidth);
            var (picture, row) = Math.DivRem(line, shape.OutputHeight);
            places[pixel] = picture * PictureLength + row * shape.StrideY * RowLength;
            places[pixel] += column * shape.StrideX * shape.GroupC;
        }

        for (var piece = 0; piece < Pieces; piece++)
        {
            var (r, s) = shape.DilationX == 1 ? (piece, 0) : Math.DivRem(piece, shape.S);
            pieces[piece] = r * shape.DilationY * RowLength + s * shape.DilationX * shape.GroupC;
        }
    }

    /// <summary>Fills the rows that some output rows see.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Load<TElement>(TElement* x, int firstOutputRow, int outputRows, TElement* rows)
        where TElement : unmanaged
    {
        var top = firstOutputRow * shape.StrideY - shape.PaddingY;
        var left = Math.Min(shape.PaddingX, width) * shape.GroupC;
        var used = Math.Clamp(width - shape.PaddingX, 0, shape.W);
        var right = left + used * shape.GroupC;
        for (var y = top; y < top + InputRows(outputRows); y++, rows += RowLength)
        {
            if (y < 0 || y >= shape.H)
            {
                new Span<TElement>(rows, RowLength).Clear();
                continue;
            }

            if (used > 0)
            {
                Turn(x + (long)y * shape.W, used, rows + left);
            }

            new Span<TElement>(rows, left).Clear();
            new Span<TElement>(rows + right, RowLength - right).Clear();
        }
    }

    private int InputRows(int outputRows) => (outputRows - 1) * shape.StrideY + (shape.R - 1) * shape.DilationY + 1;

    // One row of all channels: to[pixel, channel] = from[channel, pixel]. May write up to seven pixels past the end.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Turn<TElement>(TElement* from, int pixels, TElement* to)
        where TElement : unmanaged
    {
        var channels = shape.GroupC;
        long plane = shape.H * shape.W;
        if (channels == 1)
        {
            ShortCopy.Run(from, to, pixels);
            return;
        }

        if (typeof(TElement) == typeof(float) && Avx.IsSupported && channels >= 8)
        {
            for (var pixel = 0; pixel < pixels; pixel += 8)
            {
                // The last step moves back to end with the row, or leaves behind its end what later rows overwrite. From
                // the last channels to the first, because what a step writes past the last channel belongs to the first
                // ones of the next pixel.
                var at = Math.Max(0, Math.Min(pixel, pixels - 8));
                var count = Math.Min(8, pixels);
                for (var channel = (channels - 1) / 8 * 8; channel >= 0; channel -= 8)
                {
                    var f = (float*)(from + channel * plane + at);
                    var last = channels - 1 - channel;
                    Transpose.Store8(
                        Load(f, count),
                        Load(f + Math.Min(1, last) * plane, count),
                        Load(f + Math.Min(2, last) * plane, count),
                        Load(f + Math.Min(3, last) * plane, count),
                        Load(f + Math.Min(4, last) * plane, count),
                        Load(f + Math.Min(5, last) * plane, count),
                        Load(f + Math.Min(6, last) * plane, count),
                        Load(f + Math.Min(7, last) * plane, count),
                        (float*)to + at * channels + channel,
                        channels
                    );
                }
            }

            return;
        }

        for (var channel = 0; channel < channels; channel++)
        {
            for (var pixel = 0; pixel < pixels; pixel++)
            {
                to[pixel * channels + channel] = from[channel * plane + pixel];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Load(float* from, int count) =>
        count == 8 ? Vector256.Load(from) : Vector256Ops<float>.LoadPartial(from, count);
}
