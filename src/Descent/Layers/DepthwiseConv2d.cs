namespace Descent.Layers;

/// <summary>A convolutional layer in which every channel has filters of its own and sees no other channel.</summary>
/// <remarks>
/// <b>Shape</b>: (N, channels, H, W) → (N, channels · multiplier, H', W') as <see cref="Conv2d"/>, which with as many groups as
/// channels is the same; <c>weight</c> (channels · multiplier, 1, kernelSize, kernelSize), <c>bias</c> (channels · multiplier).
/// <b>Formula</b> and <b>start</b>: see <see cref="Convolution"/>. <b>Source</b>: Sifre 2014; Chollet 2017.
/// </remarks>
public sealed class DepthwiseConv2d : Convolution
{
    /// <summary>Makes the layer.</summary>
    /// <param name="channels">Channels of the input.</param>
    /// <param name="kernelSize">Rows and columns of a filter.</param>
    /// <param name="stride">Distance from one place of the filter to the next.</param>
    /// <param name="padding">Rows and columns added around the input: a number, two, four, or <see cref="Padding2d.Same"/>.</param>
    /// <param name="dilation">Distance between neighbouring taps of a filter.</param>
    /// <param name="multiplier">Filters of each channel.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="weightInitializer">How the filters start; 1/√n uniform when null.</param>
    /// <param name="biasInitializer">How the bias starts; 1/√n uniform when null.</param>
    /// <param name="paddingMode">What the padding holds.</param>
    /// <param name="flipKernel">Whether filters are turned round in both axes, so that this is a convolution and not a cross-correlation.</param>
    /// <exception cref="ArgumentException">A size is too small.</exception>
    public DepthwiseConv2d(
        int channels,
        Size2d kernelSize,
        Size2d? stride = null,
        Padding2d padding = default,
        Size2d? dilation = null,
        int multiplier = 1,
        bool bias = true,
        Initializer? weightInitializer = null,
        Initializer? biasInitializer = null,
        PaddingMode paddingMode = PaddingMode.Zeros,
        bool flipKernel = false
    )
        : base(
            channels,
            Filters(channels, multiplier),
            kernelSize,
            stride ?? 1,
            padding,
            dilation ?? 1,
            channels,
            bias,
            weightInitializer,
            biasInitializer,
            paddingMode,
            flipKernel
        ) { }

    private static int Filters(int channels, int multiplier)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(multiplier);
        return checked(channels * multiplier);
    }
}
