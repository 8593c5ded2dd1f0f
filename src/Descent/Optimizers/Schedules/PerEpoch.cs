namespace Descent.Optimizers;

public abstract partial class Schedule
{
    /// <summary>This schedule with epochs for its steps: its step e holds for every step of epoch e.</summary>
    /// <remarks><b>Formula</b>: f(t) = this(⌊t / stepsPerEpoch⌋). <b>Source</b>: the lessons (two-layer network).</remarks>
    /// <param name="stepsPerEpoch">Optimizer steps an epoch: the loader's <c>BatchCount</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of steps is not positive.</exception>
    public Schedule PerEpoch(int stepsPerEpoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stepsPerEpoch);
        return new PerEpochSchedule(this, stepsPerEpoch);
    }

    private sealed class PerEpochSchedule(Schedule epochs, int stepsPerEpoch) : Schedule
    {
        public override long? Length => epochs.Length * stepsPerEpoch;

        internal override bool MovesMomentum => epochs.MovesMomentum;

        public override double FactorAt(long step) => epochs.FactorAt(step / stepsPerEpoch);

        public override double? MomentumAt(long step) => epochs.MomentumAt(step / stepsPerEpoch);

        internal override void Observe(double metric, long step) => epochs.Observe(metric, step / stepsPerEpoch);

        internal override double[] SaveState() => epochs.SaveState();

        internal override void LoadState(ReadOnlySpan<double> state) => epochs.LoadState(state);
    }
}
