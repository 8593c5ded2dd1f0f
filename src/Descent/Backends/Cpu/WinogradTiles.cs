namespace Descent.Backends.Cpu;

/// <summary>The output of a convolution with 3×3 filters as tiles of 4×4 pixels, in blocks of rows of tiles; what hangs over the edges is computed and not written.</summary>
internal readonly struct WinogradTiles
{
    /// <summary>Rows and columns of a tile.</summary>
    public const int Side = 4;

    /// <summary>Rows and columns that a tile sees, and elements of a transformed one: products a channel.</summary>
    public const int Sight = Side + 2,
        Products = Sight * Sight;

    private readonly int pictures;

    /// <summary>Tiles of a picture, across and down.</summary>
    public readonly int Across,
        Down;

    /// <summary>Rows of tiles of a block; those of all pictures lie one below the other.</summary>
    public readonly int Rows;

    /// <summary>Blocks of about as many tiles as are wanted.</summary>
    public WinogradTiles(in ConvolutionShape shape, int pictures, int wanted)
    {
        this.pictures = pictures;
        (Across, Down) = ((shape.OutputWidth + Side - 1) / Side, (shape.OutputHeight + Side - 1) / Side);
        var all = pictures * Down;
        Rows = Math.Clamp(wanted / Across, 1, all);
        var blocks = (all + Rows - 1) / Rows;
        Rows = (all + blocks - 1) / blocks;
    }

    /// <summary>The number of blocks.</summary>
    public int Blocks => (pictures * Down + Rows - 1) / Rows;

    /// <summary>Tiles of a block.</summary>
    public int Count => Rows * Across;

    /// <summary>Elements from a tile's transformed channels, or a channel's tiles, to the next: whole panels, and no multiple of the cache's period.</summary>
    public static int Pitch(int channels) => (channels + 31) / 32 * 32 + 16;

    /// <summary>Whether the products that it saves outweigh the transforms: enough channels on both sides and pixels enough for tiles. Says nothing of the batch, so that a picture has the bits that it has alone.</summary>
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
                OutputWidth: >= 7,
                OutputHeight: >= 6,
                PaddingX: <= 2,
                PaddingY: <= 2
            };

    /// <summary>The runs of rows of tiles within one picture that make a block of the first <paramref name="some"/> pictures: the picture, its first row of tiles, their number.</summary>
    public Enumerator Runs(int block, int some) => new(Down, block * Rows, Math.Min(some * Down, (block + 1) * Rows));

    /// <summary>Goes from run to run.</summary>
    internal struct Enumerator(int down, int row, int end)
    {
        private int count;

        /// <summary>The run.</summary>
        public readonly (int Picture, int Row, int Rows) Current => (row / down, row % down, count);

        /// <summary>Goes on to the next one.</summary>
        public bool MoveNext()
        {
            row += count;
            count = Math.Min(down - row % down, end - row);
            return row < end;
        }

        public readonly Enumerator GetEnumerator() => this;
    }
}
