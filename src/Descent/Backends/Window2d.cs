namespace Descent.Backends;

/// <summary>How a window slides over a picture: for convolution and pooling.</summary>
/// <param name="KernelHeight">Rows of the window.</param>
/// <param name="KernelWidth">Columns of the window.</param>
/// <param name="StrideY">Rows from one place to the next.</param>
/// <param name="StrideX">Columns from one place to the next.</param>
/// <param name="PaddingY">Rows added above and below.</param>
/// <param name="PaddingX">Columns added left and right.</param>
/// <param name="DilationY">Rows between neighbours inside the window.</param>
/// <param name="DilationX">Columns between neighbours inside the window.</param>
/// <param name="Groups">Groups of channels that do not see each other; 1 for pooling.</param>
public readonly record struct Window2d(
    int KernelHeight,
    int KernelWidth,
    int StrideY = 1,
    int StrideX = 1,
    int PaddingY = 0,
    int PaddingX = 0,
    int DilationY = 1,
    int DilationX = 1,
    int Groups = 1
)
{
    /// <summary>Rows that come out for <paramref name="height"/> rows in; zero or less when the window does not fit.</summary>
    public int OutputHeight(int height) => Output(height, KernelHeight, StrideY, PaddingY, DilationY);

    /// <summary>Columns that come out for <paramref name="width"/> columns in; zero or less when the window does not fit.</summary>
    public int OutputWidth(int width) => Output(width, KernelWidth, StrideX, PaddingX, DilationX);

    /// <summary>The type that holds a place within the window: a byte where 255 remains for none.</summary>
    internal DType PlaceType => (long)KernelHeight * KernelWidth <= 255 ? DType.UInt8 : DType.Int32;

    private static int Output(int size, int kernel, int stride, int padding, int dilation)
    {
        var room = size + 2 * padding - dilation * (kernel - 1) - 1;
        return room < 0 ? 0 : room / stride + 1;
    }
}
