using Descent.Backends;

namespace Descent.Layers;

/// <summary>A convolutional layer over pictures: each output channel is the cross-correlation of the input with its own filter.</summary>
/// <remarks>
/// <b>Shape</b>: (N, inChannels, H, W) → (N, outChannels, H', W') with
/// H' = ⌊(H + 2·padding − dilation·(kernelSize − 1) − 1) / stride⌋ + 1; <c>weight</c> (outChannels, inChannels / groups,
/// kernelSize, kernelSize), <c>bias</c> (outChannels). <b>Start</b>: both uniform within 1/√n, n the inputs of one output.
/// <b>Source</b>: the lessons (convolutional networks); LeCun et al. 1998.
/// </remarks>
public sealed class Conv2d : Layer
{
    private readonly Window2d window;

    /// <summary>Makes the layer.</summary>
    /// <param name="inChannels">Channels of the input.</param>
    /// <param name="outChannels">Channels of the output: the number of filters.</param>
    /// <param name="kernelSize">Rows and columns of a filter.</param>
    /// <param name="stride">Distance from one place of the filter to the next.</param>
    /// <param name="padding">Rows and columns of zeros added on every side.</param>
    /// <param name="dilation">Distance between neighbouring taps of a filter.</param>
    /// <param name="groups">Groups of channels that do not see each other; divides both channel counts.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="weightInitializer">How the filters start; 1/√n uniform when null.</param>
    /// <param name="biasInitializer">How the bias starts; 1/√n uniform when null.</param>
    /// <exception cref="ArgumentException">A size is too small, or the groups do not divide the channels.</exception>
    public Conv2d(
        int inChannels,
        int outChannels,
        Size2d kernelSize,
        Size2d? stride = null,
        Size2d? padding = null,
        Size2d? dilation = null,
        int groups = 1,
        bool bias = true,
        Initializer? weightInitializer = null,
        Initializer? biasInitializer = null
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(groups);
        var (step, edge, gap) = (stride ?? 1, padding ?? 0, dilation ?? 1);
        kernelSize.RequireAtLeast(1, nameof(Conv2d), nameof(kernelSize));
        step.RequireAtLeast(1, nameof(Conv2d), nameof(stride));
        edge.RequireAtLeast(0, nameof(Conv2d), nameof(padding));
        gap.RequireAtLeast(1, nameof(Conv2d), nameof(dilation));
        if (inChannels % groups != 0 || outChannels % groups != 0)
        {
            throw new ArgumentException(
                $"Conv2d: {groups} groups do not divide {inChannels} input and {outChannels} output channels."
            );
        }

        window = new Window2d(
            kernelSize.Height,
            kernelSize.Width,
            step.Height,
            step.Width,
            edge.Height,
            edge.Width,
            gap.Height,
            gap.Width,
            groups
        );
        Shape shape = [outChannels, inChannels / groups, kernelSize.Height, kernelSize.Width];
        Weight = new Parameter(shape, weightInitializer ?? Initializers.InverseSqrtFanIn);
        Bias = bias
            ? new Parameter([outChannels], biasInitializer ?? Initializers.InverseSqrt((int)shape.Without(0).Count))
            : null;
    }

    /// <summary>The filters, of shape (outChannels, inChannels / groups, kernelSize, kernelSize).</summary>
    public Parameter Weight { get; }

    /// <summary>The bias, of shape (outChannels); null when the layer has none.</summary>
    public Parameter? Bias { get; }

    /// <inheritdoc/>
    public override string ToString()
    {
        var kernel = new Size2d(window.KernelHeight, window.KernelWidth);
        var stride = new Size2d(window.StrideY, window.StrideX);
        var padding = new Size2d(window.PaddingY, window.PaddingX);
        var dilation = new Size2d(window.DilationY, window.DilationX);
        return $"Conv2d({Weight.Shape[1] * window.Groups} → {Weight.Shape[0]}, kernel {kernel}"
            + (stride == 1 ? "" : $", stride {stride}")
            + (padding == 0 ? "" : $", padding {padding}")
            + (dilation == 1 ? "" : $", dilation {dilation}")
            + (window.Groups == 1 ? "" : $", groups {window.Groups}")
            + ")";
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Convolution2d(Weight, Bias, window);

    // An activation that changes places with the pool behind it is left to itself.
    private protected override Tensor ComputeFused(Tensor input, ReadOnlySpan<Layer> following, out int covered)
    {
        var formula = following is [Relu, MaxPool2d, ..] ? null : FormulaOf(following[0]);
        covered = formula is null ? 0 : 1;
        return formula is null ? Compute(input) : formula.Convolution2d(input, Weight, Bias, window);
    }

    /// <inheritdoc/>
    protected internal override long MultiplyAdds(Shape input, Shape output) =>
        output.Count * Weight.Shape.Without(0).Count;
}
