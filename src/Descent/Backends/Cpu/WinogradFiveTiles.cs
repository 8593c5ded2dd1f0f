namespace Descent.Backends.Cpu;

/// <summary>The output of a convolution with 5×5 filters as tiles of 2×2 pixels, in blocks whose transforms stay in the second-level cache.</summary>
internal readonly struct WinogradFiveTiles
{
    /// <summary>Pixels of a tile that a filter sees, on one side.</summary>
    public const int Side = 6;

    /// <summary>Elements of a transformed tile: products a channel.</summary>
    public const int Products = Side * Side;

    /// <summary>Channels whose products are in the cache at a time.</summary>
    public const int ChannelsTogether = 48;

    // Elements of one of the 36 matrices of a block, of both sides: 36 · 4096 floats are 576 KB.
    private const int BlockElements = 4096;

    private const int LeastChannels = 16;

    // Transformed, more filters take too long to read for the few products that they are needed for.
    private const int MostPairs = 65536;

    private readonly int pictures;

    /// <summary>Tiles of a picture, across and down.</summary>
    public readonly int Across,
        Down;

    /// <summary>Whole pictures of a block, or 1, and rows of tiles of each.</summary>
    public readonly int Pictures,
        Rows;

    /// <summary>Blocks that a picture is cut into.</summary>
    public readonly int Runs;

    /// <summary>Blocks of at most as many tiles as let the matrices of <paramref name="channels"/> on both sides stay in the cache.</summary>
    public WinogradFiveTiles(in ConvolutionShape shape, int channels)
    {
        pictures = shape.N;
        (Across, Down) = (shape.OutputWidth / 2, shape.OutputHeight / 2);
        var most = Math.Max(BlockElements / channels, 32);
        Rows = Math.Clamp(most / Across, 1, Down);
        Pictures = Rows == Down ? Math.Clamp(most / (Across * Down), 1, shape.N) : 1;
        Runs = (Down + Rows - 1) / Rows;
        Rows = (Down + Runs - 1) / Runs;
        Pitch = (Pictures * Rows * Across + 31) / 32 * 32 + 16;
    }

    /// <summary>Elements from a channel's tiles to the next one's: whole panels, and no multiple of the cache's period.</summary>
    public int Pitch { get; }

    /// <summary>The number of blocks of all pictures.</summary>
    public long Blocks => (pictures + Pictures - 1) / Pictures * (long)Runs;

    /// <summary>Whether the products that it saves outweigh the transforms: enough channels on both sides, whole tiles. Says nothing of the batch, so that a picture has the bits that it has alone.</summary>
    public static bool Pay(in ConvolutionShape shape) =>
        shape
            is {
                R: 5,
                S: 5,
                StrideY: 1,
                StrideX: 1,
                DilationY: 1,
                DilationX: 1,
                Groups: 1,
                C: >= LeastChannels,
                K: >= LeastChannels,
                OutputWidth: >= 8,
                OutputHeight: >= 2
            }
        && shape.OutputHeight % 2 == 0
        && shape.OutputWidth % 2 == 0
        && shape.W >= 8
        && shape.PaddingX <= 4
        && shape.PaddingY <= 4
        && shape.C * shape.K <= MostPairs;

    /// <summary>Whether the gradient of the input goes this way as a convolution with turned filters, though the input has more pixels than the output: up to half as many more.</summary>
    public static bool PayFlipped(in ConvolutionShape shape) =>
        Pay(shape) && Pay(FlippedFilters.Shape(shape)) && 2L * shape.H * shape.W <= 3 * shape.OutputPlane;

    /// <summary>The first picture of a block, the number of its pictures, its first row of tiles and the number of rows.</summary>
    public (int Picture, int Pictures, int Row, int Rows) Block(long block)
    {
        var picture = (int)(block / Runs) * Pictures;
        var row = (int)(block % Runs) * Rows;
        return (picture, Math.Min(Pictures, pictures - picture), row, Math.Min(Rows, Down - row));
    }
}
