using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The forward convolution by Winograd's F(4×4, 3×3), as tasks: each makes some output channels of a block of tiles.</summary>
/// <remarks>
/// <code>
///   x, 16 channels innermost → Bᵀ d B    36 matrices (tile, c)
///                                 ↓
///   w → G w Gᵀ, in panels    →  products   36 matrices (tile, k), two vectors of k
///                                 ↓
///                         Aᵀ m A, k innermost → planes of y → epilogue
/// </code>
/// Lanes are channels throughout, so that planes of any size fill the vectors. For each panel of output channels the
/// products are made and finished at once. The block lets all three sets of matrices stay in the second-level cache;
/// many channels must go beyond it, or the filters would be read too often.
/// Order of summation: over the input channels in blocks of 128, between the transforms.
/// </remarks>
internal readonly unsafe struct WinogradForward<TOps, TVector, TElement, TEpilogue> : IRangeBody
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
    where TEpilogue : struct, IProductEpilogue<TElement>
{
    private const int Side = WinogradTiles.Side,
        Products = WinogradTiles.Products,
        LeastChannels = 64,
        LeastBlocks = 6,
        BlockElements = 4096;

    private readonly ConvolutionShape shape;
    private readonly TElement* x;
    private readonly WinogradFilters<TOps, TVector, TElement> filters;
    private readonly TElement* y;
    private readonly TEpilogue epilogue;
    private readonly WinogradTiles tiles;
    private readonly WinogradLines lines;
    private readonly int parts;
    private readonly int panels;

    /// <summary>With filters made beforehand, or made anew for each block.</summary>
    public WinogradForward(
        in ConvolutionShape shape,
        TElement* x,
        in WinogradFilters<TOps, TVector, TElement> filters,
        TElement* y,
        in TEpilogue epilogue
    )
    {
        this.shape = shape;
        this.x = x;
        this.filters = filters;
        this.y = y;
        this.epilogue = epilogue;
        tiles = Tiles(shape);
        var columns = tiles.Across * Side + 2;
        lines = new WinogradLines(shape.H, shape.W, shape.PaddingY, shape.PaddingX, columns);
        // Every part transforms the input anew; no bit depends on them.
        var wanted = WorkSplitter.Threads == 1 ? 1 : (2 * WorkSplitter.Threads + tiles.Blocks - 1) / tiles.Blocks;
        parts = Math.Clamp(wanted, 1, Math.Max(1, shape.K / LeastChannels));
        panels = (filters.Panels + parts - 1) / parts;
        parts = (filters.Panels + panels - 1) / panels;
    }

    /// <summary>The number of independent pieces of work.</summary>
    public long Tasks => tiles.Blocks * (long)parts;

    private static int Depth => WinogradFilters<TOps, TVector, TElement>.Depth;

    private static int Width => ProductTile<TOps, TVector, TElement>.Columns;

    /// <summary>Whether the filters are used often enough to be made beforehand: with few blocks they stay in the cache, panel by panel, and are never written to memory.</summary>
    public static bool MakesFilters(in ConvolutionShape shape) => Tiles(shape).Blocks >= LeastBlocks;

    private static WinogradTiles Tiles(in ConvolutionShape shape) =>
        new(shape, shape.N, Math.Clamp(BlockElements / shape.C, 48, 64));

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var pitch = WinogradTiles.Pitch(shape.C);
        var (inputStep, productStep) = (tiles.Count * pitch + 16, tiles.Count * Width + 16);
        var linesLength = lines.Length(Side * tiles.Rows + 2);
        var pixelsLength = (Side * shape.OutputWidth + Side) * Width;
        var length = Products * ((long)inputStep + productStep) + linesLength + pixelsLength;
        length += WinogradFilters<TOps, TVector, TElement>.PartLength;
        using var scratch = new Scratch(length * sizeof(TElement));
        var inputs = (TElement*)scratch.Pointer;
        var products = inputs + Products * inputStep;
        var rows = products + Products * productStep;
        var pixels = rows + linesLength;
        var room = pixels + pixelsLength;
        for (var task = start; task < end; task++)
        {
            var (block, part) = ((int)(task / parts), (int)(task % parts));
            var count = 0;
            foreach (var (picture, row, rowCount) in tiles.Runs(block, shape.N))
            {
                WinogradSquares<TOps, TVector, TElement>.Run<WinogradTransform<TOps, TVector, TElement>.Input>(
                    lines,
                    tiles.Across,
                    x + picture * shape.InputPicture,
                    shape.C,
                    row,
                    rowCount,
                    rows,
                    inputs + count * pitch,
                    inputStep,
                    pitch
                );
                count += rowCount * tiles.Across;
            }

            for (var panel = part * panels; panel < Math.Min(filters.Panels, (part + 1) * panels); panel++)
            {
                var channels = Math.Min(Width, shape.K - panel * Width);
                for (var c = 0; c < shape.C; c += Depth)
                {
                    var u = filters.Part(panel, c, room);
                    Multiply(u, (block, panel), c, count, inputs + c, inputStep, pitch, products, productStep);
                }

                var from = products;
                foreach (var (picture, row, rowCount) in tiles.Runs(block, shape.N))
                {
                    for (var i = row; i < row + rowCount; i++, from += tiles.Across * Width)
                    {
                        Finish(picture, i, panel * Width, channels, from, productStep, pixels);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(
        TElement* u,
        (int Block, int Panel) place,
        int c,
        int count,
        TElement* inputs,
        int inputStep,
        int pitch,
        TElement* products,
        int step
    )
    {
        var depth = Math.Min(Depth, shape.C - c);
        var first = place.Panel * Width;
        var channels = Math.Min(Width, shape.K - first);
        for (var product = 0; product < Products; product++)
        {
            if (epilogue.Distance != 0 && c + depth == shape.C && product < channels)
            {
                Ask(place.Block, first + product);
            }

            int rows;
            for (var tile = 0; tile < count; tile += rows)
            {
                rows = ProductTiling.Rows(count - tile, TOps.TileRows);
                ProductTile<TOps, TVector, TElement>.Run(
                    rows,
                    channels,
                    inputs + product * inputStep + tile * pitch,
                    pitch,
                    1,
                    u + product * WinogradFilters<TOps, TVector, TElement>.Step,
                    Width,
                    depth,
                    products + product * step + tile * Width,
                    Width,
                    c > 0
                );
            }
        }
    }

    // What is added to a channel of a block.
    private void Ask(int block, int channel)
    {
        foreach (var (picture, row, rowCount) in tiles.Runs(block, shape.N))
        {
            var from = Side * row;
            var pixels = (Math.Min(shape.OutputHeight, from + Side * rowCount) - from) * shape.OutputWidth;
            var at = y + picture * shape.OutputPicture + channel * shape.OutputPlane + from * shape.OutputWidth;
            ProductEdge<TOps, TVector, TElement>.Ask(at, 0, 1, pixels, epilogue);
        }
    }

    // One row of tiles. A tile that hangs over the right edge writes what the ones on its left overwrite.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Finish(int picture, int row, int first, int channels, TElement* products, int step, TElement* pixels)
    {
        var plane = y + picture * shape.OutputPicture + first * shape.OutputPlane + Side * row * shape.OutputWidth;
        var count = Math.Min(Side, shape.OutputHeight - Side * row) * shape.OutputWidth;
        WinogradPixels<TOps, TVector, TElement>.Prefetch(plane, count, channels, shape.OutputPlane);
        for (var lane = 0; lane < channels; lane += TOps.Count)
        {
            WinogradTransform<TOps, TVector, TElement>.Output.Run(
                products + lane,
                step,
                pixels + lane,
                (long)shape.OutputWidth * Width,
                Width,
                tiles.Across
            );
        }

        WinogradPixels<TOps, TVector, TElement>.Store(
            pixels,
            count,
            channels,
            plane,
            shape.OutputPlane,
            first,
            epilogue
        );
    }
}
