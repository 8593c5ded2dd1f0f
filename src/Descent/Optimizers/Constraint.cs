using Descent.Numerics;

namespace Descent.Optimizers;

/// <summary>What weights must satisfy: applied after each update, within the same step.</summary>
/// <remarks>
/// Applies to weights, which are the parameters of two axes or more, and not to biases or the scales of norms, unless
/// those are named by <see cref="On"/>. Constraints are applied in the order in which they are listed, to the
/// parameters that the step changed: <c>new Sgd(model, 0.1) { Constraints = [Constraint.MaxNorm(3)] }</c>. A step that is
/// refused changes nothing.
/// </remarks>
public sealed class Constraint
{
    private readonly Func<Parameter, Tensor> formula;
    private readonly Predicate<Parameter> applies;

    /// <summary>Makes a constraint of another formula.</summary>
    /// <param name="formula">Takes a parameter's values, gives those nearest to them that are allowed, in the same shape.</param>
    public Constraint(Func<Tensor, Tensor> formula)
        : this(parameter => formula(parameter.WithoutHistory()), parameter => parameter.IsWeight) =>
        ArgumentNullException.ThrowIfNull(formula);

    private Constraint(Func<Parameter, Tensor> formula, Predicate<Parameter> applies)
    {
        this.formula = formula;
        this.applies = applies;
    }

    /// <summary>No weight below zero.</summary>
    /// <remarks><b>Formula</b>: w ← max(w, 0). <b>Source</b>: Lee and Seung 1999.</remarks>
    public static Constraint NonNegative { get; } = new(weights => weights.Clamp(0));

    /// <summary>A bound on the length of each unit's incoming weights: longer ones are scaled back to it.</summary>
    /// <remarks>
    /// <b>Shape</b>: a unit is a place along the first axis, as in <c>Linear</c> (out, in) and <c>Conv2d</c> (out, in, r, s); of
    /// a transposed convolution (in, out, r, s), in groups or not, it is an output channel.
    /// <b>Formula</b>: w ← w · min(1, limit / ‖w‖) for each unit; units within the bound keep their bits.
    /// <b>Source</b>: the lessons (dropout); Srivastava et al. 2014, section 5.1.
    /// </remarks>
    /// <param name="limit">The largest length, above 0; 3 to 4 with dropout.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not above 0.</exception>
    public static Constraint MaxNorm(double limit)
    {
        Setting.Require(limit > 0 && double.IsFinite(limit), limit, nameof(limit), "above 0");
        return new(Bounded, parameter => parameter.IsWeight);

        Tensor Bounded(Parameter parameter)
        {
            var weights = parameter.WithoutHistory();
            var (shape, groups) = (weights.Shape, parameter.TransposedGroups);
            if (groups > 0)
            {
                // (in, out / groups, …) to (groups, in / groups, out / groups, …).
                weights = weights.Reshape([groups, shape[0] / groups, .. shape.Skip(1)]);
            }

            var (first, unit) = groups > 0 ? (1, 2) : (0, 0);
            int[] incoming = [.. Enumerable.Range(first, weights.Rank - first).Where(axis => axis != unit)];
            var lengths = incoming.Length > 0 ? weights.Norm(incoming, keepAxes: true) : weights.Abs();
            return (weights * (limit / lengths.Maximum(limit))).Reshape([.. shape]);
        }
    }

    /// <summary>The same constraint on exactly these parameters, whatever they are: <c>Constraint.MaxNorm(3).On(layer.Weight)</c>.</summary>
    /// <param name="parameters">The parameters.</param>
    public Constraint On(params IEnumerable<Parameter> parameters)
    {
        var named = new HashSet<Parameter>(parameters, ReferenceEqualityComparer.Instance);
        return new(formula, named.Contains);
    }

    /// <summary>Changes a parameter to what is allowed, if it is one of those that this constraint applies to.</summary>
    internal void Apply(Parameter parameter)
    {
        if (applies(parameter))
        {
            parameter.Assign(formula(parameter));
        }
    }
}
