using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The forward convolution by Winograd's F(2×2, 3×3), as tasks: each makes all output channels of a block of tiles.</summary>
/// <remarks>
/// <code>
///   x → planes → Bᵀ d B      16 matrices (c, tile)
///                   ↓
///   w → G w Gᵀ   →  products   16 matrices (k, tile), for some output channels at a time
///                   ↓
///                Aᵀ m A → epilogue → rows of y
/// </code>
/// Order of summation: over the input channels in blocks of 384 as in <see cref="MatrixProduct"/>, between the transforms.
/// </remarks>
internal readonly unsafe struct WinogradForward<TOps, TVector, TElement, TEpilogue> : IRangeBody
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
    where TEpilogue : struct, IProductEpilogue<TElement>
{
    private const int ChannelsTogether = 48;

    private readonly ConvolutionShape shape;
    private readonly TElement* x;
    private readonly TElement* u;
    private readonly TElement* y;
    private readonly TEpilogue epilogue;
    private readonly WinogradTiles tiles;
    private readonly WinogradPlane plane;

    /// <summary>With the filters transformed by <see cref="WinogradFilters{TOps, TVector, TElement}"/>.</summary>
    public WinogradForward(in ConvolutionShape shape, TElement* x, TElement* u, TElement* y, in TEpilogue epilogue)
    {
        this.shape = shape;
        this.x = x;
        this.u = u;
        this.y = y;
        this.epilogue = epilogue;
        tiles = new WinogradTiles(shape, shape.C);
        plane = new WinogradPlane(shape.H, shape.W, shape.PaddingY, shape.PaddingX);
    }

    /// <summary>The number of independent pieces of work.</summary>
    public long Tasks => tiles.Blocks;

    private static int Width => ProductTile<TOps, TVector, TElement>.Columns;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var pitch = tiles.Pitch;
        var (inputStep, productStep) = (shape.C * pitch + 16, ChannelsTogether * pitch + 16);
        var planeLength = plane.Length(2 * tiles.Rows + 2);
        var length = WinogradTiles.Products * (inputStep + productStep) + 4 * pitch + planeLength;
        using var scratch = new Scratch((long)length * sizeof(TElement));
        var inputs = (TElement*)scratch.Pointer;
        var products = inputs + WinogradTiles.Products * inputStep;
        var pixels = products + WinogradTiles.Products * productStep;
        var rowsOfPlane = pixels + 4 * pitch;
        for (var block = start; block < end; block++)
        {
            var (picture, pictures, row, rows) = tiles.Block(block);
            Transform(picture, pictures, row, rows, rowsOfPlane, inputs, inputStep);
            int channels;
            for (var k = 0; k < shape.K; k += channels)
            {
                channels = Math.Min(ChannelsTogether, shape.K - k);
                Multiply(k, channels, pictures * rows * tiles.Across, inputs, inputStep, products, productStep);
                Finish(picture, pictures, row, rows, k, channels, products, productStep, pixels);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Transform(
        int picture,
        int pictures,
        int row,
        int rows,
        TElement* rowsOfPlane,
        TElement* inputs,
        int step
    )
    {
        var at = stackalloc int[WinogradTiles.Products];
        for (var tap = 0; tap < WinogradTiles.Products; tap++)
        {
            at[tap] = plane.PlaceOf(tap / 4, tap % 4);
        }

        var across = tiles.Across;
        for (var channel = 0; channel < shape.C; channel++)
        {
            // Whole vectors: what a row of tiles leaves behind its end, the next one overwrites.
            var to = inputs + channel * tiles.Pitch;
            for (var n = picture; n < picture + pictures; n++)
            {
                var from = x + ((long)n * shape.C + channel) * shape.H * shape.W;
                plane.Load(from, 2 * row, 2 * rows + 2, rowsOfPlane);
                for (var i = 0; i < rows; i++, to += across)
                {
                    var tile = rowsOfPlane + 4 * i * plane.Pitch;
                    for (var j = 0; j < across; j += TOps.Count)
                    {
                        WinogradTransform<TOps, TVector, TElement>.Input(tile + j, at, to + j, step);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(int k, int channels, int count, TElement* inputs, int inputStep, TElement* products, int step)
    {
        var pitch = tiles.Pitch;
        var matrix = WinogradFilters<TOps, TVector, TElement>.MatrixLength(shape);
        for (var product = 0; product < WinogradTiles.Products; product++)
        {
            for (var c = 0; c < shape.C; c += MatrixProduct.DepthBlock)
            {
                var depth = Math.Min(MatrixProduct.DepthBlock, shape.C - c);
                for (var tile = 0; tile < count; tile += Width)
                {
                    var b = inputs + product * inputStep + c * pitch + tile;
                    int rows;
                    for (var i = 0; i < channels; i += rows)
                    {
                        rows = ProductTiling.Rows(channels - i, TOps.TileRows);
                        ProductTile<TOps, TVector, TElement>.Run(
                            rows,
                            count - tile,
                            u + product * matrix + (long)(k + i) * shape.C + c,
                            shape.C,
                            1,
                            b,
                            pitch,
                            depth,
                            products + product * step + i * pitch + tile,
                            pitch,
                            c > 0
                        );
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Finish(
        int picture,
        int pictures,
        int row,
        int rows,
        int k,
        int channels,
        TElement* products,
        int step,
        TElement* pixels
    )
    {
        var (pitch, count) = (tiles.Pitch, rows * tiles.Across);
        var then = epilogue;
        for (var i = 0; i < channels; i++)
        {
            for (var tile = 0; tile < pictures * count; tile += TOps.Count)
            {
                var four = WinogradTransform<TOps, TVector, TElement>.Output(products + i * pitch + tile, step);
                var to = pixels + tile;
                TOps.Store(to, then.Apply<TOps, TVector>(four.A, k + i, 0, TOps.Count));
                TOps.Store(to + pitch, then.Apply<TOps, TVector>(four.B, k + i, 0, TOps.Count));
                TOps.Store(to + 2 * pitch, then.Apply<TOps, TVector>(four.C, k + i, 0, TOps.Count));
                TOps.Store(to + 3 * pitch, then.Apply<TOps, TVector>(four.D, k + i, 0, TOps.Count));
            }

            var from = pixels;
            for (var n = picture; n < picture + pictures; n++)
            {
                var to = y + ((long)n * shape.K + k + i) * shape.OutputPlane + 2 * row * shape.OutputWidth;
                for (var line = 0; line < rows; line++, from += tiles.Across, to += 2 * shape.OutputWidth)
                {
                    EvenOdd.Join((float*)from, (float*)(from + pitch), tiles.Across, (float*)to);
                    EvenOdd.Join(
                        (float*)(from + 2 * pitch),
                        (float*)(from + 3 * pitch),
                        tiles.Across,
                        (float*)(to + shape.OutputWidth)
                    );
                }
            }
        }
    }
}
