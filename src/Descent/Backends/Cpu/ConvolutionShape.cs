namespace Descent.Backends.Cpu;

/// <summary>Sizes of a two-dimensional convolution: x (N, C, H, W), w (K, C / groups, R, S), y (N, K, OutputHeight, OutputWidth).</summary>
internal struct ConvolutionShape
{
    /// <summary>Pictures, channels, height and width of the input.</summary>
    public int N,
        C,
        H,
        W;

    /// <summary>Output channels, height and width of the filters.</summary>
    public int K,
        R,
        S;

    /// <summary>Steps of the filters over the input.</summary>
    public int StrideY,
        StrideX;

    /// <summary>Zeros added at each edge.</summary>
    public int PaddingY,
        PaddingX;

    /// <summary>Distance between neighbouring filter elements.</summary>
    public int DilationY,
        DilationX;

    /// <summary>Groups of channels that do not see each other.</summary>
    public int Groups;

    /// <summary>Height of the output.</summary>
    public readonly int OutputHeight => Output(H, R, StrideY, PaddingY, DilationY);

    /// <summary>Width of the output.</summary>
    public readonly int OutputWidth => Output(W, S, StrideX, PaddingX, DilationX);

    /// <summary>Pixels of an output plane.</summary>
    public readonly long OutputPlane => (long)OutputHeight * OutputWidth;

    /// <summary>Input channels that one output channel sees.</summary>
    public readonly int GroupC => C / Groups;

    /// <summary>Output channels of a group.</summary>
    public readonly int GroupK => K / Groups;

    /// <summary>Weights of one output channel: the depth of the product.</summary>
    public readonly int Taps => GroupC * R * S;

    /// <summary>A convolution with square strides, paddings and dilations.</summary>
    public static ConvolutionShape Of(
        int n,
        int c,
        int h,
        int w,
        int k,
        int r,
        int s,
        int stride = 1,
        int padding = 0,
        int dilation = 1,
        int groups = 1
    ) =>
        new()
        {
            N = n,
            C = c,
            H = h,
            W = w,
            K = k,
            R = r,
            S = s,
            StrideY = stride,
            StrideX = stride,
            PaddingY = padding,
            PaddingX = padding,
            DilationY = dilation,
            DilationX = dilation,
            Groups = groups,
        };

    private static int Output(int size, int filter, int stride, int padding, int dilation)
    {
        var reach = dilation * (filter - 1) + 1;
        return size + 2 * padding < reach ? 0 : (size + 2 * padding - reach) / stride + 1;
    }
}
