using System.Globalization;
using Descent.Numerics;

namespace Descent.Layers;

/// <summary>The number where it is positive, else α (eˣ − 1), element by element.</summary>
/// <remarks><b>Shape</b>: any, kept. <b>Formula</b>: y = x where x > 0, else α (eˣ − 1). <b>Source</b>: Clevert et al. 2016.</remarks>
/// <param name="alpha">α, what large negative numbers come near, with a minus sign.</param>
/// <exception cref="ArgumentOutOfRangeException">α is not finite.</exception>
public sealed class Elu(double alpha = 1) : Layer
{
    private readonly double alpha = Setting.Finite(alpha, nameof(alpha));

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"Elu({alpha})");

    private protected override ActivationFormula? Formula => alpha == 1 ? ActivationFormula<EluKernel>.Instance : null;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Elu(alpha);
}
