namespace Descent.Backends.Cpu;

/// <summary>Sizes of a two-dimensional convolution: x (N, C, H, W), w (K, C / groups, R, S), y (N, K, OutputHeight, OutputWidth).</summary>
internal readonly struct ConvolutionShape
{
    /// <summary>Pictures, channels, height and width of the input.</summary>
    public readonly int N,
        C,
        H,
        W;

    /// <summary>Output channels, height and width of the filters.</summary>
    public readonly int K,
        R,
        S;

    /// <summary>Steps of the filters over the input.</summary>
    public readonly int StrideY,
        StrideX;

    /// <summary>Zeros added at each edge.</summary>
    public readonly int PaddingY,
        PaddingX;

    /// <summary>Distance between neighbouring filter elements.</summary>
    public readonly int DilationY,
        DilationX;

    /// <summary>Groups of channels that do not see each other.</summary>
    public readonly int Groups;

    /// <summary>Size of the output; zero where the filter does not fit.</summary>
    public readonly int OutputHeight,
        OutputWidth;

    /// <summary>Pixels of an output plane.</summary>
    public readonly long OutputPlane;

    /// <summary>Input channels that one output channel sees, and output channels of a group.</summary>
    public readonly int GroupC,
        GroupK;

    /// <summary>Weights of one output channel: the depth of the product.</summary>
    public readonly int Taps;

    /// <summary>Elements from a picture to the next: of the input, and of the output.</summary>
    public readonly long InputPicture,
        OutputPicture;

    /// <summary>A convolution with everything that it takes.</summary>
    public ConvolutionShape(
        (int N, int C, int H, int W) input,
        (int K, int R, int S) filter,
        (int Y, int X) stride,
        (int Y, int X) padding,
        (int Y, int X) dilation,
        int groups
    )
    {
        (N, C, H, W) = input;
        (K, R, S) = filter;
        (StrideY, StrideX) = stride;
        (PaddingY, PaddingX) = padding;
        (DilationY, DilationX) = dilation;
        Groups = groups;
        OutputHeight = Output(H, R, StrideY, PaddingY, DilationY);
        OutputWidth = Output(W, S, StrideX, PaddingX, DilationX);
        OutputPlane = (long)OutputHeight * OutputWidth;
        GroupC = C / groups;
        GroupK = K / groups;
        Taps = GroupC * R * S;
        (InputPicture, OutputPicture) = ((long)C * H * W, K * OutputPlane);
    }

    private ConvolutionShape(in ConvolutionShape group, long inputPicture, long outputPicture)
    {
        this = group;
        (InputPicture, OutputPicture) = (inputPicture, outputPicture);
    }

    /// <summary>One group by itself: its pictures are as far apart as those of all.</summary>
    public ConvolutionShape OneGroup => Part(GroupC, GroupK).Apart(InputPicture, OutputPicture);

    /// <summary>The same with pictures so far apart.</summary>
    public ConvolutionShape Apart(long inputPicture, long outputPicture) => new(this, inputPicture, outputPicture);

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
    ) => new((n, c, h, w), (k, r, s), (stride, stride), (padding, padding), (dilation, dilation), groups);

    /// <summary>Whether each output channel sees one input channel of several.</summary>
    public bool IsDepthwise => Groups > 1 && GroupC == 1 && GroupK <= 4;

    private ConvolutionShape Part(int c, int k) =>
        new((N, c, H, W), (k, R, S), (StrideY, StrideX), (PaddingY, PaddingX), (DilationY, DilationX), 1);

    private static int Output(int size, int filter, int stride, int padding, int dilation)
    {
        var reach = dilation * (filter - 1) + 1;
        return size + 2 * padding < reach ? 0 : (size + 2 * padding - reach) / stride + 1;
    }
}
