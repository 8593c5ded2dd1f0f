using Descent.Layers;
using Descent.Numerics;

namespace Descent.Losses;

/// <summary>What a network's weights cost beside its errors: a number to add to the loss.</summary>
/// <remarks>
/// Applies to weights, which are the parameters of two axes or more, and not to biases or the scales of norms, unless
/// those are named. Penalties add up: <c>Penalty.L1(1e-5) + Penalty.L2(1e-4)</c>.
/// <example><code>
/// var penalty = Penalty.L2(1e-4);
/// step.Minimize(Loss.CrossEntropy(model.Forward(images), labels) + penalty.Of(model));
/// </code></example>
/// </remarks>
public sealed class Penalty
{
    private readonly Func<Tensor, Tensor> formula;

    /// <summary>Makes a penalty of another formula.</summary>
    /// <param name="formula">Takes one parameter's values, gives one number.</param>
    public Penalty(Func<Tensor, Tensor> formula)
    {
        ArgumentNullException.ThrowIfNull(formula);
        this.formula = formula;
    }

    /// <summary>The sum of magnitudes, which drives weights that matter little to exactly zero.</summary>
    /// <remarks>
    /// <b>Formula</b>: strength · Σ |w|. <b>Gradient</b>: strength · sign w, 0 at 0.
    /// <b>Source</b>: the lessons (norm penalties); Tibshirani 1996.
    /// </remarks>
    /// <param name="strength">How much it counts, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The strength is negative or not finite.</exception>
    public static Penalty L1(double strength)
    {
        RequireStrength(strength, nameof(strength));
        return new(weights => weights.Abs().Sum() * strength);
    }

    /// <summary>The sum of squares, which keeps weights small.</summary>
    /// <remarks>
    /// <b>Formula</b>: strength · Σ w². <b>Gradient</b>: 2 · strength · w; under plain SGD the same as a weight decay of
    /// 2 · strength.
    /// <b>Source</b>: the lessons (norm penalties); Hoerl and Kennard 1970.
    /// </remarks>
    /// <param name="strength">How much it counts, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The strength is negative or not finite.</exception>
    public static Penalty L2(double strength)
    {
        RequireStrength(strength, nameof(strength));
        return new(weights => weights.Square().Sum() * strength);
    }

    /// <summary>Both: <see cref="L1"/> and <see cref="L2"/> added up.</summary>
    /// <remarks>
    /// <b>Formula</b>: l1 · Σ |w| + l2 · Σ w². <b>Gradient</b>: l1 · sign w + 2 · l2 · w.
    /// <b>Source</b>: Zou and Hastie 2005.
    /// </remarks>
    /// <param name="l1">How much magnitudes count, at least 0.</param>
    /// <param name="l2">How much squares count, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A strength is negative or not finite.</exception>
    public static Penalty ElasticNet(double l1, double l2)
    {
        RequireStrength(l1, nameof(l1));
        RequireStrength(l2, nameof(l2));
        return L1(l1) + L2(l2);
    }

    /// <summary>Both penalties, added up.</summary>
    public static Penalty operator +(Penalty left, Penalty right) => left.Add(right);

    /// <summary>Both penalties, added up.</summary>
    /// <param name="other">The other penalty.</param>
    public Penalty Add(Penalty other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new(weights => Of(weights) + other.Of(weights));
    }

    /// <summary>The penalty of a module's weights: not of its biases, scales of norms, buffers and frozen parameters.</summary>
    /// <param name="module">A network or a part of one.</param>
    /// <returns>One number.</returns>
    /// <exception cref="ArgumentException">The module has no such weights.</exception>
    public Tensor Of(Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        return Of(module.Parameters.Where(parameter => parameter is { IsWeight: true, IsFrozen: false }));
    }

    /// <summary>The penalty of exactly these parameters, biases too where they are named: <c>penalty.Of(model.Parameters)</c>.</summary>
    /// <param name="parameters">The parameters, of one element type.</param>
    /// <returns>One number.</returns>
    /// <exception cref="ArgumentException">There is no parameter.</exception>
    public Tensor Of(IEnumerable<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Tensor? total = null;
        foreach (var parameter in parameters)
        {
            var cost = Of(parameter);
            total = total is null ? cost : total + cost;
        }

        return total
            ?? throw new ArgumentException(
                "Penalty: there is no weight to penalise. Weights are parameters of two axes or more that are not frozen; name others, such as biases, by Of(parameters)."
            );
    }

    /// <summary>The penalty of one tensor.</summary>
    /// <param name="weights">A weight, or a part of one.</param>
    /// <returns>One number.</returns>
    /// <exception cref="ShapeException">The penalty's own formula gives more than one number.</exception>
    public Tensor Of(Tensor weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var cost = formula(weights);
        return cost.Count == 1
            ? cost
            : throw new ShapeException(
                $"Penalty: the formula gives {cost.Shape} for weights {weights.Shape}; it must give one number. Take its Sum()."
            );
    }

    internal static void RequireStrength(double strength, string name) =>
        Setting.Require(strength >= 0 && double.IsFinite(strength), strength, name, "a finite number, zero or more");
}
