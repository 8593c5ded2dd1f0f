namespace Descent.Layers;

/// <summary>x times the chance that a normal number lies below x, element by element.</summary>
/// <remarks><b>Shape</b>: any, kept. <b>Formula</b>: y = x Φ(x), or x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2. <b>Source</b>: Hendrycks and Gimpel 2016.</remarks>
/// <param name="approximate">Whether to take the form with tanh.</param>
public sealed class Gelu(bool approximate = false) : Layer
{
    /// <inheritdoc/>
    public override string ToString() => nameof(Gelu);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Gelu(approximate);
}
