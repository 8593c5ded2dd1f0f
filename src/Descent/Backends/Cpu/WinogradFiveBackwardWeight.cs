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
///                                     Gᵀ u G of the sum over the tasks
/// </code>
/// Order of summation: over the tiles of a block, over the blocks of the pictures of a task, over the tasks, all in order.
/// </remarks>
internal readonly unsafe struct WinogradFiveBackwardWeight<TOps, TVector, TElement> : IRangeBody
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    private const int MostTasks = 16;
    private const int LeastTiles = 96;
    private const int MostElements = 4_000_000;
    private const int MostPairs = 16384;

    private readonly ConvolutionShape shape;
    private readonly TElement* x;
    private readonly TElement* dy;
    private readonly TElement* sums;
    private readonly int pictures;
    private readonly int row;
    private readonly WinogradFiveTiles tiles;
    private readonly WinogradFiveInput<TOps, TVector, TElement> input;

    private WinogradFiveBackwardWeight(in ConvolutionShape shape, TElement* x, TElement* dy, TElement* sums)
    {
        this.shape = shape;
        this.x = x;
        this.dy = dy;
        this.sums = sums;
        row = Row(shape);
        tiles = new WinogradFiveTiles(shape, shape.C + shape.K);
        input = new WinogradFiveInput<TOps, TVector, TElement>(shape, x, tiles);
        var tasks = Math.Min(shape.N * (shape.OutputPlane / 4) / LeastTiles, MostElements / SumLength(shape));
        tasks = Math.Clamp(tasks, 1, MostTasks);
        var blocks = (int)((shape.N + tasks * tiles.Pictures - 1) / (tasks * tiles.Pictures));
        pictures = blocks * tiles.Pictures;
    }

    /// <summary>As <see cref="WinogradFiveTiles.Pay"/>, and whether the sums stay in the cache.</summary>
    public static bool Pays(in ConvolutionShape shape) =>
        WinogradFiveTiles.Pay(shape) && shape.K * shape.C <= MostPairs;

    /// <summary>dw, the gradient.</summary>
    public static void Run(in ConvolutionShape shape, TElement* x, TElement* dy, TElement* dw)
    {
        var tasks = (int)new WinogradFiveBackwardWeight<TOps, TVector, TElement>(shape, x, dy, null).Tasks;
        var length = SumLength(shape);
        using var scratch = new Scratch((tasks * length + (long)shape.K * shape.Taps) * sizeof(TElement));
        var sums = (TElement*)scratch.Pointer;
        var taps = sums + tasks * length;
        WorkSplitter.For(tasks, 1, new WinogradFiveBackwardWeight<TOps, TVector, TElement>(shape, x, dy, sums));
        if (tasks > 1)
        {
            var total = new PartialSum<TOps, TVector, TElement>(sums, sums + length, length, tasks - 1);
            WorkSplitter.For(length, 16384, total);
        }

        WorkSplitter.For(shape.C, Math.Max(1, 1024 / shape.K), new Finish(shape, sums, taps));
        Reorder(shape, taps, dw);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var slopeStep = tiles.Pitch * row + 16;
        var pixels = 2 * tiles.Rows * shape.OutputWidth;
        var length = WinogradFiveTiles.Products * ((long)input.Step + slopeStep) + input.WorkLength + pixels * row;
        using var scratch = new Scratch(length * sizeof(TElement));
        var inputs = (TElement*)scratch.Pointer;
        var slopes = inputs + WinogradFiveTiles.Products * input.Step;
        var work = slopes + WinogradFiveTiles.Products * slopeStep;
        var lines = work + input.WorkLength;
        // What lies behind the last channel is transformed too.
        new Span<TElement>(lines, pixels * row).Clear();
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
                    Transform(n, together, first, rows, lines, slopes, slopeStep);
                    WinogradFiveProducts<TOps, TVector, TElement>.Run(
                        (shape.C, shape.K, together * rows * tiles.Across),
                        inputs,
                        (input.Step, tiles.Pitch, 1),
                        slopes,
                        (slopeStep, row),
                        sums + task * SumLength(shape),
                        (SumStep(shape), row),
                        add
                    );
                    add = true;
                }
            }
        }
    }

    private long Tasks => (shape.N + pictures - 1) / pictures;

    private static int Row(in ConvolutionShape shape) => (shape.K + 15) / 16 * 16;

    private static int SumStep(in ConvolutionShape shape) => shape.C * Row(shape) + 16;

    // All matrices of a task.
    private static int SumLength(in ConvolutionShape shape) => WinogradFiveTiles.Products * SumStep(shape);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Transform(int picture, int count, int first, int rows, TElement* lines, TElement* to, int step)
    {
        var below = shape.OutputWidth * row;
        for (var n = picture; n < picture + count; n++)
        {
            var from = dy + (long)n * shape.K * shape.OutputPlane + 2 * first * shape.OutputWidth;
            Transpose.Run(from, shape.OutputPlane, shape.K, 2 * rows * shape.OutputWidth, lines, row);
            for (var i = 0; i < rows; i++)
            {
                var tile = lines + 2 * i * below;
                for (var j = 0; j < tiles.Across; j++, tile += 2 * row, to += row)
                {
                    WinogradFiveTransform<TOps, TVector, TElement>.OutputGradient(tile, row, below, shape.K, to, step);
                }
            }
        }
    }

    // From the order (c, r, s, k) to (k, c, r, s).
    private static void Reorder(in ConvolutionShape shape, TElement* taps, TElement* dw)
    {
        var eights = shape.Taps / 8 * 8;
        Transpose.Run(taps, shape.K, eights, shape.K, dw, shape.Taps);
        for (var tap = eights; tap < shape.Taps; tap++)
        {
            for (var k = 0; k < shape.K; k++)
            {
                dw[k * shape.Taps + tap] = taps[tap * shape.K + k];
            }
        }
    }

    // Gᵀ u G, in the order (c, r, s, k).
    private readonly struct Finish(ConvolutionShape shape, TElement* sum, TElement* taps) : IRangeBody
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(long start, long end)
        {
            using var scratch = new Scratch(
                WinogradFiveTransform<TOps, TVector, TElement>.WorkLength * sizeof(TElement)
            );
            for (var c = start; c < end; c++)
            {
                for (var k = 0; k < shape.K; k += TOps.Count)
                {
                    WinogradFiveTransform<TOps, TVector, TElement>.FilterGradient(
                        sum + c * Row(shape) + k,
                        SumStep(shape),
                        (TElement*)scratch.Pointer,
                        taps + c * 25 * shape.K + k,
                        shape.K,
                        Math.Min(TOps.Count, shape.K - k)
                    );
                }
            }
        }
    }
}
