using Descent.Backends;

namespace Descent.Layers;

/// <summary>What the convolutional layers share: filters that slide over their input, and a bias.</summary>
/// <remarks>
/// <b>Formula</b>: the cross-correlation y[i] = b + Σ_r w[r] · x[i·stride + r·dilation − padding], which the field calls a
/// convolution; with <c>flipKernel</c> the convolution of the mathematicians, y[i] = b + Σ_r w[R − 1 − r] · x[…], which with a
/// padding of R − 1 is s(t) = Σ_τ x(τ) · w(t − τ). <b>Start</b>: both uniform within 1/√n, n the inputs of one output.
/// </remarks>
public abstract class Convolution : Layer
{
    private readonly Window2d window;
    private readonly Padding2d padding;
    private readonly PaddingMode paddingMode;
    private readonly bool flipKernel;

    // The input is sequences, which are pictures of one row.
    private readonly bool isLine;

    private protected Convolution(
        int inChannels,
        int outChannels,
        Size2d kernelSize,
        Size2d stride,
        Padding2d padding,
        Size2d dilation,
        int groups,
        bool bias,
        Initializer? weightInitializer,
        Initializer? biasInitializer,
        PaddingMode paddingMode,
        bool flipKernel,
        bool isLine = false
    )
    {
        var name = GetType().Name;
        ConvolutionOptions.RequireChannels(name, inChannels, outChannels, groups);
        padding.RequireAtLeastZero(name, nameof(padding));
        if (!Enum.IsDefined(paddingMode))
        {
            throw new ArgumentOutOfRangeException(
                nameof(paddingMode),
                $"{name}: there is no padding mode {paddingMode}."
            );
        }

        window = WindowOptions.Of(name, kernelSize, stride, 0, dilation, groups);
        (this.padding, this.paddingMode) = (padding, paddingMode);
        (this.flipKernel, this.isLine) = (flipKernel, isLine);
        Shape shape = [outChannels, inChannels / groups, kernelSize.Height, kernelSize.Width];
        if (isLine)
        {
            (window, shape) = (window.OverOneRow(), shape.Without(2));
            this.padding = padding with { Top = 0, Bottom = 0 };
        }

        Weight = new Parameter(shape, weightInitializer ?? Initializers.InverseSqrtFanIn);
        Bias = bias
            ? new Parameter([outChannels], biasInitializer ?? Initializers.InverseSqrt((int)Initializers.FanIn(shape)))
            : null;
    }

    /// <summary>The filters: an axis of output channels, one of the input channels that a filter sees, and its own one or two.</summary>
    public Parameter Weight { get; }

    /// <summary>The bias, of shape (outChannels); null when the layer has none.</summary>
    public Parameter? Bias { get; private set; }

    /// <inheritdoc/>
    public override string ToString()
    {
        var edge = isLine && !padding.IsSame ? $"{new Padding1d(padding.Left, padding.Right)}" : $"{padding}";
        return ConvolutionOptions.Describe(
            GetType().Name,
            (Weight.Shape[1] * window.Groups, Weight.Shape[0]),
            window,
            isLine,
            (padding == 0 ? "" : $", padding {edge}")
                + (paddingMode == PaddingMode.Zeros ? "" : $", {paddingMode}")
                + (flipKernel ? ", kernel flipped" : "")
        );
    }

    private protected override bool KeepsNothing => true;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => Convolve(input, null);

    // An activation that changes places with the pool behind it is left to itself, where backward has less to do then.
    private protected override Tensor ComputeFused(Tensor input, ReadOnlySpan<Layer> following, out int covered)
    {
        var formula = Tape.Current is not null && following is [Relu, MaxPool2d, ..] ? null : FormulaOf(following[0]);
        covered = formula is null ? 0 : 1;
        return Convolve(input, formula);
    }

    internal override Layer Rescaled(Tensor scale, Tensor shift)
    {
        var rescaled = this.Clone();
        var line = new int[Weight.Rank];
        Array.Fill(line, 1);
        line[0] = Weight.Shape[0];
        rescaled.Weight.Assign(Weight * scale.Reshape(line));
        rescaled.Bias = Parameter.Of(Bias is null ? shift : Bias * scale + shift);
        return rescaled;
    }

    /// <inheritdoc/>
    protected internal override long MultiplyAdds(Shape input, Shape output) =>
        output.Count * Weight.Shape.Without(0).Count;

    // A line is a picture of one row inside, which is not what a way around of another shape should be told.
    private protected override bool AddsAround => !isLine;

    private protected override Tensor ComputeJoined(Tensor input, Tensor around, ActivationFormula formula) =>
        Convolve(input, formula, around);

    private Tensor Convolve(Tensor input, ActivationFormula? formula, Tensor? around = null)
    {
        var x = isLine ? input.AsRows(GetType().Name) : input;
        var weight = isLine ? Weight.Unsqueeze(2) : Weight;
        weight = flipKernel ? weight.Flip(2, 3) : weight;
        var (padded, slide) = x.Rank == 4 ? Padded(x) : (x, window);
        var y =
            formula is null ? padded.Convolution2d(weight, Bias, slide)
            : around is null ? formula.Convolution2d(padded, weight, Bias, slide)
            : formula.Convolution2dJoined(padded, weight, Bias, slide, around);
        return isLine ? y.Squeeze(2) : y;
    }

    /// <summary>Leaves zeros that are as many on both sides to the convolution; others are made beforehand.</summary>
    private (Tensor Input, Window2d Window) Padded(Tensor x)
    {
        var (top, bottom, left, right) = padding.For(x.Shape[2], x.Shape[3], window);
        if (paddingMode == PaddingMode.Zeros && top == bottom && left == right)
        {
            return (x, window with { PaddingY = top, PaddingX = left });
        }

        return (x.Pad(paddingMode, (top, bottom), (left, right)), window);
    }
}
