using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The forward convolution as tasks: each makes the output channels of one group for a run of output rows.</summary>
/// <remarks>
/// <code>
///                        pixels of the run, flattened over rows and pictures
///                       ┌───────┬───────┬───────┐
///    a block of taps    │ panel │ panel │  …    │  copied from the planes: x[c, y·stride + r, x·stride + s]
///    (c, r, s)          └───────┴───────┴───────┘
///   ┌──────────────┐    ┌───────┬───────┬───────┐
///   │ weights      │ →  │ tile  │   →   │       │  output channels × pixels
///   └──────────────┘    └───────┴───────┴───────┘
/// </code>
/// A tile goes straight to its place in y, or through a side buffer when its pixels belong to two pictures. A last pixel
/// that would have a vector to itself, as that of a 7×7 plane, is made with its lanes along the output channels.
/// </remarks>
internal readonly unsafe struct ConvolutionForward<TOps, TVector, TElement, TEpilogue> : IRangeBody
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
    where TEpilogue : struct, IProductEpilogue<TElement>
{
    private const int PixelsPerTask = 256;

    private readonly ConvolutionShape shape;
    private readonly TElement* x;
    private readonly TElement* w;
    private readonly TElement* y;
    private readonly int* tapOffsets;
    private readonly TEpilogue epilogue;
    private readonly ConvolutionRun run;
    private readonly long runs;
    private readonly ChannelCut cut;
    private readonly bool canTurn;

    public ConvolutionForward(
        in ConvolutionShape shape,
        TElement* x,
        TElement* w,
        TElement* y,
        int* tapOffsets,
        in TEpilogue epilogue
    )
    {
        this.shape = shape;
        this.x = x;
        this.w = w;
        this.y = y;
        this.tapOffsets = tapOffsets;
        this.epilogue = epilogue;
        var allRows = (long)shape.N * shape.OutputHeight;
        var rows = Math.Clamp(PixelsPerTask / shape.OutputWidth, 1, allRows);
        run = new ConvolutionRun(shape, shape.GroupC, rows);
        run.TapOffsets(tapOffsets, shape.Taps);
        runs = (allRows + rows - 1) / rows;
        cut = new ChannelCut(shape, shape.Groups * runs);
        canTurn = VectorSums.Support<TElement>() && shape.Taps >= 64 && shape.GroupK % 8 == 0 && cut.Length % 8 == 0;
    }

    /// <summary>The number of independent pieces of work.</summary>
    public long Tasks => shape.Groups * runs * cut.Blocks;

    private static int Width => ProductTile<TOps, TVector, TElement>.Columns;

    public void Invoke(long start, long end)
    {
        var pixels = run.MostRows * shape.OutputWidth;
        var panels = (pixels + Width - 1) / Width;
        var depthBlock = Math.Min(shape.Taps, MatrixProduct.DepthBlock);
        var slack = PixelChunks.Slack / sizeof(TElement);
        var tileLength = TOps.TileRows * Width + slack;
        var planesLength = run.PlanesLength<TElement>();
        var panelsLength = panels * depthBlock * Width + slack;
        var mostChunks = PixelChunks.Most<TElement>(Width, shape.OutputWidth);
        using var scratch = new Scratch((tileLength + planesLength + panelsLength + depthBlock) * sizeof(TElement));
        using var lists = new Scratch(mostChunks * sizeof(PixelChunk));
        var tile = (TElement*)scratch.Pointer;
        var planes = tile + tileLength;
        var packed = planes + planesLength;
        var lone = packed + panelsLength;
        for (var task = start; task < end; task++)
        {
            var (piece, block) = Math.DivRem(task, cut.Blocks);
            var group = (int)(piece / runs);
            var first = piece % runs * run.MostRows;
            var channel = (int)block * cut.Length;
            var rows = Math.Min(run.MostRows, (long)shape.N * shape.OutputHeight - first);
            run.Load(x, group * shape.GroupC, shape.GroupC, first, first + rows, planes);
            for (var k = 0; k < Math.Max(1, shape.Taps); k += MatrixProduct.DepthBlock)
            {
                var depth = Math.Min(MatrixProduct.DepthBlock, shape.Taps - k);
                Pack(first, rows * shape.OutputWidth, k, depth, planes, (PixelChunk*)lists.Pointer, packed);
                var count = rows * shape.OutputWidth;
                if (canTurn && count % TOps.Count == 1)
                {
                    // The last column of the last panel, by itself.
                    var column = packed + --count / Width * depth * Width + count % Width;
                    Gather(column, depth, lone);
                    Turned(group, channel, first * shape.OutputWidth + count, k, depth, lone, tile);
                }

                Multiply(group, channel, first * shape.OutputWidth, count, k, depth, packed, tile);
            }
        }
    }

    private void Pack(long first, long pixels, int k, int depth, TElement* planes, PixelChunk* chunks, TElement* packed)
    {
        for (long pixel = 0; pixel < pixels; pixel += Width)
        {
            var count = run.Chunks<TElement>(first, pixel, Math.Min(Width, pixels - pixel), chunks);
            if (pixels - pixel < Width)
            {
                new Span<TElement>(packed, depth * Width).Clear();
            }

            PixelChunks.Copy(planes, tapOffsets + k, depth, chunks, count, packed, Width);
            packed += depth * Width;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(
        int group,
        int firstChannel,
        long firstPixel,
        long pixels,
        int k,
        int depth,
        TElement* packed,
        TElement* tile
    )
    {
        var plane = shape.OutputPlane;
        var add = k > 0;
        var last = k + depth == shape.Taps;
        int rows;
        var end = cut.EndOf(firstChannel);
        for (var channel = firstChannel; channel < end; channel += rows)
        {
            rows = ProductTiling.Rows(end - channel, TOps.TileRows);
            var row = group * shape.GroupK + channel;
            var a = w + (long)row * shape.Taps + k;
            var b = packed;
            var picture = firstPixel / plane;
            var place = firstPixel - picture * plane;
            for (var left = pixels; left > 0; left -= Width)
            {
                var columns = Math.Min(Width, left);
                if (last)
                {
                    var near = y + (picture * shape.K + row) * plane + place;
                    ProductEdge<TOps, TVector, TElement>.Ask(
                        near,
                        plane,
                        rows,
                        Math.Min(columns, plane - place),
                        epilogue
                    );
                }

                if (columns == Width && place + Width <= plane)
                {
                    var target = y + (picture * shape.K + row) * plane + place;
                    Tile(rows, columns, a, b, depth, target, plane, add);
                    Finish(target, row, rows, Width, last);
                    place += Width;
                }
                else
                {
                    Tile(rows, columns, a, b, depth, tile, Width, false);
                    for (long done = 0; done < columns; )
                    {
                        (picture, place) = place == plane ? (picture + 1, 0) : (picture, place);
                        var target = y + (picture * shape.K + row) * plane + place;
                        var count = Math.Min(columns - done, plane - place);
                        ProductEdge<TOps, TVector, TElement>.Merge(
                            tile + done,
                            target,
                            plane,
                            row,
                            rows,
                            0,
                            count,
                            add,
                            last,
                            epilogue
                        );
                        done += count;
                        place += count;
                    }
                }

                (picture, place) = place == plane ? (picture + 1, 0) : (picture, place);
                b += depth * Width;
            }
        }
    }

    private static void Gather(TElement* column, int depth, TElement* to)
    {
        for (var k = 0; k < depth; k++)
        {
            to[k] = column[k * Width];
        }
    }

    // One pixel of all channels.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Turned(int group, int firstChannel, long pixel, int k, int depth, TElement* lone, TElement* tile)
    {
        var sums = stackalloc float[VectorSums.Outputs];
        var (picture, place) = Math.DivRem(pixel, shape.OutputPlane);
        var end = cut.EndOf(firstChannel);
        for (var channel = firstChannel; channel < end; channel += VectorSums.Outputs)
        {
            var count = Math.Min(VectorSums.Outputs, end - channel);
            var first = group * shape.GroupK + channel;
            VectorSums.Run((float*)w + (long)first * shape.Taps + k, shape.Taps, count, (float*)lone, depth, sums);
            int rows;
            for (var i = 0; i < count; i += rows)
            {
                rows = Math.Min(TOps.TileRows, count - i);
                for (var row = 0; row < rows; row++)
                {
                    tile[row * Width] = ((TElement*)sums)[i + row];
                }

                var target = y + (picture * shape.K + first + i) * shape.OutputPlane + place;
                ProductEdge<TOps, TVector, TElement>.Merge(
                    tile,
                    target,
                    shape.OutputPlane,
                    first + i,
                    rows,
                    0,
                    1,
                    k > 0,
                    k + depth == shape.Taps,
                    epilogue
                );
            }
        }
    }

    private void Tile(int rows, long columns, TElement* a, TElement* b, int depth, TElement* c, long cRow, bool add)
    {
        if (depth > 0)
        {
            ProductTile<TOps, TVector, TElement>.Run(rows, columns, a, shape.Taps, 1, b, Width, depth, c, cRow, add);
            return;
        }

        for (var row = 0; row < rows; row++)
        {
            new Span<TElement>(c + row * cRow, Width).Clear();
        }
    }

    private void Finish(TElement* c, int channel, int rows, long columns, bool last)
    {
        if (last)
        {
            ProductEdge<TOps, TVector, TElement>.Apply(c, shape.OutputPlane, channel, rows, 0, columns, epilogue);
        }
    }
}
