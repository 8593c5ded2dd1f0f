using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The forward convolution by Winograd's F(4×4, 3×3), as tasks: each makes some output channels of a block of tiles.</summary>
/// <remarks>
/// <code>
///   x, 16 channels innermost → Bᵀ d B    36 matrices (tile, c)
///                                 ↓
///   w → G w Gᵀ, in panels    →  products   36 matrices (tile, k)
///                                 ↓
///                         Aᵀ m A, k innermost → planes of y → epilogue
/// </code>
/// Lanes are channels throughout, so that planes of any size fill the vectors. The block is chosen to let the two sets of
/// matrices stay in the second-level cache; many channels must go beyond it, or the filters would be read too often.
/// Order of summation: over the input channels in blocks of 384 as in <see cref="MatrixProduct"/>, between the transforms.
/// </remarks>
internal readonly unsafe struct WinogradForward<TOps, TVector, TElement, TEpilogue> : IRangeBody
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
    where TEpilogue : struct, IProductEpilogue<TElement>
{
    private const int Side = WinogradTiles.Side,
        Products = WinogradTiles.Products,
        LeastTasks = 4,
        LeastChannels = 128;

    private readonly ConvolutionShape shape;
    private readonly TElement* x;
    private readonly TElement* u;
    private readonly TElement* y;
    private readonly TEpilogue epilogue;
    private readonly WinogradTiles tiles;
    private readonly WinogradLines lines;
    private readonly int parts;
    private readonly int panels;

    /// <summary>With the filters transformed by <see cref="WinogradFilters{TOps, TVector, TElement}"/>.</summary>
    public WinogradForward(in ConvolutionShape shape, TElement* x, TElement* u, TElement* y, in TEpilogue epilogue)
    {
        this.shape = shape;
        this.x = x;
        this.u = u;
        this.y = y;
        this.epilogue = epilogue;
        tiles = new WinogradTiles(shape, shape.N, Math.Clamp(BlockElements / (shape.C + shape.K), 48, 96));
        var columns = tiles.Across * Side + 2;
        lines = new WinogradLines(shape.H, shape.W, shape.PaddingY, shape.PaddingX, columns);
        // Every part transforms the input anew.
        parts = Math.Max(1, Math.Min(LeastTasks / tiles.Blocks, shape.K / LeastChannels));
        var all = WinogradFilters<TOps, TVector, TElement>.Panels(shape.K);
        panels = (all + parts - 1) / parts;
        parts = (all + panels - 1) / panels;
    }

    private static int BlockElements => 6144;

    /// <summary>The number of independent pieces of work.</summary>
    public long Tasks => tiles.Blocks * (long)parts;

    private static int Width => ProductTile<TOps, TVector, TElement>.Columns;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var (inputPitch, productPitch) = (WinogradTiles.Pitch(shape.C), WinogradTiles.Pitch(panels * Width));
        var (inputStep, productStep) = (tiles.Count * inputPitch + 16, tiles.Count * productPitch + 16);
        var linesLength = lines.Length(Side * tiles.Rows + 2);
        var pixelsLength = (Side * shape.OutputWidth + Side) * Width;
        var length = Products * ((long)inputStep + productStep) + linesLength + pixelsLength;
        using var scratch = new Scratch(length * sizeof(TElement));
        var inputs = (TElement*)scratch.Pointer;
        var products = inputs + Products * inputStep;
        var rows = products + Products * productStep;
        var pixels = rows + linesLength;
        for (var task = start; task < end; task++)
        {
            var (block, part) = ((int)(task / parts), (int)(task % parts));
            var first = part * panels * Width;
            var channels = Math.Min(panels * Width, shape.K - first);
            var count = 0;
            foreach (var (picture, row, rowCount) in tiles.Runs(block, shape.N))
            {
                WinogradSquares<TOps, TVector, TElement>.Run<WinogradTransform<TOps, TVector, TElement>.Input>(
                    lines,
                    tiles.Across,
                    x + (long)picture * shape.C * shape.H * shape.W,
                    shape.C,
                    row,
                    rowCount,
                    rows,
                    inputs + count * inputPitch,
                    inputStep,
                    inputPitch
                );
                count += rowCount * tiles.Across;
            }

            Multiply(first, channels, count, inputs, inputStep, inputPitch, products, productStep, productPitch);
            var from = products;
            foreach (var (picture, row, rowCount) in tiles.Runs(block, shape.N))
            {
                for (var i = row; i < row + rowCount; i++, from += tiles.Across * productPitch)
                {
                    Finish(picture, i, first, channels, from, productStep, productPitch, pixels);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(
        int first,
        int channels,
        int count,
        TElement* inputs,
        int inputStep,
        int inputPitch,
        TElement* products,
        int step,
        int pitch
    )
    {
        var matrix = WinogradFilters<TOps, TVector, TElement>.MatrixLength(shape.K, shape.C);
        for (var product = 0; product < Products; product++)
        {
            for (var c = 0; c < shape.C; c += MatrixProduct.DepthBlock)
            {
                var depth = Math.Min(MatrixProduct.DepthBlock, shape.C - c);
                for (var k = 0; k < channels; k += Width)
                {
                    var b = u + product * matrix + (long)(first + k) * shape.C + c * Width;
                    int rows;
                    for (var tile = 0; tile < count; tile += rows)
                    {
                        rows = ProductTiling.Rows(count - tile, TOps.TileRows);
                        ProductTile<TOps, TVector, TElement>.Run(
                            rows,
                            channels - k,
                            inputs + product * inputStep + tile * inputPitch + c,
                            inputPitch,
                            1,
                            b,
                            Width,
                            depth,
                            products + product * step + tile * pitch + k,
                            pitch,
                            c > 0
                        );
                    }
                }
            }
        }
    }

    // One row of tiles. A tile that hangs over the right edge writes what the ones on its left overwrite.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Finish(
        int picture,
        int row,
        int first,
        int channels,
        TElement* products,
        int step,
        int pitch,
        TElement* pixels
    )
    {
        var spare = stackalloc TElement[WinogradTransform<TOps, TVector, TElement>.SpareLength];
        var count = Math.Min(Side, shape.OutputHeight - Side * row) * shape.OutputWidth;
        for (var k = 0; k < channels; k += Width)
        {
            var part = Math.Min(Width, channels - k);
            for (var tile = tiles.Across - 1; tile >= 0; tile--)
            {
                var from = products + tile * pitch + k;
                var to = pixels + tile * Side * Width;
                for (var lane = 0; lane < part; lane += TOps.Count)
                {
                    WinogradTransform<TOps, TVector, TElement>.Run<WinogradTransform<TOps, TVector, TElement>.Output>(
                        from + lane,
                        6L * step,
                        step,
                        to + lane,
                        (long)shape.OutputWidth * Width,
                        Width,
                        spare
                    );
                }
            }

            var plane = y + ((long)picture * shape.K + first + k) * shape.OutputPlane;
            WinogradPixels<TOps, TVector, TElement>.Store(
                pixels,
                count,
                part,
                plane + Side * row * shape.OutputWidth,
                shape.OutputPlane,
                first + k,
                epilogue
            );
        }
    }
}
