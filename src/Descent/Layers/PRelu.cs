using System.Globalization;
using Descent.Numerics;

namespace Descent.Layers;

/// <summary>ReLU whose slope for negative numbers is learned, one for all or one for each channel.</summary>
/// <remarks>
/// <b>Shape</b>: any, kept; with channels (N, channels, …); <c>weight</c> (channels). <b>Formula</b>: y = x where x > 0,
/// else weight · x. <b>Source</b>: He et al. 2015.
/// </remarks>
public sealed class PRelu : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="channels">The size of axis 1, for a slope each; 1 for one slope.</param>
    /// <param name="slope">Where the slopes start.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no channel, or the slope is not finite.</exception>
    public PRelu(int channels = 1, double slope = 0.25)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        Weight = new Parameter([channels], Initializers.Constant(Setting.Finite(slope, nameof(slope))));
    }

    /// <summary>The slopes, of shape (channels).</summary>
    public Parameter Weight { get; }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"PRelu({Weight.Shape[0]})");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        if (Weight.Count == 1)
        {
            return input.PRelu(Weight);
        }

        if (input.Rank < 2 || input.Shape[1] != Weight.Shape[0])
        {
            throw new ShapeException(
                $"PRelu: needs (N, C, …) with C = {Weight.Shape[0]}, found {input.Shape}{Tape.InLayer}."
            );
        }

        return input.PRelu(input.AlongChannels(Weight));
    }
}
