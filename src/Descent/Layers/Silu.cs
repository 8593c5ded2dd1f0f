namespace Descent.Layers;

/// <summary>x times its sigmoid, element by element; also called swish.</summary>
/// <remarks><b>Shape</b>: any, kept. <b>Formula</b>: y = x / (1 + e⁻ˣ). <b>Source</b>: Elfwing et al. 2018.</remarks>
public sealed class Silu : Layer
{
    /// <inheritdoc/>
    public override string ToString() => nameof(Silu);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Silu();
}
