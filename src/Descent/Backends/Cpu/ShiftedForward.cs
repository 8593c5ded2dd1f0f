using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The forward convolution from <see cref="ShiftedPlanes"/>, as tasks: each makes the output channels of one group for some rows of one picture.</summary>
/// <remarks>
/// <code>
///                        pixels of the rows, flattened
///                       ┌──────────────────────────┐
///    a block of taps    │ lines of the planes, each│   nothing is packed: a list says where the line of each
///    (c, r, s)          │ where its tap begins     │   tap begins
///   ┌──────────────┐    ├──────┬──────┬────────────┤
///   │ weights      │ →  │ tile │  →   │            │   output channels × pixels, straight to their place in y
///   └──────────────┘    └──────┴──────┴────────────┘
/// </code>
/// </remarks>
internal readonly unsafe struct ShiftedForward<TOps, TVector, TElement, TEpilogue> : IRangeBody
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
    where TEpilogue : struct, IProductEpilogue<TElement>
{
    // The planes of a block of taps stay in the second-level cache: about 130 of them.
    private const int PixelsPerTask = 1024;

    private readonly ConvolutionShape shape;
    private readonly TElement* x;
    private readonly TElement* w;
    private readonly TElement* y;
    private readonly int* offsets;
    private readonly TEpilogue epilogue;
    private readonly ShiftedPlanes planes;
    private readonly int rows;
    private readonly int runs;
    private readonly int channels;
    private readonly ChannelCut cut;

    public ShiftedForward(
        in ConvolutionShape shape,
        TElement* x,
        TElement* w,
        TElement* y,
        int* offsets,
        in TEpilogue epilogue
    )
    {
        this.shape = shape;
        this.x = x;
        this.w = w;
        this.y = y;
        this.offsets = offsets;
        this.epilogue = epilogue;
        runs = (int)((shape.OutputPlane + PixelsPerTask - 1) / PixelsPerTask);
        rows = (shape.OutputHeight + runs - 1) / runs;
        runs = (shape.OutputHeight + rows - 1) / rows;
        cut = new ChannelCut(shape, (long)shape.N * shape.Groups * runs);
        planes = new ShiftedPlanes(shape, rows);
        channels = Math.Min(shape.GroupC, (MatrixProduct.DepthBlock - 1) / (shape.R * shape.S) + 2);
        var filter = shape.R * shape.S;
        for (var tap = 0; tap < shape.Taps; tap++)
        {
            // Counted from the first channel of its block of taps.
            var channel = tap / MatrixProduct.DepthBlock * MatrixProduct.DepthBlock / filter;
            offsets[tap] = planes.TapOffset(tap - channel * filter);
        }
    }

    /// <summary>The number of independent pieces of work.</summary>
    public long Tasks => (long)shape.N * shape.Groups * runs * cut.Blocks;

    private static int Width => ProductTile<TOps, TVector, TElement>.Columns;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var filter = shape.R * shape.S;
        var tileLength = TOps.TileRows * Width;
        var planesLength = channels * planes.ChannelLength + ShiftedPlanes.Slack;
        using var scratch = new Scratch((tileLength + planesLength + planes.PaddedLength) * sizeof(TElement));
        var tile = (TElement*)scratch.Pointer;
        var input = tile + tileLength;
        for (var task = start; task < end; task++)
        {
            var (piece, block) = Math.DivRem(task, cut.Blocks);
            var (part, run) = Math.DivRem(piece, runs);
            var first = (int)block * cut.Length;
            var (picture, group) = Math.DivRem(part, shape.Groups);
            var firstRow = (int)run * rows;
            var rowCount = Math.Min(rows, shape.OutputHeight - firstRow);
            var target = y + (picture * shape.K + group * shape.GroupK) * shape.OutputPlane;
            target += (long)firstRow * shape.OutputWidth;
            for (var k = 0; k < shape.Taps; k += MatrixProduct.DepthBlock)
            {
                var depth = Math.Min(MatrixProduct.DepthBlock, shape.Taps - k);
                var channel = k / filter;
                var from = x + (picture * shape.C + group * shape.GroupC + channel) * shape.H * shape.W;
                planes.Load<TOps, TVector, TElement>(
                    from,
                    (k + depth - 1) / filter + 1 - channel,
                    firstRow,
                    rowCount,
                    input + planesLength,
                    input
                );
                Multiply((int)group, first, rowCount * shape.OutputWidth, k, depth, input, offsets + k, target, tile);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(
        int group,
        int first,
        int pixels,
        int k,
        int depth,
        TElement* input,
        int* offsets,
        TElement* target,
        TElement* tile
    )
    {
        var plane = shape.OutputPlane;
        var add = k > 0;
        var last = k + depth == shape.Taps;
        int count;
        var end = cut.EndOf(first);
        for (var channel = first; channel < end; channel += count)
        {
            count = ProductTiling.Rows(end - channel, TOps.TileRows);
            var row = group * shape.GroupK + channel;
            var a = w + (long)row * shape.Taps + k;
            var c = target + channel * plane;
            for (var pixel = 0; pixel < pixels; pixel += Width)
            {
                var columns = Math.Min(Width, pixels - pixel);
                var isWhole = columns % TOps.Count == 0;
                if (last)
                {
                    ProductEdge<TOps, TVector, TElement>.Ask(c + pixel, plane, count, columns, epilogue);
                }

                ProductTile<TOps, TVector, TElement>.Run(
                    count,
                    columns,
                    a,
                    shape.Taps,
                    1,
                    new ListedRows<TElement>(input + pixel, offsets),
                    depth,
                    isWhole ? c + pixel : tile,
                    isWhole ? plane : Width,
                    isWhole && add
                );
                if (!isWhole)
                {
                    ProductEdge<TOps, TVector, TElement>.Merge(
                        tile,
                        c + pixel,
                        plane,
                        row,
                        count,
                        0,
                        columns,
                        add,
                        last,
                        epilogue
                    );
                }
                else if (last)
                {
                    ProductEdge<TOps, TVector, TElement>.Apply(c + pixel, plane, row, count, 0, columns, epilogue);
                }
            }
        }
    }
}
