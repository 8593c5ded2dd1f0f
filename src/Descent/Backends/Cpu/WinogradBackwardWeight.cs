using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The gradient of a convolution's weights by Winograd's F(2×2, 3×3), as tasks: each takes some pictures.</summary>
/// <remarks>
/// <code>
///   x, channels innermost → Bᵀ d B     16 matrices (tile, c)
///                              ↓
///   dy → planes → A dY Aᵀ   → products, added up over the blocks of tiles: 16 matrices (k, c)
///                              ↓
///                           Gᵀ u G at the end
/// </code>
/// Order of summation: over the tiles of a block, over the blocks of the pictures of a task, both in order.
/// </remarks>
internal readonly unsafe struct WinogradBackwardWeight<TOps, TVector, TElement> : IRangeBody
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    private readonly ConvolutionShape shape;
    private readonly TElement* x;
    private readonly TElement* dy;
    private readonly TElement* sums;
    private readonly long pictures;
    private readonly WinogradTiles tiles;
    private readonly WinogradPlane plane;
    private readonly ChannelsLast pixels;

    /// <summary>Sums into <paramref name="sums"/>: for each group of <paramref name="pictures"/> pictures the weights in the order (k, r, s, c).</summary>
    public WinogradBackwardWeight(in ConvolutionShape shape, TElement* x, TElement* dy, TElement* sums, long pictures)
    {
        this.shape = shape;
        this.x = x;
        this.dy = dy;
        this.sums = sums;
        this.pictures = pictures;
        tiles = new WinogradTiles(shape, Math.Max(shape.C, shape.K));
        plane = new WinogradPlane(shape.OutputHeight, shape.OutputWidth, 0, 0);
        pixels = new ChannelsLast(shape, 2 * tiles.Rows);
    }

    /// <summary>The number of independent pieces of work.</summary>
    public long Tasks => (shape.N + pictures - 1) / pictures;

    private static int Width => ProductTile<TOps, TVector, TElement>.Columns;

    /// <summary>As <see cref="WinogradTiles.Pay"/>, and whether the sums stay in the cache.</summary>
    public static bool Pays(in ConvolutionShape shape) => WinogradTiles.Pay(shape) && shape.K * (long)shape.C <= 65536;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var row = (shape.C + 31) / 32 * 32;
        var most = tiles.Rows * tiles.Across;
        var (inputStep, slopeStep, sumStep) = (most * row + 16, shape.K * tiles.Pitch + 16, shape.K * row + 16);
        var planeLength = plane.Length(2 * tiles.Rows);
        var length = WinogradTiles.Products * ((long)inputStep + slopeStep + sumStep);
        length += planeLength + pixels.Length(1);
        using var scratch = new Scratch(length * sizeof(TElement));
        var inputs = (TElement*)scratch.Pointer;
        var slopes = inputs + WinogradTiles.Products * inputStep;
        var total = slopes + WinogradTiles.Products * slopeStep;
        var rowsOfPlane = total + WinogradTiles.Products * sumStep;
        var lines = rowsOfPlane + planeLength;
        for (var task = start; task < end; task++)
        {
            var add = false;
            for (var n = task * pictures; n < Math.Min(shape.N, (task + 1) * pictures); n++)
            {
                for (var first = 0; first < tiles.Down; first += tiles.Rows)
                {
                    var rows = Math.Min(tiles.Rows, tiles.Down - first);
                    pixels.Load(x + n * shape.C * shape.H * shape.W, 2 * first, 2 * rows, lines);
                    TransformInputs(rows, lines, inputs, inputStep, row);
                    TransformSlopes(n, first, rows, rowsOfPlane, slopes, slopeStep);
                    Multiply(rows * tiles.Across, slopes, slopeStep, inputs, inputStep, total, sumStep, row, add);
                    add = true;
                }
            }

            Finish(total, sumStep, row, sums + task * shape.K * shape.Taps);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformInputs(int rows, TElement* lines, TElement* inputs, int step, int row)
    {
        var width = (shape.OutputWidth + 2) * shape.C;
        var at = stackalloc int[WinogradTiles.Products];
        for (var i = 0; i < WinogradTiles.Products; i++)
        {
            at[i] = i / 4 * width + i % 4 * shape.C;
        }

        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < tiles.Across; j++, inputs += row)
            {
                var from = lines + 2 * i * width + 2 * j * shape.C;
                for (var c = 0; c < shape.C; c += TOps.Count)
                {
                    WinogradTransform<TOps, TVector, TElement>.Input(from + c, at, inputs + c, step);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformSlopes(long n, int first, int rows, TElement* rowsOfPlane, TElement* slopes, int step)
    {
        var at = stackalloc int[4];
        for (var tap = 0; tap < 4; tap++)
        {
            at[tap] = plane.PlaceOf(tap / 2, tap % 2);
        }

        for (var k = 0; k < shape.K; k++)
        {
            plane.Load(dy + (n * shape.K + k) * shape.OutputPlane, 2 * first, 2 * rows, rowsOfPlane);
            var to = slopes + k * tiles.Pitch;
            for (var i = 0; i < rows; i++, to += tiles.Across)
            {
                var tile = rowsOfPlane + 4 * i * plane.Pitch;
                for (var j = 0; j < tiles.Across; j += TOps.Count)
                {
                    WinogradTransform<TOps, TVector, TElement>.OutputGradient(tile + j, at, to + j, step);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(
        int depth,
        TElement* slopes,
        int slopeStep,
        TElement* inputs,
        int inputStep,
        TElement* total,
        int step,
        int row,
        bool add
    )
    {
        for (var product = 0; product < WinogradTiles.Products; product++)
        {
            for (var c = 0; c < shape.C; c += Width)
            {
                int channels;
                for (var k = 0; k < shape.K; k += channels)
                {
                    channels = ProductTiling.Rows(shape.K - k, TOps.TileRows);
                    ProductTile<TOps, TVector, TElement>.Run(
                        channels,
                        shape.C - c,
                        slopes + product * slopeStep + k * tiles.Pitch,
                        tiles.Pitch,
                        1,
                        inputs + product * inputStep + c,
                        row,
                        depth,
                        total + product * step + k * row + c,
                        row,
                        add
                    );
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Finish(TElement* total, int step, int row, TElement* sum)
    {
        for (var k = 0; k < shape.K; k++, sum += shape.Taps)
        {
            for (var c = 0; c < shape.C; c += TOps.Count)
            {
                var count = Math.Min(TOps.Count, shape.C - c);
                WinogradTransform<TOps, TVector, TElement>.FilterGradient(
                    total + k * row + c,
                    step,
                    sum + c,
                    shape.C,
                    count
                );
            }
        }
    }
}
