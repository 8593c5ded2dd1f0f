namespace Descent.Optimizers;

/// <summary>A bound on gradients, applied before each update.</summary>
public abstract record GradientClipping
{
    private GradientClipping() { }

    /// <summary>Scales all gradients together when the norm of them all exceeds a bound (Pascanu et al. 2013, algorithm 1).</summary>
    /// <param name="maxNorm">The largest norm, above 0.</param>
    public static GradientClipping ByNorm(double maxNorm)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxNorm);
        return new Norm(maxNorm);
    }

    /// <summary>Keeps every number of every gradient within −bound and bound.</summary>
    /// <param name="bound">The largest magnitude, above 0.</param>
    public static GradientClipping ByValue(double bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        return new Value(bound);
    }

    internal abstract void Apply(Tensor[] gradients);

    private sealed record Norm(double MaxNorm) : GradientClipping
    {
        internal override void Apply(Tensor[] gradients)
        {
            var squares = 0.0;
            foreach (var gradient in gradients)
            {
                var norm = gradient.Norm().ToScalar();
                squares += norm * norm;
            }

            var factor = MaxNorm / (Math.Sqrt(squares) + 1e-6);
            for (var index = 0; index < gradients.Length && factor < 1; index++)
            {
                gradients[index] = gradients[index] * factor;
            }
        }
    }

    private sealed record Value(double Bound) : GradientClipping
    {
        internal override void Apply(Tensor[] gradients)
        {
            for (var index = 0; index < gradients.Length; index++)
            {
                gradients[index] = gradients[index].Clamp(-Bound, Bound);
            }
        }
    }
}
