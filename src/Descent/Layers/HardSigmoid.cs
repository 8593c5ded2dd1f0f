namespace Descent.Layers;

/// <summary>The sigmoid of three straight pieces, element by element.</summary>
/// <remarks><b>Shape</b>: any, kept. <b>Formula</b>: y = min(max(x / 6 + 1/2, 0), 1). <b>Source</b>: Courbariaux et al. 2015, with the slope 1/6 of Howard et al. 2019.</remarks>
public sealed class HardSigmoid : Layer
{
    /// <inheritdoc/>
    public override string ToString() => nameof(HardSigmoid);

    private protected override ActivationFormula? Formula => ActivationFormula<HardSigmoidKernel>.Instance;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.HardSigmoid();
}
