namespace Descent.Layers;

/// <summary>The self-normalising unit, element by element: keeps mean 0 and variance 1 from layer to layer.</summary>
/// <remarks><b>Shape</b>: any, kept. <b>Formula</b>: y = 1.0507 x where x > 0, else 1.0507 · 1.6733 (eˣ − 1). <b>Source</b>: Klambauer et al. 2017.</remarks>
public sealed class Selu : Layer
{
    /// <inheritdoc/>
    public override string ToString() => nameof(Selu);

    private protected override ActivationFormula? Formula => ActivationFormula<SeluKernel>.Instance;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Selu();
}
