namespace Descent.Optimizers;

public abstract partial class Schedule
{
    /// <summary>One factor for every step.</summary>
    /// <remarks><b>Formula</b>: f(t) = factor. <b>Source</b>: the lessons (two-layer network), decay 1; Robbins and Monro 1951 say why it should fall.</remarks>
    /// <param name="factor">What the learning rate is multiplied with.</param>
    /// <exception cref="ArgumentOutOfRangeException">The factor is negative or not finite.</exception>
    public static Schedule Constant(double factor = 1)
    {
        RequireFactor(factor, nameof(factor));
        return new ConstantSchedule(factor);
    }

    private sealed class ConstantSchedule(double factor) : Schedule
    {
        public override double FactorAt(long step) => factor;
    }
}
