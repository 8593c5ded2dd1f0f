namespace Descent.Layers;

/// <summary>A convolutional layer over sequences: each output channel is the cross-correlation of the input with its own filter.</summary>
/// <remarks>
/// <b>Shape</b>: (N, inChannels, L) → (N, outChannels, L') with L' = ⌊(L + 2·padding − dilation·(kernelSize − 1) − 1) / stride⌋ + 1;
/// <c>weight</c> (outChannels, inChannels / groups, kernelSize), <c>bias</c> (outChannels). <b>Formula</b> and <b>start</b>: see
/// <see cref="Convolution"/>; the lessons' equation of a convolution is <c>flipKernel: true</c>, that of a cross-correlation, which
/// they and everybody compute, is false. <b>Source</b>: the lessons (convolutional networks); Waibel et al. 1989.
/// </remarks>
public sealed class Conv1d : Convolution
{
    /// <summary>Makes the layer.</summary>
    /// <param name="inChannels">Channels of the input.</param>
    /// <param name="outChannels">Channels of the output: the number of filters.</param>
    /// <param name="kernelSize">Places of a filter.</param>
    /// <param name="stride">Distance from one place of the filter to the next.</param>
    /// <param name="padding">Places added to the input: a number, two, or <see cref="Padding1d.Same"/>.</param>
    /// <param name="dilation">Distance between neighbouring taps of a filter.</param>
    /// <param name="groups">Groups of channels that do not see each other; divides both channel counts.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="weightInitializer">How the filters start; 1/√n uniform when null.</param>
    /// <param name="biasInitializer">How the bias starts; 1/√n uniform when null.</param>
    /// <param name="paddingMode">What the padding holds.</param>
    /// <param name="flipKernel">Whether filters are turned round, so that this is a convolution and not a cross-correlation.</param>
    /// <exception cref="ArgumentException">A size is too small, or the groups do not divide the channels.</exception>
    public Conv1d(
        int inChannels,
        int outChannels,
        int kernelSize,
        int stride = 1,
        Padding1d padding = default,
        int dilation = 1,
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
            stride,
            padding.OnAllSides(),
            dilation,
            groups,
            bias,
            weightInitializer,
            biasInitializer,
            paddingMode,
            flipKernel,
            isLine: true
        ) { }
}
