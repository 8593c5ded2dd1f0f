namespace Descent.Optimizers;

public abstract partial class Schedule
{
    /// <summary>The rate rises in a straight line to the optimizer's.</summary>
    /// <remarks>
    /// <b>Formula</b>: f(t) = start + (1 − start) · min(t / steps, 1). <b>Source</b>: Goyal et al. 2017, section 2.2.
    /// </remarks>
    /// <param name="steps">Steps until the full rate.</param>
    /// <param name="startFactor">The factor of the first step.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of steps is not positive, or the factor not from 0 to 1.</exception>
    public static Schedule WarmUp(int steps, double startFactor = 0.01)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        RequireShare(startFactor, nameof(startFactor));
        return new WarmUpSchedule(steps, startFactor);
    }

    private sealed class WarmUpSchedule(int steps, double start) : Schedule
    {
        public override long? Length => steps;

        public override double FactorAt(long step) => start + (1 - start) * Math.Min((double)step / steps, 1);
    }
}
