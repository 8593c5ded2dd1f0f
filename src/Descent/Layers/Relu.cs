namespace Descent.Layers;

/// <summary>max(x, 0), element by element.</summary>
/// <remarks><b>Shape</b>: any, kept. <b>Source</b>: the lessons (activations); Nair and Hinton 2010.</remarks>
public sealed class Relu : Layer
{
    /// <inheritdoc/>
    public override string ToString() => nameof(Relu);

    private protected override ActivationFormula? Formula => ActivationFormula<ReluKernel>.Instance;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Relu();

    // The larger of two numbers does not change places with its neighbour when negative ones become zero: pooling first
    // gives the same bits and leaves fewer numbers to do.
    private protected override Tensor ComputeFused(Tensor input, ReadOnlySpan<Layer> following, out int covered)
    {
        covered = following[0] is MaxPool2d ? 1 : 0;
        return covered == 1 ? following[0].Forward(input).Relu() : input.Relu();
    }
}
