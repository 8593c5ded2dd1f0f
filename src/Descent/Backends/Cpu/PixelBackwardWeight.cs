using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The gradient of a convolution's weights where few channels come in, from <see cref="ShiftedPlanes"/>, as tasks: each takes some pictures.</summary>
/// <remarks>
/// <code>
///    taps (c, r, s), each a place where a plane begins to be read
///   ┌──────────────┐
///   │ all pixels → │ · dy of a channel →   16 sums for each tap and channel, see PixelTile
///   └──────────────┘
/// </code>
/// A product over channels would have as few columns as there are taps; here every lane has work. The 16 sums, which go on
/// from one run of rows to the next and from picture to picture, are folded at the end, the first half with the second.
/// </remarks>
internal readonly unsafe struct PixelBackwardWeight<TOps, TVector, TElement> : IRangeBody
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    // The planes of a run and the rows of dy that meet them stay in the second-level cache.
    private const int PixelsPerRun = 2048;

    private readonly ConvolutionShape shape;
    private readonly TElement* x;
    private readonly TElement* dy;
    private readonly TElement* sums;
    private readonly long pictures;
    private readonly ShiftedPlanes planes;
    private readonly int rows;

    /// <summary>Sums into <paramref name="sums"/>: for each group of <paramref name="pictures"/> pictures the weights in the order (k, r, s, c).</summary>
    public PixelBackwardWeight(in ConvolutionShape shape, TElement* x, TElement* dy, TElement* sums, long pictures)
    {
        this.shape = shape;
        this.x = x;
        this.dy = dy;
        this.sums = sums;
        this.pictures = pictures;
        rows = Math.Clamp(PixelsPerRun / shape.OutputWidth, 1, shape.OutputHeight);
        planes = new ShiftedPlanes(shape, rows);
    }

    /// <summary>The number of independent pieces of work.</summary>
    public long Tasks => (shape.N + pictures - 1) / pictures;

    /// <summary>Whether the taps of a filter row are too few for a product over channels.</summary>
    public static bool Pays(in ConvolutionShape shape) =>
        (shape.DilationX == 1 ? shape.S * shape.GroupC : shape.GroupC) < 24;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        const int Lanes = PixelTile<TOps, TVector, TElement>.Lanes;
        var lanesLength = checked(shape.K * shape.Taps * Lanes);
        var planesLength = shape.C * planes.ChannelLength + ShiftedPlanes.Slack;
        using var scratch = new Scratch((lanesLength + planesLength + planes.PaddedLength) * (long)sizeof(TElement));
        using var list = new Scratch(shape.Taps * sizeof(int));
        var lanes = (TElement*)scratch.Pointer;
        var input = lanes + lanesLength;
        var offsets = (int*)list.Pointer;
        for (var tap = 0; tap < shape.Taps; tap++)
        {
            offsets[tap] = planes.TapOffset(tap);
        }

        for (var part = start; part < end; part++)
        {
            new Span<TElement>(lanes, lanesLength).Clear();
            for (var n = part * pictures; n < Math.Min(shape.N, (part + 1) * pictures); n++)
            {
                var from = x + n * shape.C * shape.H * shape.W;
                var gradient = dy + n * shape.K * shape.OutputPlane;
                for (var row = 0; row < shape.OutputHeight; row += rows)
                {
                    var count = Math.Min(rows, shape.OutputHeight - row);
                    planes.Load<TOps, TVector, TElement>(from, shape.C, row, count, input + planesLength, input);
                    Add(input, offsets, gradient + row * shape.OutputWidth, count * shape.OutputWidth, lanes);
                }
            }

            Fold(lanes, sums + part * shape.K * shape.Taps);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(TElement* input, int* offsets, TElement* gradient, int pixels, TElement* lanes)
    {
        const int Lanes = PixelTile<TOps, TVector, TElement>.Lanes;
        var most = PixelTile<TOps, TVector, TElement>.Taps;
        most = ProductTiling.Height(shape.Taps, (most + 1) / 2, most);
        int channels;
        for (var k = 0; k < shape.K; k += channels)
        {
            channels = ProductTiling.Rows(shape.K - k, PixelTile<TOps, TVector, TElement>.Channels);
            int taps;
            for (var tap = 0; tap < shape.Taps; tap += taps)
            {
                taps = ProductTiling.Rows(shape.Taps - tap, most);
                PixelTile<TOps, TVector, TElement>.Run(
                    taps,
                    channels,
                    input,
                    offsets + tap,
                    gradient + k * shape.OutputPlane,
                    shape.OutputPlane,
                    pixels,
                    lanes + (k * shape.Taps + tap) * Lanes,
                    shape.Taps * Lanes
                );
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Fold(TElement* lanes, TElement* sum)
    {
        var filter = shape.R * shape.S;
        for (var k = 0; k < shape.K; k++, sum += shape.Taps)
        {
            for (var tap = 0; tap < shape.Taps; tap++, lanes += PixelTile<TOps, TVector, TElement>.Lanes)
            {
                sum[tap % filter * shape.C + tap / filter] = LaneFold.SumOfSixteen(lanes);
            }
        }
    }
}
