namespace Descent.Layers;

/// <summary>A convolution taken apart: first each channel by itself over the pixels, then each pixel by itself over the channels.</summary>
/// <remarks>
/// <b>Shape</b>: (N, inChannels, H, W) → (N, outChannels, H', W') as <see cref="Conv2d"/>; <c>depthwise.weight</c>
/// (inChannels · multiplier, 1, kernelSize, kernelSize), <c>pointwise.weight</c> (outChannels, inChannels · multiplier, 1, 1),
/// <c>pointwise.bias</c> (outChannels). <b>Formula</b>: pointwise(depthwise(x)), nothing between. <b>Source</b>: Chollet 2017.
/// </remarks>
public sealed class SeparableConv2d : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="inChannels">Channels of the input.</param>
    /// <param name="outChannels">Channels of the output.</param>
    /// <param name="kernelSize">Rows and columns of a channel's filter.</param>
    /// <param name="stride">Distance from one place of the filter to the next.</param>
    /// <param name="padding">Rows and columns added around the input: a number, two, four, or <see cref="Padding2d.Same"/>.</param>
    /// <param name="dilation">Distance between neighbouring taps of a filter.</param>
    /// <param name="multiplier">Filters of each channel.</param>
    /// <param name="bias">Whether a bias is added, at the end.</param>
    /// <param name="weightInitializer">How both kinds of filters start; 1/√n uniform when null.</param>
    /// <param name="biasInitializer">How the bias starts; 1/√n uniform when null.</param>
    /// <param name="paddingMode">What the padding holds.</param>
    /// <exception cref="ArgumentException">A size is too small.</exception>
    public SeparableConv2d(
        int inChannels,
        int outChannels,
        Size2d kernelSize,
        Size2d? stride = null,
        Padding2d padding = default,
        Size2d? dilation = null,
        int multiplier = 1,
        bool bias = true,
        Initializer? weightInitializer = null,
        Initializer? biasInitializer = null,
        PaddingMode paddingMode = PaddingMode.Zeros
    )
    {
        Depthwise = new DepthwiseConv2d(
            inChannels,
            kernelSize,
            stride,
            padding,
            dilation,
            multiplier,
            bias: false,
            weightInitializer,
            paddingMode: paddingMode
        );
        Pointwise = new Conv2d(
            inChannels * multiplier,
            outChannels,
            1,
            bias: bias,
            weightInitializer: weightInitializer,
            biasInitializer: biasInitializer
        );
    }

    /// <summary>The filters of the channels.</summary>
    public DepthwiseConv2d Depthwise { get; }

    /// <summary>The mixture of the channels.</summary>
    public Conv2d Pointwise { get; }

    /// <inheritdoc/>
    public override string ToString() => $"SeparableConv2d({Depthwise}, {Pointwise})";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => Pointwise.Forward(Depthwise.Forward(input));
}
