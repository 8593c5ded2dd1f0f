namespace Descent.Optimizers;

public abstract partial class Schedule
{
    /// <summary>The rate falls at once, every so many steps.</summary>
    /// <remarks><b>Formula</b>: f(t) = decay^⌊t / every⌋. <b>Source</b>: Krizhevsky, Sutskever and Hinton 2012, section 5 (by hand there).</remarks>
    /// <param name="every">Steps between two falls.</param>
    /// <param name="decay">What the rate is multiplied with at each.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number of steps is not positive, or the decay negative.</exception>
    public static Schedule Step(int every, double decay = 0.1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(every);
        RequireFactor(decay, nameof(decay));
        return new StepSchedule(every, decay);
    }

    private sealed class StepSchedule(int every, double decay) : Schedule
    {
        public override double FactorAt(long step) => Math.Pow(decay, step / every);
    }
}
