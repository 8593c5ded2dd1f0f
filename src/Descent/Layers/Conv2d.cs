namespace Descent.Layers;

/// <summary>A convolutional layer over pictures: each output channel is the cross-correlation of the input with its own filter.</summary>
/// <remarks>
/// <b>Shape</b>: (N, inChannels, H, W) → (N, outChannels, H', W') with
/// H' = ⌊(H + 2·padding − dilation·(kernelSize − 1) − 1) / stride⌋ + 1; <c>weight</c> (outChannels, inChannels / groups,
/// kernelSize, kernelSize), <c>bias</c> (outChannels). <b>Formula</b> and <b>start</b>: see <see cref="Convolution"/>; the lessons'
/// equation of a convolution is <c>flipKernel: true</c>, that of a cross-correlation, which they and everybody compute, is false.
/// <b>Source</b>: the lessons (convolutional networks); LeCun et al. 1998.
/// </remarks>
public sealed class Conv2d : Convolution
{
    /// <summary>Makes the layer.</summary>
    /// <param name="inChannels">Channels of the input.</param>
    /// <param name="outChannels">Channels of the output: the number of filters.</param>
    /// <param name="kernelSize">Rows and columns of a filter.</param>
    /// <param name="stride">Distance from one place of the filter to the next.</param>
    /// <param name="padding">Rows and columns added around the input: a number, two, four, or <see cref="Padding2d.Same"/>.</param>
    /// <param name="dilation">Distance between neighbouring taps of a filter.</param>
    /// <param name="groups">Groups of channels that do not see each other; divides both channel counts.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="weightInitializer">How the filters start; 1/√n uniform when null.</param>
    /// <param name="biasInitializer">How the bias starts; 1/√n uniform when null.</param>
    /// <param name="paddingMode">What the padding holds.</param>
    /// <param name="flipKernel">Whether filters are turned round in both axes, so that this is a convolution and not a cross-correlation.</param>
    /// <exception cref="ArgumentException">A size is too small, or the groups do not divide the channels.</exception>
    public Conv2d(
        int inChannels,
        int outChannels,
        Size2d kernelSize,
        Size2d? stride = null,
        Padding2d padding = default,
        Size2d? dilation = null,
        int groups = 1,
        bool bias = true,
        Initializer? weightInitializer = null,
        Initializer? biasInitializer = null,
        PaddingMode paddingMode = PaddingMode.Zeros,
        bool flipKernel = false
    )
        : base(
            inChannels,
            outChannels,
            kernelSize,
            stride ?? 1,
            padding,
            dilation ?? 1,
            groups,
            bias,
            weightInitializer,
            biasInitializer,
            paddingMode,
            flipKernel
        ) { }
}
