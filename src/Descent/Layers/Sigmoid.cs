namespace Descent.Layers;

/// <summary>1 / (1 + e⁻ˣ), element by element.</summary>
/// <remarks><b>Shape</b>: any, kept. <b>Source</b>: the lessons (activations); Rumelhart et al. 1986.</remarks>
public sealed class Sigmoid : Layer
{
    /// <inheritdoc/>
    public override string ToString() => nameof(Sigmoid);

    private protected override ActivationFormula? Formula => ActivationFormula<SigmoidKernel>.Instance;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Sigmoid();
}
