using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The gradient of a convolution's input as tasks: each makes some channels of a few pictures.</summary>
/// <remarks>
/// <code>
///                     128 output pixels              for each tap (c, r, s), in order:
///                    ┌──────────────────┐            planes[c, y·stride + r, x·stride + s] += column[tap, pixel]
///    output channels │ dy               │
///                    └──────────────────┘
///   ┌──────────┐     ┌──────────────────┐
///   │ weights, │  →  │ column           │ → planes of zeros → dx
///   │transposed│     └──────────────────┘
///   └──────────┘      taps of some channels
/// </code>
/// Only true products are computed, whatever the padding and stride; the additions cost one in as many as there are
/// output channels.
/// </remarks>
internal readonly unsafe struct ConvolutionBackwardData<TOps, TVector, TElement> : IRangeBody
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    // Part of the results' definition: additions to dx go by chunk, then by tap.
    private const int ChunkPixels = 128;
    private const int RunPixels = 1024;
    private const int TapsPerTask = 320;

    // 64 rows of the column matrix, 32 KB of floats, are added while they are in the first-level cache.
    private const int TapsPerColumn = 64;

    private readonly ConvolutionShape shape;
    private readonly TElement* dy;
    private readonly TElement* w;
    private readonly TElement* dx;
    private readonly ConvolutionRun run;
    private readonly int pictures;
    private readonly int channels;
    private readonly int channelsPerColumn;
    private readonly long pictureRuns;
    private readonly long channelBlocks;

    public ConvolutionBackwardData(in ConvolutionShape shape, TElement* dy, TElement* w, TElement* dx)
    {
        this.shape = shape;
        this.dy = dy;
        this.w = w;
        this.dx = dx;
        pictures = (int)Math.Clamp(RunPixels / shape.OutputPlane, 1, shape.N);
        var most = Math.Clamp(TapsPerTask / (shape.R * shape.S), 1, shape.GroupC);
        pictureRuns = (shape.N + pictures - 1) / pictures;
        channelBlocks = (shape.GroupC + most - 1) / most;
        channels = (int)((shape.GroupC + channelBlocks - 1) / channelBlocks);
        channelsPerColumn = Math.Clamp(TapsPerColumn / (shape.R * shape.S), 1, channels);
        run = new ConvolutionRun(shape, channels, (long)pictures * shape.OutputHeight);
    }

    /// <summary>The number of independent pieces of work.</summary>
    public long Tasks => pictureRuns * shape.Groups * channelBlocks;

    private static int Width => ProductTile<TOps, TVector, TElement>.Columns;

    public void Invoke(long start, long end)
    {
        var slack = PixelChunks.Slack / sizeof(TElement);
        var taps = channels * shape.R * shape.S;
        var planesLength = run.PlanesLength<TElement>();
        var columnLength = (long)channelsPerColumn * shape.R * shape.S * ChunkPixels + slack;
        var packedLength = (long)shape.GroupK * ChunkPixels;
        var mostChunks = PixelChunks.Most<TElement>(ChunkPixels, shape.OutputWidth);
        using var scratch = new Scratch((planesLength + columnLength + packedLength) * sizeof(TElement));
        using var lists = new Scratch(mostChunks * sizeof(PixelChunk) + taps * sizeof(int));
        var planes = (TElement*)scratch.Pointer;
        var column = planes + planesLength;
        var packed = column + columnLength;
        var chunks = (PixelChunk*)lists.Pointer;
        var tapOffsets = (int*)(chunks + mostChunks);
        run.TapOffsets(tapOffsets, taps);
        for (var task = start; task < end; task++)
        {
            var picture = task / (shape.Groups * channelBlocks) * pictures;
            var group = (int)(task / channelBlocks % shape.Groups);
            var channel = (int)(task % channelBlocks) * channels;
            var pictureCount = Math.Min(pictures, shape.N - picture);
            var channelCount = Math.Min(channels, shape.GroupC - channel);
            new Span<TElement>(planes, checked((int)planesLength)).Clear();
            var pixels = pictureCount * shape.OutputPlane;
            for (long pixel = 0; pixel < pixels; pixel += ChunkPixels)
            {
                var count = (int)Math.Min(ChunkPixels, pixels - pixel);
                var made = run.Chunks<TElement>(picture * shape.OutputHeight, pixel, count, chunks);
                Pack(picture * shape.OutputPlane + pixel, count, group, packed);
                for (var c = 0; c < channelCount; c += channelsPerColumn)
                {
                    var some = Math.Min(channelsPerColumn, channelCount - c);
                    Multiply(count, group, channel + c, some, packed, column);
                    PixelChunks.AddBack(
                        planes + c * run.Planes.PlaneLength,
                        tapOffsets,
                        some,
                        shape.R * shape.S,
                        chunks,
                        made,
                        column,
                        ChunkPixels
                    );
                }
            }

            for (var i = 0; i < pictureCount; i++)
            {
                var target = (picture + i) * shape.C + group * shape.GroupC + channel;
                run.Planes.Save(planes + i * run.Planes.SlotLength, channelCount, dx + target * shape.H * shape.W);
            }
        }
    }

    // dy of a chunk of pixels: for each block of output channels, for each panel of pixels, channels × tile columns.
    private void Pack(long firstPixel, int pixels, int group, TElement* to)
    {
        for (var k = 0; k < shape.GroupK; k += MatrixProduct.DepthBlock)
        {
            var depth = Math.Min(MatrixProduct.DepthBlock, shape.GroupK - k);
            for (var pixel = 0; pixel < pixels; pixel += Width)
            {
                PackPanel(firstPixel + pixel, Math.Min(Width, pixels - pixel), group * shape.GroupK + k, depth, to);
                to += depth * Width;
            }
        }
    }

    // Pixels are flattened over the pictures; what is right of them is never used.
    private void PackPanel(long firstPixel, int pixels, int firstRow, int depth, TElement* to)
    {
        for (var done = 0; done < pixels; )
        {
            var picture = (firstPixel + done) / shape.OutputPlane;
            var place = firstPixel + done - picture * shape.OutputPlane;
            var from = dy + (picture * shape.K + firstRow) * shape.OutputPlane + place;
            var count = (int)Math.Min(pixels - done, shape.OutputPlane - place);
            if (count == Width)
            {
                ProductPacking<TOps, TVector, TElement>.Panel(from, shape.OutputPlane, 1, depth, count, to);
                return;
            }

            for (var k = 0; k < depth; k++)
            {
                ShortCopy.Run(from + k * shape.OutputPlane, to + k * Width + done, count);
            }

            done += count;
        }
    }

    // column[tap, pixel] = Σ over output channels of w[channel, tap] · dy[channel, pixel].
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(int pixels, int group, int channel, int channelCount, TElement* packed, TElement* column)
    {
        var taps = channelCount * shape.R * shape.S;
        for (var k = 0; k < shape.GroupK; k += MatrixProduct.DepthBlock)
        {
            var depth = Math.Min(MatrixProduct.DepthBlock, shape.GroupK - k);
            var firstRow = (long)group * shape.GroupK + k;
            int rows;
            for (var tap = 0; tap < taps; tap += rows)
            {
                rows = ProductTiling.Rows(taps - tap, TOps.TileRows);
                var a = w + firstRow * shape.Taps + channel * shape.R * shape.S + tap;
                var b = packed;
                for (var pixel = 0; pixel < pixels; pixel += Width)
                {
                    ProductTile<TOps, TVector, TElement>.Run(
                        rows,
                        pixels - pixel,
                        a,
                        1,
                        shape.Taps,
                        b,
                        Width,
                        depth,
                        column + tap * ChunkPixels + pixel,
                        ChunkPixels,
                        k > 0
                    );
                    b += depth * Width;
                }
            }

            packed += depth * ((pixels + Width - 1) / Width * Width);
        }
    }
}
