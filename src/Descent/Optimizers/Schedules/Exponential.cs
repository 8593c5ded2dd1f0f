namespace Descent.Optimizers;

public abstract partial class Schedule
{
    /// <summary>The rate falls by the same share each step; with <see cref="PerEpoch"/>, each epoch.</summary>
    /// <remarks><b>Formula</b>: f(t) = decayᵗ. <b>Source</b>: the lessons (two-layer network, decay 0.95 an epoch).</remarks>
    /// <param name="decay">What the rate is multiplied with.</param>
    /// <exception cref="ArgumentOutOfRangeException">The decay is negative or not finite.</exception>
    public static Schedule Exponential(double decay)
    {
        RequireFactor(decay, nameof(decay));
        return new ExponentialSchedule(decay);
    }

    private sealed class ExponentialSchedule(double decay) : Schedule
    {
        public override double FactorAt(long step) => Math.Pow(decay, step);
    }
}
