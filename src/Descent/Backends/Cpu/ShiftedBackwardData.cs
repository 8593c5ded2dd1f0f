using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The gradient of a convolution's input by way of <see cref="ShiftedPlanes"/>, as tasks: each makes some channels of one picture.</summary>
/// <remarks>
/// <code>
///                         pixels of the output
///                        ┌──────────────────┐          for each filter row r, in order:
///    output channels     │ dy, as it is     │          planes[c, s] from row r on += weights · dy
///                        └──────────────────┘
///   ┌──────────────┐     ┌──────┬──────┬────┐          then for each filter column s, in order:
///   │ weights of r │  →  │ tile │  →   │    │          dx[c] += planes[c, s], moved by s
///   └──────────────┘     └──────┴──────┴────┘
///     (c, s) × k
/// </code>
/// Only true products are computed, and a tile adds itself to the planes as it leaves the registers. The order of
/// the additions, k in blocks of 384, then r, then s, depends on the shape alone.
/// </remarks>
internal readonly unsafe struct ShiftedBackwardData<TOps, TVector, TElement> : IRangeBody
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    // The planes of a task stay in the second-level cache.
    private const int PlanesPerTask = 65536;

    // Fewer rows than this leave most of a tile empty.
    private const int LeastTileRows = 12;

    private readonly ConvolutionShape shape;
    private readonly TElement* dy;
    private readonly TElement* weights;
    private readonly TElement* masks;
    private readonly TElement* dx;
    private readonly int planeLength;
    private readonly int channels;
    private readonly int channelBlocks;

    /// <summary>Takes the filters as <see cref="PackWeights"/> arranges them, and what <see cref="MakeMasks"/> made.</summary>
    public ShiftedBackwardData(
        in ConvolutionShape shape,
        TElement* dy,
        TElement* weights,
        TElement* masks,
        TElement* dx
    )
    {
        this.shape = shape;
        this.dy = dy;
        this.weights = weights;
        this.masks = masks;
        this.dx = dx;
        planeLength = PlaneLength(shape);
        channels = Math.Clamp(PlanesPerTask / (shape.S * planeLength), 1, shape.GroupC);
        channelBlocks = (shape.GroupC + channels - 1) / channels;
        channels = (shape.GroupC + channelBlocks - 1) / channelBlocks;
    }

    /// <summary>The number of independent pieces of work.</summary>
    public long Tasks => (long)shape.N * shape.Groups * channelBlocks;

    private static int Width => ProductTile<TOps, TVector, TElement>.Columns;

    /// <summary>Whether the gradient is better made this way: no stride, pictures whose planes fit the cache, and channels enough for a tile.</summary>
    public static bool Pays(in ConvolutionShape shape) =>
        shape is { StrideX: 1, StrideY: 1 }
        && ShiftedPlanes.Pay(shape)
        && (long)LeastTileRows * PlaneLength(shape) <= PlanesPerTask
        && shape.GroupC * shape.S >= LeastTileRows;

    /// <summary>packed[group, r, (c, s), k] = w[k, c, r, s].</summary>
    public static void PackWeights(in ConvolutionShape shape, TElement* w, TElement* packed) =>
        WorkSplitter.For((long)shape.Groups * shape.R, 1, new Packing(shape, w, packed));

    /// <summary>Elements that <see cref="MakeMasks"/> writes.</summary>
    public static int MasksLength(in ConvolutionShape shape) =>
        (shape.W + TOps.Count - 1) / TOps.Count * TOps.Count * shape.S;

    /// <summary>For each vector of a row of dx, for each filter column: all bits set in the lanes that lie on the plane's row.</summary>
    public static void MakeMasks(in ConvolutionShape shape, TElement* masks)
    {
        var length = MasksLength(shape);
        new Span<TElement>(masks, length).Clear();
        for (var i = 0; i < length; i++)
        {
            var (vector, lane) = Math.DivRem(i, TOps.Count);
            var (chunk, s) = Math.DivRem(vector, shape.S);
            var place = chunk * TOps.Count + lane + shape.PaddingX - s * shape.DilationX;
            if (place >= 0 && place < shape.OutputWidth)
            {
                new Span<byte>(masks + i, sizeof(TElement)).Fill(byte.MaxValue);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var planesLength = channels * shape.S * planeLength;
        var tileLength = TOps.TileRows * Width;
        var edgeLength = Math.Min(shape.GroupK, MatrixProduct.DepthBlock) * Width;
        var before = (shape.S - 1) * shape.DilationX;
        var length = before + planesLength + ShiftedPlanes.Slack + shape.PaddingX + tileLength + edgeLength;
        using var scratch = new Scratch(length * sizeof(TElement));
        var planes = (TElement*)scratch.Pointer + before;
        var tile = planes + planesLength + ShiftedPlanes.Slack + shape.PaddingX;
        var edge = tile + tileLength;
        for (var task = start; task < end; task++)
        {
            var (part, block) = Math.DivRem(task, channelBlocks);
            var (picture, group) = Math.DivRem(part, shape.Groups);
            var channel = (int)block * channels;
            var count = Math.Min(channels, shape.GroupC - channel);
            new Span<TElement>(planes, planesLength).Clear();
            var gradient = dy + (picture * shape.K + group * shape.GroupK) * shape.OutputPlane;
            for (var k = 0; k < shape.GroupK; k += MatrixProduct.DepthBlock)
            {
                var depth = Math.Min(MatrixProduct.DepthBlock, shape.GroupK - k);
                var from = gradient + k * shape.OutputPlane;
                PackEdge(from, depth, edge);
                for (var r = 0; r < shape.R; r++)
                {
                    var row = (group * shape.R + r) * shape.GroupC + channel;
                    Multiply(
                        weights + row * shape.S * shape.GroupK + k,
                        count * shape.S,
                        from,
                        depth,
                        edge,
                        planes + r * shape.DilationY * shape.OutputWidth,
                        tile
                    );
                }
            }

            var target = dx + (picture * shape.C + group * shape.GroupC + channel) * shape.H * shape.W;
            Fold(planes, count, target);
        }
    }

    private static int PlaneLength(in ConvolutionShape shape) =>
        (shape.OutputHeight + (shape.R - 1) * shape.DilationY) * shape.OutputWidth;

    // The pixels of the last tile, when they do not fill its vectors: past them another picture begins, or nothing.
    private void PackEdge(TElement* from, int depth, TElement* edge)
    {
        var columns = (int)(shape.OutputPlane % Width);
        if (columns % TOps.Count != 0)
        {
            var first = from + shape.OutputPlane - columns;
            ProductPacking<TOps, TVector, TElement>.Panel(first, shape.OutputPlane, 1, depth, columns, edge);
        }
    }

    // planes[(c, s), pixel] += Σ over k of weights[(c, s), k] · dy[k, pixel].
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(
        TElement* a,
        int rows,
        TElement* from,
        int depth,
        TElement* edge,
        TElement* planes,
        TElement* tile
    )
    {
        var pixels = (int)shape.OutputPlane;
        int count;
        for (var row = 0; row < rows; row += count)
        {
            count = ProductTiling.Rows(rows - row, TOps.TileRows);
            var aTile = a + (long)row * shape.GroupK;
            var c = planes + row * planeLength;
            for (var pixel = 0; pixel < pixels; pixel += Width)
            {
                var columns = Math.Min(Width, pixels - pixel);
                if (columns % TOps.Count == 0)
                {
                    var b = new EvenRows<TElement>(from + pixel, pixels);
                    Tile(count, columns, aTile, b, depth, c + pixel, planeLength, true);
                    continue;
                }

                Tile(count, columns, aTile, new EvenRows<TElement>(edge, Width), depth, tile, Width, false);
                ProductEdge<TOps, TVector, TElement>.Merge(
                    tile,
                    c + pixel,
                    planeLength,
                    0,
                    count,
                    0,
                    columns,
                    true,
                    false,
                    default(NoEpilogue<TElement>)
                );
            }
        }
    }

    private void Tile(
        int rows,
        int columns,
        TElement* a,
        EvenRows<TElement> b,
        int depth,
        TElement* c,
        long cRow,
        bool add
    ) => ProductTile<TOps, TVector, TElement>.Run(rows, columns, a, shape.GroupK, 1, b, depth, c, cRow, add);

    // dx[c, y, x] = Σ over s of planes[c, s, y + padding, x + padding − s].
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Fold(TElement* planes, int count, TElement* target)
    {
        var width = shape.OutputWidth;
        var rows = planeLength / width;
        for (var c = 0; c < count; c++)
        {
            for (var y = 0; y < shape.H; y++, target += shape.W)
            {
                var row = y + shape.PaddingY;
                if (row >= rows)
                {
                    new Span<TElement>(target, shape.W).Clear();
                    continue;
                }

                var mask = masks;
                for (var x = 0; x < shape.W; x += TOps.Count)
                {
                    var from = planes + c * shape.S * planeLength + row * width + x + shape.PaddingX;
                    var sum = TOps.And(TOps.Load(from), TOps.Load(mask));
                    mask += TOps.Count;
                    for (var s = 1; s < shape.S; s++, mask += TOps.Count)
                    {
                        from += planeLength - shape.DilationX;
                        sum = TOps.Add(sum, TOps.And(TOps.Load(from), TOps.Load(mask)));
                    }

                    if (x + TOps.Count <= shape.W)
                    {
                        TOps.Store(target + x, sum);
                    }
                    else
                    {
                        TOps.StorePartial(target + x, sum, shape.W - x);
                    }
                }
            }
        }
    }

    private readonly struct Packing(ConvolutionShape shape, TElement* w, TElement* packed) : IRangeBody
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(long start, long end)
        {
            for (var item = start; item < end; item++)
            {
                var (group, r) = Math.DivRem(item, shape.R);
                for (var k = 0; k < shape.GroupK; k++)
                {
                    var from = w + ((group * shape.GroupK + k) * shape.GroupC * shape.R + r) * shape.S;
                    var to = packed + item * shape.GroupC * shape.S * shape.GroupK + k;
                    for (var c = 0; c < shape.GroupC; c++, from += shape.R * shape.S)
                    {
                        for (var s = 0; s < shape.S; s++, to += shape.GroupK)
                        {
                            *to = from[s];
                        }
                    }
                }
            }
        }
    }
}
