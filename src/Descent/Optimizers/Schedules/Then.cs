namespace Descent.Optimizers;

public abstract partial class Schedule
{
    /// <summary>This schedule until its end, then another from its beginning.</summary>
    /// <remarks><b>Formula</b>: f(t) = this(t) for t below its length n, next(t − n) from there on. <b>Source</b>: a composition; Goyal et al. 2017 warm up so.</remarks>
    /// <param name="next">What follows.</param>
    /// <exception cref="InvalidOperationException">This schedule has no end: say after how many steps it is left.</exception>
    public Schedule Then(Schedule next) =>
        Then(
            Length
                ?? throw new InvalidOperationException(
                    "Schedule.Then: the first schedule has no end. Say after how many steps the next one starts: Then(1000, next)."
                ),
            next
        );

    /// <summary>This schedule for a number of steps, then another from its beginning.</summary>
    /// <param name="steps">The first step of the next schedule.</param>
    /// <param name="next">What follows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of steps is not positive.</exception>
    public Schedule Then(long steps, Schedule next)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        ArgumentNullException.ThrowIfNull(next);
        return new ThenSchedule(this, steps, next);
    }

    private sealed class ThenSchedule(Schedule first, long steps, Schedule next) : Schedule
    {
        public override long? Length => steps + next.Length;

        internal override bool MovesMomentum => first.MovesMomentum || next.MovesMomentum;

        public override double FactorAt(long step) => step < steps ? first.FactorAt(step) : next.FactorAt(step - steps);

        public override double? MomentumAt(long step) =>
            step < steps ? first.MomentumAt(step) : next.MomentumAt(step - steps);

        internal override void Observe(double metric, long step)
        {
            if (step < steps)
            {
                first.Observe(metric, step);
            }
            else
            {
                next.Observe(metric, step - steps);
            }
        }

        internal override double[] SaveState() => [.. first.SaveState(), .. next.SaveState()];

        internal override void LoadState(ReadOnlySpan<double> state)
        {
            var own = first.SaveState().Length;
            first.LoadState(state[..own]);
            next.LoadState(state[own..]);
        }
    }
}
