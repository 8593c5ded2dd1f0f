using Descent.Backends;
using Descent.Numerics;

namespace Descent.Layers;

/// <summary>Group normalisation: each sample's channels get mean 0 and variance 1 group by group, then each channel a learned scale and shift.</summary>
/// <remarks>
/// <b>Shape</b>: (N, channels, …), kept; <c>weight</c>, <c>bias</c> (channels). <b>Formula</b>:
/// y = γ (x − μ) / √(σ² + ε) + β over the channels and places of a group, σ² biased; the same in training and inference.
/// <b>Source</b>: Wu and He 2018.
/// </remarks>
public sealed class GroupNorm : Layer
{
    private readonly int groups;
    private readonly int channels;
    private readonly double epsilon;

    /// <summary>Makes the layer.</summary>
    /// <param name="groups">How many groups; they divide the channels.</param>
    /// <param name="channels">C, the size of axis 1.</param>
    /// <param name="epsilon">ε, added to the variance.</param>
    /// <param name="affine">Whether scale and shift are learned.</param>
    /// <exception cref="ArgumentException">The groups do not divide the channels.</exception>
    public GroupNorm(int groups, int channels, double epsilon = 1e-5, bool affine = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(groups);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        Setting.Require(epsilon > 0 && double.IsFinite(epsilon), epsilon, nameof(epsilon), "a finite number above 0");
        if (channels % groups != 0)
        {
            throw new ArgumentException($"GroupNorm: {groups} groups do not divide {channels} channels.");
        }

        (this.groups, this.channels, this.epsilon) = (groups, channels, epsilon);
        Weight = affine ? new Parameter([channels], Initializers.Ones) : null;
        Bias = affine ? new Parameter([channels]) : null;
    }

    /// <summary>γ, the scale, (C); null when none is learned.</summary>
    public Parameter? Weight { get; }

    /// <summary>β, the shift, (C); null when none is learned.</summary>
    public Parameter? Bias { get; }

    /// <inheritdoc/>
    public override string ToString() => $"GroupNorm({groups} of {channels})";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        if (input.Rank < 2 || input.Shape[1] != channels)
        {
            throw new ShapeException(
                $"GroupNorm: needs (N, C, …) with C = {channels}, found {input.Shape}{Tape.InLayer}."
            );
        }

        input.RequireFloating(nameof(GroupNorm));
        var places = input.Count / Math.Max(1, (long)input.Shape[0] * channels);
        return input.Standardize(new Pieces(input.Shape[0], channels, places, groups), epsilon, Weight, Bias).Y;
    }
}
