namespace Descent.Optimizers;

public abstract partial class Schedule
{
    /// <summary>The rate falls at once at given steps.</summary>
    /// <remarks><b>Formula</b>: f(t) = decay^k, where k milestones are at or before t. <b>Source</b>: He et al. 2016, section 4.2.</remarks>
    /// <param name="milestones">The first step of each lower rate, rising.</param>
    /// <param name="decay">What the rate is multiplied with at each.</param>
    /// <exception cref="ArgumentException">The milestones do not rise.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The decay is negative.</exception>
    public static Schedule MultiStep(ReadOnlySpan<int> milestones, double decay = 0.1)
    {
        RequireFactor(decay, nameof(decay));
        for (var i = 0; i < milestones.Length; i++)
        {
            if (milestones[i] <= (i == 0 ? 0 : milestones[i - 1]))
            {
                throw new ArgumentException(
                    $"MultiStep: milestone {i} is {milestones[i]}; milestones are positive and each is later than the one before. Sort them.",
                    nameof(milestones)
                );
            }
        }

        return new MultiStepSchedule(milestones.ToArray(), decay);
    }

    private sealed class MultiStepSchedule(int[] milestones, double decay) : Schedule
    {
        public override double FactorAt(long step) => Math.Pow(decay, milestones.Count(first => first <= step));
    }
}
