namespace Descent.Layers;

/// <summary>max(x, 0), element by element.</summary>
/// <remarks><b>Shape</b>: any, kept.</remarks>
public sealed class Relu : Layer
{
    /// <inheritdoc/>
    public override string ToString() => nameof(Relu);

    private protected override ActivationFormula? Formula => ActivationFormula<ReluKernel>.Instance;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Relu();
}
