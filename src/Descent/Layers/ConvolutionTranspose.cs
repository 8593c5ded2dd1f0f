using Descent.Backends;

namespace Descent.Layers;

/// <summary>What the transposes of convolutional layers share.</summary>
/// <remarks>
/// <b>Formula</b>: each input element adds its multiple of a filter to the output, where a convolution with the same options would
/// read it: y[i·stride + r·dilation − padding] += w[r] · x[i], and the bias everywhere. Padding therefore takes from the output.
/// <b>Start</b>: weights and bias uniform within 1/√n, n the weights of one input channel, as in PyTorch.
/// </remarks>
public abstract class ConvolutionTranspose : Layer
{
    private readonly Window2d window;
    private readonly Size2d outputPadding;

    // The input is sequences, which are pictures of one row.
    private readonly bool isLine;

    private protected ConvolutionTranspose(
        int inChannels,
        int outChannels,
        Size2d kernelSize,
        Size2d stride,
        Size2d padding,
        Size2d outputPadding,
        Size2d dilation,
        int groups,
        bool bias,
        Initializer? weightInitializer,
        Initializer? biasInitializer,
        bool isLine = false
    )
    {
        var name = GetType().Name;
        ConvolutionOptions.RequireChannels(name, inChannels, outChannels, groups);
        outputPadding.RequireAtLeast(0, name, nameof(outputPadding));
        if (outputPadding.Height >= stride.Height || outputPadding.Width >= stride.Width)
        {
            throw new ArgumentOutOfRangeException(
                nameof(outputPadding),
                $"{name}: outputPadding is {outputPadding}; it must be below the stride {stride}."
            );
        }

        window = WindowOptions.Of(name, kernelSize, stride, padding, dilation, groups);
        (this.outputPadding, this.isLine) = (outputPadding, isLine);
        Shape shape = [inChannels, outChannels / groups, kernelSize.Height, kernelSize.Width];
        if (isLine)
        {
            (window, shape) = (window.OverOneRow(), shape.Without(2));
            this.outputPadding = new Size2d(0, outputPadding.Width);
        }

        Weight = new Parameter(shape, weightInitializer ?? Initializers.InverseSqrtFanIn) { TransposedGroups = groups };
        Bias = bias
            ? new Parameter([outChannels], biasInitializer ?? Initializers.InverseSqrt((int)Initializers.FanIn(shape)))
            : null;
    }

    /// <summary>The filters: an axis of input channels, one of the output channels that they add to, and their own one or two.</summary>
    public Parameter Weight { get; }

    /// <summary>The bias, of shape (outChannels); null when the layer has none.</summary>
    public Parameter? Bias { get; }

    /// <inheritdoc/>
    public override string ToString()
    {
        var edge = new Size2d(isLine ? window.PaddingX : window.PaddingY, window.PaddingX);
        var extra = new Size2d(isLine ? outputPadding.Width : outputPadding.Height, outputPadding.Width);
        return ConvolutionOptions.Describe(
            GetType().Name,
            (Weight.Shape[0], Weight.Shape[1] * window.Groups),
            window,
            isLine,
            (edge == 0 ? "" : $", padding {edge}") + (extra == 0 ? "" : $", output padding {extra}")
        );
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        var x = isLine ? input.AsRows(GetType().Name) : input;
        var weight = isLine ? Weight.Unsqueeze(2) : Weight;
        var y = x.ConvolutionTranspose2d(weight, Bias, window, outputPadding.Height, outputPadding.Width);
        return isLine ? y.Squeeze(2) : y;
    }

    /// <inheritdoc/>
    protected internal override long MultiplyAdds(Shape input, Shape output) =>
        input.Count * Weight.Shape.Without(0).Count;
}
