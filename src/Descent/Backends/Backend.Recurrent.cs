namespace Descent.Backends;

public abstract partial class Backend
{
    /// <summary>All steps of a recurrence.</summary>
    public bool TryRecurrent(RecurrentPass pass) => Kept(TryRecurrentCore(pass), pass);

    /// <summary>Does the work of <see cref="TryRecurrent"/>.</summary>
    protected virtual bool TryRecurrentCore(RecurrentPass pass) => false;

    /// <summary>The gradient of <see cref="TryRecurrent"/>.</summary>
    public bool TryRecurrentGradient(RecurrentPass pass, RecurrentGradient gradient) =>
        Kept(TryRecurrentGradientCore(pass, gradient), pass, gradient);

    /// <summary>Does the work of <see cref="TryRecurrentGradient"/>.</summary>
    protected virtual bool TryRecurrentGradientCore(RecurrentPass pass, RecurrentGradient gradient) => false;
}
