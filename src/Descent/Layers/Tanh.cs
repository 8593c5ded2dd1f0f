namespace Descent.Layers;

/// <summary>tanh x, element by element.</summary>
/// <remarks><b>Shape</b>: any, kept. <b>Source</b>: the lessons (activations); LeCun et al. 1998.</remarks>
public sealed class Tanh : Layer
{
    /// <inheritdoc/>
    public override string ToString() => nameof(Tanh);

    private protected override ActivationFormula? Formula => ActivationFormula<TanhKernel>.Instance;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Tanh();
}
