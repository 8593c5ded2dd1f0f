using Descent.Numerics;

namespace Descent.Optimizers;

public abstract partial class Schedule
{
    /// <summary>The rate falls when a metric no longer improves; <see cref="Optimizer.Observe"/> tells it, or the trainer after each epoch.</summary>
    /// <remarks>
    /// <b>Formula</b>: f ← max(decay · f, lowestFactor) after more than <c>patience</c> observations in a row that are not
    /// better than the best by the relative threshold; those during the cool-down do not count.
    /// <b>Source</b>: He et al. 2016, section 3.4 (divided by 10 when the error plateaus).
    /// What it saw is saved with the optimizer; make one for each optimizer.
    /// </remarks>
    /// <param name="decay">What the rate is multiplied with.</param>
    /// <param name="patience">How many observations without improvement are borne.</param>
    /// <param name="threshold">By which share of the best a better one must be better.</param>
    /// <param name="coolDown">Observations after a fall that are not counted.</param>
    /// <param name="lowestFactor">What the factor never falls below.</param>
    /// <param name="higherIsBetter">True for an accuracy, false for a loss.</param>
    /// <exception cref="ArgumentOutOfRangeException">The decay is not from 0 to 1, or another number negative.</exception>
    public static Schedule Plateau(
        double decay = 0.1,
        int patience = 10,
        double threshold = 1e-4,
        int coolDown = 0,
        double lowestFactor = 0,
        bool higherIsBetter = false
    )
    {
        RequireShare(decay, nameof(decay));
        ArgumentOutOfRangeException.ThrowIfNegative(patience);
        Setting.Require(threshold is >= 0 and < 1, threshold, nameof(threshold), "at least 0 and below 1");
        ArgumentOutOfRangeException.ThrowIfNegative(coolDown);
        RequireFactor(lowestFactor, nameof(lowestFactor));
        return new PlateauSchedule(
            decay,
            patience,
            higherIsBetter ? 1 + threshold : 1 - threshold,
            coolDown,
            lowestFactor,
            higherIsBetter
        );
    }

    private sealed class PlateauSchedule(
        double decay,
        int patience,
        double better,
        int coolDown,
        double lowest,
        bool higherIsBetter
    ) : Schedule
    {
        private double best = higherIsBetter ? double.NegativeInfinity : double.PositiveInfinity;
        private double factor = 1;
        private double without;
        private double cooling;

        public override double FactorAt(long step) => factor;

        internal override void Observe(double metric, long step)
        {
            if (higherIsBetter ? metric > best * better : metric < best * better)
            {
                best = metric;
                without = 0;
            }
            else
            {
                without++;
            }

            if (cooling > 0)
            {
                cooling--;
                without = 0;
            }

            if (without > patience)
            {
                factor = Math.Min(factor, Math.Max(factor * decay, lowest));
                cooling = coolDown;
                without = 0;
            }
        }

        internal override double[] SaveState() => [best, factor, without, cooling];

        internal override void LoadState(ReadOnlySpan<double> state) =>
            (best, factor, without, cooling) = (state[0], state[1], state[2], state[3]);
    }
}
