namespace Descent.Layers;

/// <summary>x times its hard sigmoid, element by element.</summary>
/// <remarks><b>Shape</b>: any, kept. <b>Formula</b>: y = x · min(max(x / 6 + 1/2, 0), 1). <b>Source</b>: Howard et al. 2019.</remarks>
public sealed class HardSwish : Layer
{
    /// <inheritdoc/>
    public override string ToString() => nameof(HardSwish);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.HardSwish();
}
