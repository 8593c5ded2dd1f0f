using Descent.Numerics;

namespace Descent.Optimizers;

/// <summary>A bound on gradients, applied before each update.</summary>
public abstract record GradientClipping
{
    private GradientClipping() { }

    /// <summary>Scales all gradients together when the norm of them all exceeds a bound.</summary>
    /// <remarks>
    /// <b>Formula</b>: ∇ ← ∇ · min(1, maxNorm / (‖all ∇‖ + 1e−6)).
    /// <b>Source</b>: the lessons (recurrent networks); Pascanu et al. 2013, algorithm 1.
    /// </remarks>
    /// <param name="maxNorm">The largest norm, above 0.</param>
    public static GradientClipping ByNorm(double maxNorm)
    {
        Setting.Require(maxNorm > 0, maxNorm, nameof(maxNorm), "above 0");
        return new Norm(maxNorm);
    }

    /// <summary>Keeps every number of every gradient within −bound and bound.</summary>
    /// <remarks><b>Formula</b>: ∇ ← max(−bound, min(∇, bound)). <b>Source</b>: Mikolov 2012.</remarks>
    /// <param name="bound">The largest magnitude, above 0.</param>
    public static GradientClipping ByValue(double bound)
    {
        Setting.Require(bound > 0, bound, nameof(bound), "above 0");
        return new Value(bound);
    }

    /// <summary>Scales each parameter's gradient by itself when its own norm exceeds a bound.</summary>
    /// <remarks>
    /// <b>Formula</b>: ∇ ← ∇ · min(1, maxNorm / (‖∇‖ + 1e−6)) for each parameter.
    /// <b>Source</b>: Pascanu et al. 2013, algorithm 1, applied to each parameter.
    /// </remarks>
    /// <param name="maxNorm">The largest norm, above 0.</param>
    public static GradientClipping ByParameterNorm(double maxNorm)
    {
        Setting.Require(maxNorm > 0, maxNorm, nameof(maxNorm), "above 0");
        return new ParameterNorm(maxNorm);
    }

    /// <summary>Replaces gradients by bounded ones; null where the loss did not depend on a parameter.</summary>
    internal abstract void Apply(Tensor?[] gradients);

    private sealed record Norm(double MaxNorm) : GradientClipping
    {
        internal override void Apply(Tensor?[] gradients)
        {
            var squares = 0.0;
            foreach (var gradient in gradients)
            {
                var norm = gradient?.Norm().ToScalar() ?? 0;
                squares += norm * norm;
            }

            var factor = Factor(MaxNorm, Math.Sqrt(squares));
            if (factor < 1)
            {
                Replace(gradients, gradient => gradient * factor);
            }
        }
    }

    private sealed record ParameterNorm(double MaxNorm) : GradientClipping
    {
        internal override void Apply(Tensor?[] gradients) =>
            Replace(
                gradients,
                gradient =>
                    Factor(MaxNorm, gradient.Norm().ToScalar()) is < 1 and var factor ? gradient * factor : gradient
            );
    }

    private sealed record Value(double Bound) : GradientClipping
    {
        internal override void Apply(Tensor?[] gradients) =>
            Replace(gradients, gradient => gradient.Clamp(-Bound, Bound));
    }

    // The small number is PyTorch's, so that trained weights agree.
    private static double Factor(double maxNorm, double norm) => maxNorm / (norm + 1e-6);

    private static void Replace(Tensor?[] gradients, Func<Tensor, Tensor> bound)
    {
        for (var index = 0; index < gradients.Length; index++)
        {
            gradients[index] = gradients[index] is { } gradient ? bound(gradient) : null;
        }
    }
}
