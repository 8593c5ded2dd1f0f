using Descent.Numerics;

namespace Descent.Optimizers;

public abstract partial class Schedule
{
    /// <summary>The rate rises from a small one to the optimizer's and falls to a far smaller one, while the momentum does the opposite.</summary>
    /// <remarks>
    /// <b>Formula</b>: half cosine waves; the rate's factor from 1/startDivisor to 1 in the first steps · warmUpShare
    /// steps, then to 1/(startDivisor · finalDivisor); the momentum from high to low and back.
    /// <b>Source</b>: Smith and Topin 2018; in two half waves as is usual now. The first step of the fall is
    /// number steps · warmUpShare − 1, the last steps − 1.
    /// </remarks>
    /// <param name="steps">The length of the cycle; the rate stays at its end after it.</param>
    /// <param name="warmUpShare">The share of steps in which the rate rises.</param>
    /// <param name="startDivisor">The highest rate divided by the first.</param>
    /// <param name="finalDivisor">The first rate divided by the last.</param>
    /// <param name="moveMomentum">Whether the momentum moves as well; the optimizer must have one.</param>
    /// <param name="lowMomentum">The momentum where the rate is highest.</param>
    /// <param name="highMomentum">The momentum at both ends.</param>
    /// <exception cref="ArgumentOutOfRangeException">A share, divisor or momentum is out of its range, or the cycle too short to rise and fall.</exception>
    public static Schedule OneCycle(
        int steps,
        double warmUpShare = 0.3,
        double startDivisor = 25,
        double finalDivisor = 1e4,
        bool moveMomentum = true,
        double lowMomentum = 0.85,
        double highMomentum = 0.95
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        Setting.Require(
            warmUpShare * steps > 1 && warmUpShare < 1,
            warmUpShare,
            nameof(warmUpShare),
            "below 1, and more than one step of the cycle"
        );
        Setting.Require(startDivisor >= 1, startDivisor, nameof(startDivisor), "at least 1");
        Setting.Require(finalDivisor >= 1, finalDivisor, nameof(finalDivisor), "at least 1");
        Setting.Require(lowMomentum is >= 0 and < 1, lowMomentum, nameof(lowMomentum), "at least 0 and below 1");
        Setting.Require(highMomentum is >= 0 and < 1, highMomentum, nameof(highMomentum), "at least 0 and below 1");
        return new OneCycleSchedule(
            steps,
            warmUpShare * steps - 1,
            (1 / startDivisor, 1 / startDivisor / finalDivisor),
            moveMomentum ? (lowMomentum, highMomentum) : null
        );
    }

    private sealed class OneCycleSchedule(
        int steps,
        double top,
        (double First, double Last) factors,
        (double Low, double High)? momentum
    ) : Schedule
    {
        public override long? Length => steps;

        public override double FactorAt(long step) => At(step, factors.First, 1, factors.Last);

        public override double? MomentumAt(long step) => momentum is var (low, high) ? At(step, high, low, high) : null;

        private double At(long step, double first, double middle, double last) =>
            step <= top
                ? HalfWave(first, middle, step / top)
                : HalfWave(middle, last, (Math.Min(step, steps - 1) - top) / (steps - 1 - top));
    }
}
