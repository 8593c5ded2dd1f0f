namespace Descent.Optimizers;

public abstract partial class Schedule
{
    /// <summary>Both schedules at once: their factors multiplied.</summary>
    /// <remarks><b>Formula</b>: f(t) = this(t) · other(t); the momentum is that of the first that moves it. <b>Source</b>: a composition.</remarks>
    /// <param name="other">The other factor.</param>
    public Schedule Times(Schedule other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new TimesSchedule(this, other);
    }

    private sealed class TimesSchedule(Schedule first, Schedule second) : Schedule
    {
        public override long? Length => first.Length is { } a && second.Length is { } b ? Math.Max(a, b) : null;

        internal override bool MovesMomentum => first.MovesMomentum || second.MovesMomentum;

        public override double FactorAt(long step) => first.FactorAt(step) * second.FactorAt(step);

        public override double? MomentumAt(long step) => first.MomentumAt(step) ?? second.MomentumAt(step);

        internal override void Observe(double metric, long step)
        {
            first.Observe(metric, step);
            second.Observe(metric, step);
        }

        internal override double[] SaveState() => [.. first.SaveState(), .. second.SaveState()];

        internal override void LoadState(ReadOnlySpan<double> state)
        {
            var own = first.SaveState().Length;
            first.LoadState(state[..own]);
            second.LoadState(state[own..]);
        }
    }
}
