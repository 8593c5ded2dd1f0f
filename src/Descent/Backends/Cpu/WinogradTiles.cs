using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The output of a convolution with 3×3 filters as tiles of 2×2 pixels, in blocks whose transforms stay in the second-level cache.</summary>
internal readonly unsafe struct WinogradTiles
{
    /// <summary>Elements of a transformed tile: products a channel.</summary>
    public const int Products = 16;

    private const int BlockElements = 8192;

    private readonly ConvolutionShape shape;

    /// <summary>Tiles of a picture, across and down.</summary>
    public readonly int Across,
        Down;

    /// <summary>Whole pictures of a block, or 1, and rows of tiles of each.</summary>
    public readonly int Pictures,
        Rows;

    /// <summary>Blocks that a picture is cut into.</summary>
    public readonly int Runs;

    /// <summary>Blocks of at most as many tiles as let 16 vectors of <paramref name="channels"/> stay in the cache.</summary>
    public WinogradTiles(in ConvolutionShape shape, int channels)
    {
        this.shape = shape;
        (Across, Down) = (shape.OutputWidth / 2, shape.OutputHeight / 2);
        var most = Math.Clamp(BlockElements / channels, 32, 192);
        Rows = Math.Clamp(most / Across, 1, Down);
        Pictures = Rows == Down ? Math.Clamp(most / (Across * Down), 1, shape.N) : 1;
        Runs = (Down + Rows - 1) / Rows;
        Rows = (Down + Runs - 1) / Runs;
        Pitch = (Pictures * Rows * Across + 31) / 32 * 32 + 16;
    }

    /// <summary>Elements from a channel's tiles to the next one's: whole panels, and no multiple of the cache's period.</summary>
    public int Pitch { get; }

    /// <summary>The number of blocks of all pictures.</summary>
    public long Blocks => (shape.N + Pictures - 1) / Pictures * (long)Runs;

    /// <summary>Whether the products that it saves outweigh the transforms: enough channels on both sides, whole tiles. Says nothing of the batch, so that a picture has the bits that it has alone.</summary>
    public static bool Pay(in ConvolutionShape shape) =>
        shape
            is {
                R: 3,
                S: 3,
                StrideY: 1,
                StrideX: 1,
                DilationY: 1,
                DilationX: 1,
                Groups: 1,
                C: >= 16,
                K: >= 16,
                OutputWidth: >= 8
            }
        && shape.OutputHeight % 2 == 0
        && shape.OutputWidth % 2 == 0
        && shape.PaddingX <= 2
        && shape.PaddingY <= 2;

    /// <summary>The first picture of a block, the number of its pictures, its first row of tiles and the number of rows.</summary>
    public (int Picture, int Pictures, int Row, int Rows) Block(long block)
    {
        var picture = (int)(block / Runs) * Pictures;
        var row = (int)(block % Runs) * Rows;
        return (picture, Math.Min(Pictures, shape.N - picture), row, Math.Min(Rows, Down - row));
    }
}

/// <summary>u = G w Gᵀ for every filter, as 16 matrices (output channels, input channels).</summary>
internal readonly unsafe struct WinogradFilters<TOps, TVector, TElement>(
    ConvolutionShape shape,
    TElement* w,
    TElement* u
) : IRangeBody
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    /// <summary>Elements of one matrix, with room for whole vectors.</summary>
    public static long MatrixLength(in ConvolutionShape shape) => (long)shape.K * shape.C + 16;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var nine = stackalloc TElement[9 * 16];
        var all = stackalloc TElement[WinogradTiles.Products * 16];
        var step = MatrixLength(shape);
        for (var k = start; k < end; k++)
        {
            for (var c = 0; c < shape.C; c += TOps.Count)
            {
                var count = Math.Min(TOps.Count, shape.C - c);
                var from = w + (k * shape.C + c) * 9;
                for (var channel = 0; channel < count; channel++, from += 9)
                {
                    for (var tap = 0; tap < 9; tap++)
                    {
                        nine[tap * 16 + channel] = from[tap];
                    }
                }

                var to = u + k * shape.C + c;
                if (count == TOps.Count)
                {
                    WinogradTransform<TOps, TVector, TElement>.Filter(nine, 16, to, step);
                    continue;
                }

                WinogradTransform<TOps, TVector, TElement>.Filter(nine, 16, all, 16);
                for (var product = 0; product < WinogradTiles.Products; product++)
                {
                    TOps.StorePartial(to + product * step, TOps.Load(all + product * 16), count);
                }
            }
        }
    }
}
