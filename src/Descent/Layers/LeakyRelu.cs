using System.Globalization;
using Descent.Numerics;

namespace Descent.Layers;

/// <summary>The number where it is positive, else a fixed share of it, element by element.</summary>
/// <remarks><b>Shape</b>: any, kept. <b>Formula</b>: y = x where x > 0, else slope · x. <b>Source</b>: Maas et al. 2013.</remarks>
/// <param name="slope">The share of negative numbers that passes.</param>
/// <exception cref="ArgumentOutOfRangeException">The slope is not finite.</exception>
public sealed class LeakyRelu(double slope = 0.01) : Layer
{
    private readonly double slope = Setting.Finite(slope, nameof(slope));

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"LeakyRelu({slope})");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.LeakyRelu(slope);
}
