using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The forward convolution by Winograd's F(2×2, 5×5), as tasks: each makes all output channels of a block of tiles.</summary>
/// <remarks>
/// <code>
///   x → Bᵀ d B       36 matrices (c, tile), see WinogradFiveInput
///            ↓
///   u  →  products   36 matrices (k, tile), for some output channels at a time
///            ↓
///         Aᵀ m A → epilogue → rows of y
/// </code>
/// Order of summation: over the input channels, between the transforms.
/// </remarks>
internal readonly unsafe struct WinogradFiveForward<TOps, TVector, TElement, TEpilogue> : IRangeBody
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
    where TEpilogue : struct, IProductEpilogue<TElement>
{
    private readonly ConvolutionShape shape;
    private readonly TElement* u;
    private readonly TElement* y;
    private readonly TEpilogue epilogue;
    private readonly WinogradFiveTiles tiles;
    private readonly WinogradFiveInput<TOps, TVector, TElement> input;

    private WinogradFiveForward(in ConvolutionShape shape, TElement* x, TElement* u, TElement* y, in TEpilogue epilogue)
    {
        this.shape = shape;
        this.u = u;
        this.y = y;
        this.epilogue = epilogue;
        tiles = new WinogradFiveTiles(shape, shape.C + Math.Min(shape.K, WinogradFiveTiles.ChannelsTogether));
        input = new WinogradFiveInput<TOps, TVector, TElement>(shape, x, tiles);
    }

    /// <summary>y = epilogue(x ∗ w).</summary>
    public static void Run(in ConvolutionShape shape, TElement* x, TElement* w, TElement* y, in TEpilogue epilogue)
    {
        using var filters = WinogradFiveFilters<TOps, TVector, TElement>.Of(shape, w);
        var u = (TElement*)filters.Pointer;
        var work = new WinogradFiveForward<TOps, TVector, TElement, TEpilogue>(shape, x, u, y, epilogue);
        WorkSplitter.For(work.tiles.Blocks, 1, work);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var (pitch, inputStep) = (tiles.Pitch, input.Step);
        var together = Math.Min(WinogradFiveTiles.ChannelsTogether, shape.K);
        var productStep = together * pitch + 16;
        var length = WinogradFiveTiles.Products * ((long)inputStep + productStep) + 4 * pitch + input.WorkLength;
        using var scratch = new Scratch(length * sizeof(TElement));
        var inputs = (TElement*)scratch.Pointer;
        var products = inputs + WinogradFiveTiles.Products * inputStep;
        var pixels = products + WinogradFiveTiles.Products * productStep;
        var work = pixels + 4 * pitch;
        for (var block = start; block < end; block++)
        {
            var (picture, pictures, row, rows) = tiles.Block(block);
            input.Transform(picture, pictures, row, rows, work, inputs);
            int channels;
            for (var k = 0; k < shape.K; k += channels)
            {
                channels = Math.Min(together, shape.K - k);
                WinogradFiveProducts<TOps, TVector, TElement>.Run(
                    (channels, pictures * rows * tiles.Across, shape.C),
                    u + (long)k * shape.C,
                    (WinogradFiveFilters<TOps, TVector, TElement>.MatrixLength(shape), shape.C, 1),
                    inputs,
                    (inputStep, pitch),
                    products,
                    (productStep, pitch),
                    false
                );
                Finish(picture, pictures, row, rows, k, channels, products, productStep, pixels);
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
        var (p, q) = WinogradFiveTransform<TOps, TVector, TElement>.Points();
        var then = epilogue;
        for (var i = 0; i < channels; i++)
        {
            for (var tile = 0; tile < pictures * count; tile += TOps.Count)
            {
                WinogradFiveTransform<TOps, TVector, TElement>.Output(
                    products + i * pitch + tile,
                    step,
                    p,
                    q,
                    out var a,
                    out var b,
                    out var c,
                    out var d
                );
                var to = pixels + tile;
                TOps.Store(to, then.Apply<TOps, TVector>(a, k + i, 0, TOps.Count, null));
                TOps.Store(to + pitch, then.Apply<TOps, TVector>(b, k + i, 0, TOps.Count, null));
                TOps.Store(to + 2 * pitch, then.Apply<TOps, TVector>(c, k + i, 0, TOps.Count, null));
                TOps.Store(to + 3 * pitch, then.Apply<TOps, TVector>(d, k + i, 0, TOps.Count, null));
            }

            var from = (float*)pixels;
            for (var n = picture; n < picture + pictures; n++)
            {
                var to = (float*)(y + ((long)n * shape.K + k + i) * shape.OutputPlane + 2 * row * shape.OutputWidth);
                for (var line = 0; line < rows; line++, from += tiles.Across, to += 2 * shape.OutputWidth)
                {
                    EvenOdd.JoinFours(from, from + pitch, tiles.Across, to);
                    EvenOdd.JoinFours(from + 2 * pitch, from + 3 * pitch, tiles.Across, to + shape.OutputWidth);
                }
            }
        }
    }
}
