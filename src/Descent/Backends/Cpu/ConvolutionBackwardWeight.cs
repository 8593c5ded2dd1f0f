using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The gradient of a convolution's weights as tasks: each takes a group of pictures and some input channels.</summary>
/// <remarks>
/// <code>
///                                    taps (c, r, s)
///                              ┌───────┬───────┬──
///    whole output rows,        │ panel │ panel │ …   copied from the planes, transposed in registers
///    at most 384 pixels        └───────┴───────┴──
///   ┌────────────────────┐     ┌───────┬───────┬──
///   │ dy: output channels│  →  │ tile  │   →   │     += into the group's own sum
///   └────────────────────┘     └───────┴───────┴──
/// </code>
/// Group 0 sums into dw itself, the others into partial results that are added afterwards in order. Groups and blocks
/// depend on the shape only.
/// </remarks>
internal readonly unsafe struct ConvolutionBackwardWeight<TOps, TVector, TElement> : IRangeBody
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    private const int TapsPerTask = 288;
    private const int MostGroups = 16;
    private const long LeastGroupProducts = 4_000_000;
    private const long MostPartialElements = 4_000_000;

    private readonly ConvolutionShape shape;
    private readonly TElement* x;
    private readonly TElement* dy;
    private readonly TElement* dw;
    private readonly TElement* partial;
    private readonly int* tapOffsets;
    private readonly ConvolutionRun run;
    private readonly int channels;
    private readonly long channelBlocks;
    private readonly long pictureGroups;
    private readonly long pictures;

    public ConvolutionBackwardWeight(
        in ConvolutionShape shape,
        TElement* x,
        TElement* dy,
        TElement* dw,
        TElement* partial,
        int* tapOffsets
    )
    {
        this.shape = shape;
        this.x = x;
        this.dy = dy;
        this.dw = dw;
        this.partial = partial;
        this.tapOffsets = tapOffsets;
        var most = Math.Clamp(TapsPerTask / (shape.R * shape.S), 1, shape.GroupC);
        channelBlocks = (shape.GroupC + most - 1) / most;
        channels = (int)((shape.GroupC + channelBlocks - 1) / channelBlocks);
        channelBlocks = (shape.GroupC + channels - 1) / channels;
        pictures = PicturesPerGroup(shape);
        pictureGroups = PictureGroups(shape);
        var rows = Math.Clamp(MatrixProduct.DepthBlock / shape.OutputWidth, 1, pictures * shape.OutputHeight);
        run = new ConvolutionRun(shape, channels, rows);
        run.TapOffsets(tapOffsets, channels * shape.R * shape.S);
    }

    /// <summary>The number of independent pieces of work.</summary>
    public long Tasks => pictureGroups * shape.Groups * channelBlocks;

    private static int Width => ProductTile<TOps, TVector, TElement>.Columns;

    /// <summary>The number of groups that the pictures are summed in.</summary>
    public static int PictureGroups(in ConvolutionShape shape)
    {
        var pictures = PicturesPerGroup(shape);
        return (int)((shape.N + pictures - 1) / pictures);
    }

    private static long PicturesPerGroup(in ConvolutionShape shape)
    {
        var weights = (long)shape.K * shape.Taps;
        var products = weights * shape.OutputPlane * shape.N;
        var groups = Math.Min(MostGroups, Math.Min(products / LeastGroupProducts, MostPartialElements / weights));
        groups = Math.Clamp(groups, 1, shape.N);
        return (shape.N + groups - 1) / groups;
    }

    public void Invoke(long start, long end)
    {
        var slack = PixelChunks.Slack / sizeof(TElement);
        var pixels = run.MostRows * shape.OutputWidth;
        var dyRow = (pixels + 31) / 16 * 16 + 16;
        var dyLength = dyRow * shape.GroupK;
        var planesLength = run.PlanesLength<TElement>();
        var panelLength = (pixels + 8) * Width;
        var tileLength = TOps.TileRows * Width + slack;
        var mostChunks = PixelChunks.Most<TElement>(pixels, shape.OutputWidth);
        using var scratch = new Scratch((dyLength + planesLength + panelLength + tileLength) * sizeof(TElement));
        using var lists = new Scratch(mostChunks * sizeof(PixelChunk));
        var packedDy = (TElement*)scratch.Pointer;
        var planes = packedDy + dyLength;
        var panel = planes + planesLength;
        var tile = panel + panelLength;
        var chunks = (PixelChunk*)lists.Pointer;
        for (var task = start; task < end; task++)
        {
            var pictureGroup = task / (shape.Groups * channelBlocks);
            var group = (int)(task / channelBlocks % shape.Groups);
            var channel = (int)(task % channelBlocks) * channels;
            var channelCount = Math.Min(channels, shape.GroupC - channel);
            var firstRow = pictureGroup * pictures * shape.OutputHeight;
            var endRow = Math.Min(shape.N, (pictureGroup + 1) * pictures) * shape.OutputHeight;
            var sum = pictureGroup == 0 ? dw : partial + (pictureGroup - 1) * shape.K * shape.Taps;
            sum += (long)group * shape.GroupK * shape.Taps + channel * shape.R * shape.S;
            for (var row = firstRow; row < endRow; row += run.MostRows)
            {
                var rows = Math.Min(run.MostRows, endRow - row);
                var count = rows * shape.OutputWidth;
                run.Load(x, group * shape.GroupC + channel, channelCount, row, row + rows, planes);
                PackOutputs(row * shape.OutputWidth, count, group, packedDy, dyRow);
                var made = run.Chunks<TElement>(row, 0, count, chunks);
                var taps = channelCount * shape.R * shape.S;
                for (var tap = 0; tap < taps; tap += Width)
                {
                    var columns = Math.Min(Width, taps - tap);
                    PixelChunks.CopyTransposed(planes, tapOffsets + tap, columns, chunks, made, panel, Width);
                    Multiply(packedDy, dyRow, panel, count, columns, sum + tap, row > firstRow, tile);
                }
            }
        }
    }

    // dy as output channels × pixels of the block, flattened over the pictures.
    private void PackOutputs(long firstPixel, long pixels, int group, TElement* to, long toRow)
    {
        for (long done = 0; done < pixels; )
        {
            var place = (firstPixel + done) % shape.OutputPlane;
            var picture = (firstPixel + done) / shape.OutputPlane;
            var count = Math.Min(pixels - done, shape.OutputPlane - place);
            var from = dy + (picture * shape.K + (long)group * shape.GroupK) * shape.OutputPlane + place;
            ProductPacking<TOps, TVector, TElement>.Block(
                from,
                shape.OutputPlane,
                1,
                shape.GroupK,
                count,
                to + done,
                toRow
            );
            done += count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(
        TElement* packedDy,
        long dyRow,
        TElement* panel,
        long pixels,
        int columns,
        TElement* sum,
        bool add,
        TElement* tile
    )
    {
        int rows;
        for (var k = 0; k < shape.GroupK; k += rows)
        {
            rows = ProductTiling.Rows(shape.GroupK - k, TOps.TileRows);
            var a = packedDy + k * dyRow;
            var c = sum + (long)k * shape.Taps;
            if (columns == Width)
            {
                Tile(rows, columns, a, dyRow, panel, pixels, c, shape.Taps, add);
                continue;
            }

            Tile(rows, columns, a, dyRow, panel, pixels, tile, Width, false);
            ProductEdge<TOps, TVector, TElement>.Merge(
                tile,
                c,
                shape.Taps,
                0,
                rows,
                0,
                columns,
                add,
                false,
                default(NoEpilogue<TElement>)
            );
        }
    }

    private static void Tile(
        int rows,
        int columns,
        TElement* a,
        long aRow,
        TElement* panel,
        long pixels,
        TElement* c,
        long cRow,
        bool add
    ) => ProductTile<TOps, TVector, TElement>.Run(rows, columns, a, aRow, 1, panel, Width, pixels, c, cRow, add);
}
