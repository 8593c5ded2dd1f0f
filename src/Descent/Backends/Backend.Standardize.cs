namespace Descent.Backends;

public abstract partial class Backend
{
    /// <summary>y = γ (x − μ) / √(σ² + ε) + β piece by piece, γ and β (C) a number for each channel, or absent; writes each piece's mean and biased variance.</summary>
    public bool TryStandardize(
        in Operand x,
        in Operand scale,
        in Operand shift,
        in Pieces pieces,
        double epsilon,
        in Operand y,
        in Operand mean,
        in Operand variance
    ) =>
        Kept(
            TryStandardizeCore(x, scale, shift, pieces, epsilon, y, mean, variance),
            x.Storage,
            scale.Storage,
            shift.Storage,
            y.Storage,
            mean.Storage,
            variance.Storage
        );

    /// <summary>Does the work of <see cref="TryStandardize"/>.</summary>
    protected virtual bool TryStandardizeCore(
        in Operand x,
        in Operand scale,
        in Operand shift,
        in Pieces pieces,
        double epsilon,
        in Operand y,
        in Operand mean,
        in Operand variance
    ) => false;

    /// <summary>dx, and where there is a scale dγ and dβ, of <see cref="TryStandardize"/>.</summary>
    public bool TryStandardizeGradient(
        in Operand x,
        in Operand dy,
        in Operand scale,
        in Operand mean,
        in Operand variance,
        in Pieces pieces,
        double epsilon,
        in Operand dx,
        in Operand dscale,
        in Operand dshift
    ) =>
        Kept(
            TryStandardizeGradientCore(x, dy, scale, mean, variance, pieces, epsilon, dx, dscale, dshift),
            x.Storage,
            dy.Storage,
            scale.Storage,
            mean.Storage,
            variance.Storage,
            dx.Storage,
            dscale.Storage,
            dshift.Storage
        );

    /// <summary>Does the work of <see cref="TryStandardizeGradient"/>.</summary>
    protected virtual bool TryStandardizeGradientCore(
        in Operand x,
        in Operand dy,
        in Operand scale,
        in Operand mean,
        in Operand variance,
        in Pieces pieces,
        double epsilon,
        in Operand dx,
        in Operand dscale,
        in Operand dshift
    ) => false;
}
