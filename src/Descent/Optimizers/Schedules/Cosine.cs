namespace Descent.Optimizers;

public abstract partial class Schedule
{
    /// <summary>The rate falls along half a cosine wave, and stays at its end or starts again from the top.</summary>
    /// <remarks>
    /// <b>Formula</b>: f(t) = low + (1 − low) (1 + cos(π u / T)) / 2, where u counts the steps since the last start and
    /// T is the length of the period. <b>Source</b>: Loshchilov and Hutter 2017, equation 5.
    /// </remarks>
    /// <param name="steps">The length of the first period.</param>
    /// <param name="lowestFactor">What the rate falls to.</param>
    /// <param name="restarts">How many periods follow the first; 0 for none.</param>
    /// <param name="growth">How many times as long as the one before each period is.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number of steps is not positive, or the factor negative.</exception>
    public static Schedule Cosine(int steps, double lowestFactor = 0, int restarts = 0, int growth = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        ArgumentOutOfRangeException.ThrowIfNegative(restarts);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(growth);
        RequireFactor(lowestFactor, nameof(lowestFactor));
        return new CosineSchedule(steps, lowestFactor, restarts, growth);
    }

    private sealed class CosineSchedule(int steps, double lowest, int restarts, int growth) : Schedule
    {
        public override long? Length
        {
            get
            {
                var (total, period) = ((long)steps, (long)steps);
                for (var i = 0; i < restarts; i++)
                {
                    period *= growth;
                    total += period;
                }

                return total;
            }
        }

        public override double FactorAt(long step)
        {
            var period = (long)steps;
            for (var left = restarts; left > 0 && step >= period; left--)
            {
                step -= period;
                period *= growth;
            }

            return HalfWave(1, lowest, Math.Min((double)step / period, 1));
        }
    }
}
