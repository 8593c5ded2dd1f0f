using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The gradient of a convolution's weights by Winograd's F(2×2, 5×5), as tasks: each takes some pictures.</summary>
/// <remarks>
/// <code>
///   x → Bᵀ d B                          36 matrices (c, tile), see WinogradFiveInput
///            ↓
///   dy, channels innermost → A dY Aᵀ →  products, added up over the blocks of tiles: 36 matrices (c, k)
///                                       ↓
///                                     Gᵀ u G at the end
/// </code>
/// Order of summation: over the tiles of a block, over the blocks of the pictures of a task, both in order.
/// </remarks>
internal readonly unsafe struct WinogradFiveBackwardWeight<TOps, TVector, TElement> : IRangeBody
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    private readonly ConvolutionShape shape;
    private readonly TElement* x;
    private readonly TElement* dy;
    private readonly TElement* sums;
    private readonly long pictures;
    private readonly WinogradFiveTiles tiles;
    private readonly WinogradFiveInput<TOps, TVector, TElement> input;
    private readonly ChannelsLast pixels;

    /// <summary>Sums into <paramref name="sums"/>: for each group of <paramref name="pictures"/> pictures the weights in the order (c, r, s, k).</summary>
    public WinogradFiveBackwardWeight(in ConvolutionShape shape, TElement* x, TElement* dy, TElement* sums, long pictures)
    {
        this.shape = shape;
        this.x = x;
        this.dy = dy;
        this.sums = sums;
        this.pictures = pictures;
        tiles = new WinogradFiveTiles(shape, shape.C + shape.K);
        input = new WinogradFiveInput<TOps, TVector, TElement>(shape, x, tiles);
        var slopes = ConvolutionShape.Of(shape.N, shape.K, shape.OutputHeight, shape.OutputWidth, 1, 1, 1);
        pixels = new ChannelsLast(slopes, 2 * tiles.Rows);
    }

    /// <summary>The number of independent pieces of work.</summary>
    public long Tasks => (shape.N + pictures - 1) / pictures;

    /// <summary>As <see cref="WinogradFiveTiles.Pay"/>, and whether the sums stay in the cache.</summary>
    public static bool Pays(in ConvolutionShape shape) => WinogradFiveTiles.Pay(shape) && shape.K * shape.C <= 16384;

    /// <summary>From the order (c, r, s, k) to (k, c, r, s).</summary>
    public static void Reorder(in ConvolutionShape shape, TElement* sums, TElement* dw)
    {
        var eights = shape.Taps / 8 * 8;
        Transpose.Run(sums, shape.K, eights, shape.K, dw, shape.Taps);
        for (var tap = eights; tap < shape.Taps; tap++)
        {
            for (var k = 0; k < shape.K; k++)
            {
                dw[k * shape.Taps + tap] = sums[tap * shape.K + k];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var row = (shape.K + 15) / 16 * 16;
        var (slopeStep, sumStep) = (tiles.Pitch * row + 16, shape.C * row + 16);
        var length = WinogradFiveTiles.Products * ((long)input.Step + slopeStep + sumStep) + pixels.Length(1);
        using var scratch = new Scratch((length + input.WorkLength) * sizeof(TElement));
        var inputs = (TElement*)scratch.Pointer;
        var slopes = inputs + WinogradFiveTiles.Products * input.Step;
        var total = slopes + WinogradFiveTiles.Products * slopeStep;
        var work = total + WinogradFiveTiles.Products * sumStep;
        var lines = work + input.WorkLength;
        for (var task = start; task < end; task++)
        {
            var add = false;
            var last = (int)Math.Min(shape.N, (task + 1) * pictures);
            for (var n = (int)(task * pictures); n < last; n += tiles.Pictures)
            {
                var together = Math.Min(tiles.Pictures, last - n);
                for (var first = 0; first < tiles.Down; first += tiles.Rows)
                {
                    var rows = Math.Min(tiles.Rows, tiles.Down - first);
                    input.Transform(n, together, first, rows, work, inputs);
                    Transform(n, together, first, rows, lines, slopes, slopeStep, row);
                    WinogradFiveProducts<TOps, TVector, TElement>.Run(
                        (shape.C, shape.K, together * rows * tiles.Across),
                        inputs,
                        (input.Step, tiles.Pitch, 1),
                        slopes,
                        (slopeStep, row),
                        total,
                        (sumStep, row),
                        add
                    );
                    add = true;
                }
            }

            Finish(total, sumStep, row, work, sums + task * shape.K * shape.Taps);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Transform(int picture, int count, int first, int rows, TElement* lines, TElement* to, int step, int row)
    {
        var (channels, width) = (shape.K, shape.OutputWidth * shape.K);
        var (p, q) = WinogradFiveTransform<TOps, TVector, TElement>.Points();
        for (var n = picture; n < picture + count; n++)
        {
            pixels.Load(dy + (long)n * shape.K * shape.OutputPlane, 2 * first, 2 * rows, lines);
            for (var i = 0; i < rows; i++)
            {
                var tile = lines + 2 * i * width;
                for (var j = 0; j < tiles.Across; j++, tile += 2 * channels, to += row)
                {
                    for (var k = 0; k < channels; k += TOps.Count)
                    {
                        WinogradFiveTransform<TOps, TVector, TElement>.OutputGradient(
                            TOps.Load(tile + k),
                            TOps.Load(tile + channels + k),
                            TOps.Load(tile + width + k),
                            TOps.Load(tile + width + channels + k),
                            p,
                            q,
                            to + k,
                            step
                        );
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Finish(TElement* total, int step, int row, TElement* work, TElement* sum)
    {
        for (var c = 0; c < shape.C; c++, total += row, sum += 25 * shape.K)
        {
            for (var k = 0; k < shape.K; k += TOps.Count)
            {
                var count = Math.Min(TOps.Count, shape.K - k);
                WinogradFiveTransform<TOps, TVector, TElement>.FilterGradient(
                    total + k,
                    step,
                    work,
                    sum + k,
                    shape.K,
                    count
                );
            }
        }
    }
}
