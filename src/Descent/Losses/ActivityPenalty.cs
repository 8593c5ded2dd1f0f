using Descent.Numerics;

namespace Descent.Losses;

/// <summary>What a layer's output costs beside the network's errors, so that few of its units answer to a sample: a number to add to the loss.</summary>
/// <remarks>
/// Penalties add up. A hidden layer's output is at hand where the network is written in plain C#; inside a
/// <c>Sequential</c> a hook hands it out: <c>net.Find&lt;Relu&gt;("3").Hook(output => code = output)</c>.
/// <example><code>
/// var code = encoder.Forward(images);
/// step.Minimize(Loss.MeanSquaredError(decoder.Forward(code), images) + ActivityPenalty.L1(1e-3).Of(code));
/// </code></example>
/// </remarks>
public sealed class ActivityPenalty
{
    private readonly Func<Tensor, Tensor> formula;

    /// <summary>Makes a penalty of another formula.</summary>
    /// <param name="formula">Takes a layer's output (N, …), gives one number.</param>
    public ActivityPenalty(Func<Tensor, Tensor> formula)
    {
        ArgumentNullException.ThrowIfNull(formula);
        this.formula = formula;
    }

    /// <summary>The sum of a sample's magnitudes, which keeps most units at zero; mean over the batch.</summary>
    /// <remarks>
    /// <b>Formula</b>: strength / N · Σ |h|. <b>Gradient</b>: strength / N · sign h.
    /// <b>Source</b>: Glorot, Bordes and Bengio 2011.
    /// </remarks>
    /// <param name="strength">How much it counts, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The strength is negative or not finite.</exception>
    public static ActivityPenalty L1(double strength)
    {
        Penalty.RequireStrength(strength, nameof(strength));
        return new(output => output.Abs().Sum() * (strength / output.Shape[0]));
    }

    /// <summary>The sum of a sample's squares, which keeps answers small; mean over the batch.</summary>
    /// <remarks>
    /// <b>Formula</b>: strength / N · Σ h². <b>Gradient</b>: 2 · strength / N · h.
    /// <b>Source</b>: Merity, McCann and Socher 2017 (activation regularisation).
    /// </remarks>
    /// <param name="strength">How much it counts, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The strength is negative or not finite.</exception>
    public static ActivityPenalty L2(double strength)
    {
        Penalty.RequireStrength(strength, nameof(strength));
        return new(output => output.Square().Sum() * (strength / output.Shape[0]));
    }

    /// <summary>How far each unit's mean activity over the batch is from a small target; for outputs between 0 and 1, as a sigmoid's.</summary>
    /// <remarks>
    /// <b>Formula</b>: strength · Σ_j ρ ln (ρ / ρ̂_j) + (1 − ρ) ln ((1 − ρ) / (1 − ρ̂_j)), where ρ̂_j is unit j's mean over
    /// the batch, kept within 1e−6 and 1 − 1e−6.
    /// <b>Gradient</b>: strength / N · ((1 − ρ) / (1 − ρ̂_j) − ρ / ρ̂_j) for each sample.
    /// <b>Source</b>: Ng 2011, "Sparse autoencoder".
    /// </remarks>
    /// <param name="strength">How much it counts, at least 0.</param>
    /// <param name="target">ρ, the mean activity wanted, above 0 and below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The strength is negative or not finite, or the target no share.</exception>
    public static ActivityPenalty Sparsity(double strength, double target = 0.05)
    {
        const double Least = 1e-6;
        Penalty.RequireStrength(strength, nameof(strength));
        Setting.Require(target is > 0 and < 1, target, nameof(target), "above 0 and below 1");
        var own = target * Math.Log(target) + (1 - target) * Math.Log(1 - target);
        return new(output =>
        {
            var means = output.Flatten().Mean(0).Clamp(Least, 1 - Least);
            var cross = means.Log() * target + (1 - means).Log() * (1 - target);
            return (own - cross).Sum() * strength;
        });
    }

    /// <summary>Both penalties, added up.</summary>
    public static ActivityPenalty operator +(ActivityPenalty left, ActivityPenalty right) => left.Add(right);

    /// <summary>Both penalties, added up.</summary>
    /// <param name="other">The other penalty.</param>
    public ActivityPenalty Add(ActivityPenalty other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new(output => Of(output) + other.Of(output));
    }

    /// <summary>The penalty of a layer's output.</summary>
    /// <param name="output">What the layer gave, (N, …).</param>
    /// <returns>One number.</returns>
    /// <exception cref="ShapeException">The output has no batch axis, or the penalty's own formula gives more than one number.</exception>
    public Tensor Of(Tensor output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (output.Rank < 2)
        {
            throw new ShapeException(
                $"ActivityPenalty: needs a layer's output (N, …), found {output.Shape}. Is a batch axis missing? Unsqueeze(0) adds one."
            );
        }

        var cost = formula(output);
        return cost.Count == 1
            ? cost
            : throw new ShapeException(
                $"ActivityPenalty: the formula gives {cost.Shape} for an output {output.Shape}; it must give one number. Take its Sum()."
            );
    }
}
