using System.Globalization;

namespace Descent.Layers;

/// <summary>A smooth form of ReLU, element by element.</summary>
/// <remarks><b>Shape</b>: any, kept. <b>Formula</b>: y = ln(1 + e^(βx)) / β. <b>Source</b>: Dugas et al. 2001.</remarks>
public sealed class Softplus : Layer
{
    private readonly double beta;

    /// <summary>Makes the layer.</summary>
    /// <param name="beta">β, how sharp the bend is, above 0.</param>
    public Softplus(double beta = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beta);
        this.beta = beta;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"Softplus({beta})");

    private protected override ActivationFormula? Formula =>
        beta == 1 ? ActivationFormula<SoftplusKernel>.Instance : null;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Softplus(beta);
}
