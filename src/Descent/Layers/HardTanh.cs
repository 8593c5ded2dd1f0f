namespace Descent.Layers;

/// <summary>The number, but at least −1 and at most 1, element by element.</summary>
/// <remarks><b>Shape</b>: any, kept. <b>Formula</b>: y = min(max(x, −1), 1). <b>Source</b>: Collobert 2004.</remarks>
public sealed class HardTanh : Layer
{
    /// <inheritdoc/>
    public override string ToString() => nameof(HardTanh);

    private protected override ActivationFormula? Formula => ActivationFormula<HardTanhKernel>.Instance;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.HardTanh();
}
