using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The gradient of a convolution's weights as tasks: each takes some pictures and some output channels of one group.</summary>
/// <remarks>
/// <code>
///                              one piece of taps: (s, c) of a filter row, side by side in
///                              a picture whose channels come innermost (see ChannelsLast)
///                             ┌───────┬───────┬──
///    whole output rows, or    │ panel │ panel │ …   read in place
///    whole pictures, of at    └───────┴───────┴──
///    most 224 pixels
///   ┌───────────────────┐     ┌───────┬───────┬──
///   │ dy, as it is      │  →  │ tile  │   →   │     += into the task's own sum
///   └───────────────────┘     └───────┴───────┴──
///    output channels
/// </code>
/// The groups of pictures, and the blocks of pixels within a picture, depend on the shape only.
/// </remarks>
internal readonly unsafe struct ConvolutionBackwardWeight<TOps, TVector, TElement> : IRangeBody
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    // A panel of as many pixels stays in the first-level cache beside the rows of dy that meet it.
    private const int PixelsPerBlock = 224;
    private const int ChannelsPerTask = 48;
    private const int SumsPerTask = 160 * 1024;
    private const int LeastTasks = 8;
    private const int MostGroups = 16;
    private const long LeastGroupProducts = 4_000_000;
    private const long MostPartialElements = 4_000_000;

    private readonly ConvolutionShape shape;
    private readonly TElement* x;
    private readonly TElement* dy;
    private readonly TElement* sums;
    private readonly ChannelsLast picture;
    private readonly long pictures;
    private readonly int channels;
    private readonly int channelBlocks;
    private readonly int blockRows;
    private readonly int blockPictures;

    /// <summary>Sums into <paramref name="sums"/>: for each group of pictures the weights in the order (k, r, s, c).</summary>
    public ConvolutionBackwardWeight(in ConvolutionShape shape, TElement* x, TElement* dy, TElement* sums)
    {
        this.shape = shape;
        this.x = x;
        this.dy = dy;
        this.sums = sums;
        pictures = PicturesPerGroup(shape);
        // Every block of channels turns the pictures anew: as few as share the work out and keep the sums in the cache.
        var parts = LeastTasks / (PictureGroups(shape) * shape.Groups);
        var blocks = Math.Max(parts, ((long)shape.GroupK * shape.Taps + SumsPerTask - 1) / SumsPerTask);
        channelBlocks = (int)Math.Clamp(blocks, 1, (shape.GroupK + ChannelsPerTask - 1) / ChannelsPerTask);
        channels = (shape.GroupK + channelBlocks - 1) / channelBlocks;
        channelBlocks = (shape.GroupK + channels - 1) / channels;
        blockRows = Math.Clamp(PixelsPerBlock / shape.OutputWidth, 1, shape.OutputHeight);
        var runs = (shape.OutputHeight + blockRows - 1) / blockRows;
        blockRows = (shape.OutputHeight + runs - 1) / runs;
        blockPictures = runs > 1 ? 1 : (int)Math.Clamp(PixelsPerBlock / shape.OutputPlane, 1, pictures);
        picture = new ChannelsLast(shape, blockRows);
    }

    /// <summary>The number of independent pieces of work.</summary>
    public long Tasks => (long)PictureGroups(shape) * shape.Groups * channelBlocks;

    private static int Width => ProductTile<TOps, TVector, TElement>.Columns;

    /// <summary>The number of groups that the pictures are summed in.</summary>
    public static int PictureGroups(in ConvolutionShape shape)
    {
        var pictures = PicturesPerGroup(shape);
        return (int)((shape.N + pictures - 1) / pictures);
    }

    /// <summary>The number of pictures in each of them, but the last.</summary>
    public static long PicturesPerGroup(in ConvolutionShape shape)
    {
        var weights = (long)shape.K * shape.Taps;
        var products = weights * shape.OutputPlane * shape.N;
        var groups = Math.Min(MostGroups, Math.Min(products / LeastGroupProducts, MostPartialElements / weights));
        groups = Math.Clamp(groups, 1, shape.N);
        return (shape.N + groups - 1) / groups;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var pixels = blockPictures * blockRows * shape.OutputWidth;
        var tileLength = TOps.TileRows * Width;
        var packedLength = blockPictures > 1 ? channels * pixels : 0;
        var rowsLength = picture.Length(blockPictures);
        using var scratch = new Scratch(((long)rowsLength + tileLength + packedLength) * sizeof(TElement));
        using var list = new Scratch((pixels + picture.Pieces) * sizeof(int));
        var rows = (TElement*)scratch.Pointer;
        var tile = rows + rowsLength;
        var packed = tile + tileLength;
        var places = (int*)list.Pointer;
        var pieces = places + pixels;
        picture.ListPlaces(places, pixels, pieces);
        for (var task = start; task < end; task++)
        {
            var (part, channelBlock) = Math.DivRem(task, channelBlocks);
            var (pictureGroup, group) = Math.DivRem(part, shape.Groups);
            var channel = (int)(group * shape.GroupK + channelBlock * channels);
            var count = Math.Min(channels, (int)(group + 1) * shape.GroupK - channel);
            var sum = sums + (pictureGroup * shape.K + channel) * shape.Taps;
            var first = pictureGroup * pictures;
            var last = Math.Min(shape.N, first + pictures);
            for (var n = first; n < last; n += blockPictures)
            {
                var together = (int)Math.Min(blockPictures, last - n);
                var gradient = dy + (n * shape.K + channel) * shape.OutputPlane;
                for (var row = 0; row < shape.OutputHeight; row += blockRows)
                {
                    var rowCount = Math.Min(blockRows, shape.OutputHeight - row);
                    for (var i = 0; i < together; i++)
                    {
                        var from = x + ((n + i) * shape.C + group * shape.GroupC) * shape.H * shape.W;
                        picture.Load(from, row, rowCount, rows + i * picture.PictureLength);
                    }

                    var depth = together * rowCount * shape.OutputWidth;
                    if (together > 1)
                    {
                        Pack(gradient, count, together, packed);
                    }

                    var a = together > 1 ? packed : gradient + row * shape.OutputWidth;
                    var aRow = together > 1 ? depth : shape.OutputPlane;

                    var add = n > first || row > 0;
                    for (var piece = 0; piece < picture.Pieces; piece++)
                    {
                        var b = new ListedRows<TElement>(rows + pieces[piece], places);
                        var to = sum + piece * picture.PieceLength;
                        Multiply(a, aRow, count, b, depth, to, picture.PieceLength, add, tile);
                    }
                }
            }
        }
    }

    // dy of whole pictures, for each channel one behind the other.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pack(TElement* gradient, int channelCount, int together, TElement* packed)
    {
        var plane = shape.OutputPlane;
        for (var k = 0; k < channelCount; k++)
        {
            for (var i = 0; i < together; i++, packed += plane)
            {
                ShortCopy.Run(gradient + (i * (long)shape.K + k) * plane, packed, plane);
            }
        }
    }

    // sum[k, tap] += Σ over pixels of dy[k, pixel] · b[pixel, tap].
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply<TWalk>(
        TElement* a,
        long aRow,
        int channelCount,
        TWalk b,
        int depth,
        TElement* sum,
        int taps,
        bool add,
        TElement* tile
    )
        where TWalk : struct, IRowWalk<TElement>
    {
        for (var tap = 0; tap < taps; tap += Width)
        {
            var columns = Math.Min(Width, taps - tap);
            var isWhole = columns % TOps.Count == 0;
            int count;
            for (var k = 0; k < channelCount; k += count)
            {
                count = ProductTiling.Rows(channelCount - k, TOps.TileRows);
                var c = sum + (long)k * shape.Taps + tap;
                ProductTile<TOps, TVector, TElement>.Run(
                    count,
                    columns,
                    a + k * aRow,
                    aRow,
                    1,
                    b,
                    depth,
                    isWhole ? c : tile,
                    isWhole ? shape.Taps : Width,
                    isWhole && add
                );
                if (!isWhole)
                {
                    ProductEdge<TOps, TVector, TElement>.Merge(
                        tile,
                        c,
                        shape.Taps,
                        0,
                        count,
                        0,
                        columns,
                        add,
                        false,
                        default(NoEpilogue<TElement>)
                    );
                }
            }

            b.Skip(Width);
        }
    }
}
