using Descent.Numerics;

namespace Descent.Optimizers;

/// <summary>How the learning rate changes from step to step: a factor for each step, and for some a momentum.</summary>
/// <remarks>
/// A function of the step number, so it needs no call after a step and goes on from a saved optimizer:
/// <code>
/// optimizer.Schedule = Schedule.WarmUp(500).Then(Schedule.Cosine(20_000));
/// optimizer.Schedule = Schedule.Exponential(0.95).PerEpoch(loader.BatchCount);
/// </code>
/// Derive from it for a curve of your own.
/// </remarks>
public abstract partial class Schedule
{
    /// <summary>Steps until the schedule is over; null when it has no end.</summary>
    public virtual long? Length => null;

    /// <summary>Whether it moves the momentum as well.</summary>
    internal virtual bool MovesMomentum => MomentumAt(0) is not null;

    /// <summary>What the learning rate is multiplied with in a step.</summary>
    /// <param name="step">The number of the step, from 0.</param>
    public abstract double FactorAt(long step);

    /// <summary>The momentum in a step; null for the optimizer's own.</summary>
    /// <param name="step">The number of the step, from 0.</param>
    public virtual double? MomentumAt(long step) => null;

    /// <summary>Takes note of how well training goes.</summary>
    /// <param name="metric">The validation loss, say.</param>
    /// <param name="step">The number of the next step.</param>
    internal virtual void Observe(double metric, long step) { }

    /// <summary>What it keeps besides the step number, for saved states.</summary>
    internal virtual double[] SaveState() => [];

    /// <summary>Sets what <see cref="SaveState"/> gave.</summary>
    internal virtual void LoadState(ReadOnlySpan<double> state) { }

    private static void RequireFactor(double value, string name) =>
        Setting.Require(double.IsFinite(value) && value >= 0, value, name, "a finite number, zero or more");

    private static void RequireShare(double value, string name) =>
        Setting.Require(value is >= 0 and <= 1, value, name, "from 0 to 1");

    /// <summary>Half a cosine wave, from one value at share 0 to another at share 1.</summary>
    private static double HalfWave(double from, double to, double share) =>
        to + (from - to) * (1 + Math.Cos(Math.PI * share)) / 2;
}
