using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The gradient of a convolution's weights by Winograd's F(4×4, 3×3), as tasks: each takes some pictures and some output channels.</summary>
/// <remarks>
/// <code>
///   x, 16 channels innermost  → Bᵀ d B    36 matrices (tile, c)
///                                  ↓
///   dy, 16 channels innermost → A dY Aᵀ → products, added up over the blocks of tiles: 36 matrices (k, c)
///                                  ↓
///                             Gᵀ u G at the end
/// </code>
/// Order of summation: over the tiles of a block, over the blocks of the pictures of a group, both in order.
/// </remarks>
internal readonly unsafe struct WinogradBackwardWeight<TOps, TVector, TElement> : IRangeBody
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    private const int Side = WinogradTiles.Side,
        Products = WinogradTiles.Products,
        MostGroups = 16,
        LeastGroupTiles = 128,
        MostPartialElements = 4_000_000,
        LeastChannels = 64,
        SumsPerTask = 65536,
        BlockElements = 6144,
        LeastTiles = 48,
        ChunkK = 48,
        ChunkC = 128;

    private readonly ConvolutionShape shape;
    private readonly TElement* x;
    private readonly TElement* dy;
    private readonly TElement* sums;
    private readonly int pictures;
    private readonly int parts;
    private readonly int channels;
    private readonly int chunkK;
    private readonly int chunkC;
    private readonly WinogradTiles tiles;
    private readonly WinogradLines inputLines;
    private readonly WinogradLines slopeLines;

    /// <summary>Sums into <paramref name="sums"/>: for each group of pictures the weights in the order (k, r, s, c).</summary>
    public WinogradBackwardWeight(in ConvolutionShape shape, TElement* x, TElement* dy, TElement* sums)
    {
        this.shape = shape;
        this.x = x;
        this.dy = dy;
        this.sums = sums;
        var groups = Groups(shape);
        pictures = (shape.N + groups - 1) / groups;
        // Every part transforms the input anew; many keep their sums in the cache. No bit depends on them.
        var wantedParts = WorkSplitter.Threads == 1 ? 1 : (2 * WorkSplitter.Threads + groups - 1) / groups;
        parts = (int)Math.Max((shape.K * (long)shape.C + SumsPerTask - 1) / SumsPerTask, wantedParts);
        parts = Math.Clamp(parts, 1, Math.Max(1, shape.K / LeastChannels));
        channels = (shape.K + parts - 1) / parts;
        parts = (shape.K + channels - 1) / channels;
        var wanted = BlockElements / (shape.C + Math.Min(shape.K, 128));
        tiles = new WinogradTiles(shape, pictures, Math.Max(wanted, LeastTiles));
        var isOne = tiles.Blocks == 1;
        chunkK = isOne ? Math.Min(channels, ChunkK) : channels;
        chunkC = isOne ? Math.Min(shape.C, ChunkC) : shape.C;
        var columns = tiles.Across * Side;
        inputLines = new WinogradLines(shape.H, shape.W, shape.PaddingY, shape.PaddingX, columns + 2);
        slopeLines = new WinogradLines(shape.OutputHeight, shape.OutputWidth, 0, 0, columns);
    }

    /// <summary>The number of independent pieces of work.</summary>
    public long Tasks => (long)Groups(shape) * parts;

    private static int Width => ProductTile<TOps, TVector, TElement>.Columns;

    /// <summary>The number of groups that the pictures are summed in.</summary>
    public static int Groups(in ConvolutionShape shape)
    {
        var all = new WinogradTiles(shape, shape.N, int.MaxValue).Count;
        var groups = Math.Min(all / LeastGroupTiles, MostPartialElements / ((long)shape.K * shape.Taps));
        var some = (int)Math.Clamp(Math.Min(groups, MostGroups), 1, shape.N);
        var each = (shape.N + some - 1) / some;
        return (shape.N + each - 1) / each;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var (inputPitch, slopePitch) = (WinogradTiles.Pitch(shape.C), WinogradTiles.Pitch(channels));
        var (inputStep, slopeStep) = (tiles.Count * inputPitch + 16, tiles.Count * slopePitch + 16);
        var sumPitch = WinogradTiles.Pitch(chunkC);
        var sumStep = chunkK * sumPitch + 16;
        var linesLength = inputLines.Length(Side * tiles.Rows + 2);
        var length = Products * ((long)inputStep + slopeStep + sumStep) + linesLength;
        using var scratch = new Scratch(length * sizeof(TElement));
        var inputs = (TElement*)scratch.Pointer;
        var slopes = inputs + Products * inputStep;
        var total = slopes + Products * slopeStep;
        var rows = total + Products * sumStep;
        for (var task = start; task < end; task++)
        {
            var (group, part) = Math.DivRem(task, parts);
            var picture = (int)group * pictures;
            var first = (int)part * channels;
            var some = Math.Min(channels, shape.K - first);
            var sum = sums + (group * shape.K + first) * shape.Taps;
            for (var block = 0; block < tiles.Blocks; block++)
            {
                var count = 0;
                foreach (var (n, row, rowCount) in tiles.Runs(block, Math.Min(pictures, shape.N - picture)))
                {
                    var to = inputs + count * inputPitch;
                    TransformInputs(picture + n, row, rowCount, rows, to, inputStep, inputPitch);
                    to = slopes + count * slopePitch;
                    TransformSlopes(picture + n, row, rowCount, first, some, rows, to, slopeStep, slopePitch);
                    count += rowCount * tiles.Across;
                }

                // With a single block the sums are needed for a moment only: some at a time stay in the cache.
                for (var k = 0; k < some && count > 0; k += chunkK)
                {
                    var thenK = Math.Min(chunkK, some - k);
                    for (var c = 0; c < shape.C; c += chunkC)
                    {
                        var thenC = Math.Min(chunkC, shape.C - c);
                        Multiply(
                            count,
                            thenK,
                            thenC,
                            slopes + k,
                            slopeStep,
                            inputs + c,
                            inputStep,
                            total,
                            sumStep,
                            block > 0
                        );
                        if (tiles.Blocks == 1)
                        {
                            Finish(total, sumStep, thenK, thenC, sum + k * shape.Taps + c);
                        }
                    }
                }
            }

            if (tiles.Blocks > 1)
            {
                Finish(total, sumStep, some, shape.C, sum);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformInputs(int picture, int row, int count, TElement* rows, TElement* to, int step, int pitch)
    {
        var from = x + picture * shape.InputPicture;
        WinogradSquares<TOps, TVector, TElement>.Run<WinogradTransform<TOps, TVector, TElement>.Input>(
            inputLines,
            tiles.Across,
            from,
            shape.C,
            row,
            count,
            rows,
            to,
            step,
            pitch
        );
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformSlopes(
        int picture,
        int row,
        int count,
        int first,
        int some,
        TElement* rows,
        TElement* to,
        int step,
        int pitch
    )
    {
        var from = dy + picture * shape.OutputPicture + first * shape.OutputPlane;
        WinogradSquares<TOps, TVector, TElement>.Run<WinogradTransform<TOps, TVector, TElement>.OutputGradient>(
            slopeLines,
            tiles.Across,
            from,
            some,
            row,
            count,
            rows,
            to,
            step,
            pitch
        );
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(
        int depth,
        int someK,
        int someC,
        TElement* slopes,
        int slopeStep,
        TElement* inputs,
        int inputStep,
        TElement* total,
        int step,
        bool add
    )
    {
        var (inputPitch, slopePitch) = (WinogradTiles.Pitch(shape.C), WinogradTiles.Pitch(channels));
        var pitch = WinogradTiles.Pitch(chunkC);
        for (var product = 0; product < Products; product++)
        {
            for (var c = 0; c < someC; c += Width)
            {
                int count;
                for (var k = 0; k < someK; k += count)
                {
                    count = ProductTiling.Rows(someK - k, TOps.TileRows);
                    ProductTile<TOps, TVector, TElement>.Run(
                        count,
                        someC - c,
                        slopes + product * slopeStep + k,
                        1,
                        slopePitch,
                        inputs + product * inputStep + c,
                        inputPitch,
                        depth,
                        total + product * step + k * pitch + c,
                        pitch,
                        add
                    );
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Finish(TElement* total, int step, int someK, int someC, TElement* sum)
    {
        var pitch = WinogradTiles.Pitch(chunkC);
        var spare = stackalloc TElement[WinogradTransform<TOps, TVector, TElement>.SpareLength];
        var nine = stackalloc TElement[9 * 16];
        for (var k = 0; k < someK; k++, sum += shape.Taps)
        {
            for (var c = 0; c < someC; c += TOps.Count)
            {
                WinogradTransform<TOps, TVector, TElement>.Run<WinogradTransform<
                    TOps,
                    TVector,
                    TElement
                >.FilterGradient>(total + k * pitch + c, 6L * step, step, nine, 3 * TOps.Count, TOps.Count, spare);
                var count = Math.Min(TOps.Count, someC - c);
                for (var tap = 0; tap < 9; tap++)
                {
                    TOps.StorePartial(sum + tap * shape.C + c, TOps.Load(nine + tap * TOps.Count), count);
                }
            }
        }
    }
}
