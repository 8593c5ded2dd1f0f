namespace Descent.Backends;

public abstract partial class Backend
{
    /// <summary>As <see cref="TryBatchNorm"/>, then a formula of one variable: y = f(γ (x − μ) / √(σ² + ε) + β).</summary>
    public bool TryBatchNormThen<TKernel>(
        in Operand x,
        in Operand scale,
        in Operand shift,
        double epsilon,
        in Operand y,
        in Operand mean,
        in Operand variance
    )
        where TKernel : struct, IUnaryKernel =>
        Kept(
            TryBatchNormThenCore<TKernel>(x, scale, shift, epsilon, y, mean, variance),
            x.Storage,
            scale.Storage,
            shift.Storage,
            y.Storage,
            mean.Storage,
            variance.Storage
        );

    /// <summary>Does the work of <see cref="TryBatchNormThen"/>.</summary>
    protected virtual bool TryBatchNormThenCore<TKernel>(
        in Operand x,
        in Operand scale,
        in Operand shift,
        double epsilon,
        in Operand y,
        in Operand mean,
        in Operand variance
    )
        where TKernel : struct, IUnaryKernel => false;

    /// <summary>dx, dγ and dβ of <see cref="TryBatchNormThen"/>.</summary>
    public bool TryBatchNormThenGradient<TKernel>(
        in Operand x,
        in Operand dy,
        in Operand scale,
        in Operand shift,
        in Operand mean,
        in Operand variance,
        double epsilon,
        in Operand dx,
        in Operand dscale,
        in Operand dshift
    )
        where TKernel : struct, IUnaryKernel =>
        Kept(
            TryBatchNormThenGradientCore<TKernel>(x, dy, scale, shift, mean, variance, epsilon, dx, dscale, dshift),
            x.Storage,
            dy.Storage,
            scale.Storage,
            shift.Storage,
            mean.Storage,
            variance.Storage,
            dx.Storage,
            dscale.Storage,
            dshift.Storage
        );

    /// <summary>Does the work of <see cref="TryBatchNormThenGradient"/>.</summary>
    protected virtual bool TryBatchNormThenGradientCore<TKernel>(
        in Operand x,
        in Operand dy,
        in Operand scale,
        in Operand shift,
        in Operand mean,
        in Operand variance,
        double epsilon,
        in Operand dx,
        in Operand dscale,
        in Operand dshift
    )
        where TKernel : struct, IUnaryKernel => false;

    /// <summary>As <see cref="TryBatchNormThen"/>, of which only the largest element of each window is kept; <paramref name="places"/> as in <see cref="TryMaxPool"/>.</summary>
    public bool TryBatchNormThenMaxPool<TKernel>(
        in Operand x,
        in Operand scale,
        in Operand shift,
        double epsilon,
        in Window2d window,
        in Operand y,
        in Operand places,
        in Operand mean,
        in Operand variance
    )
        where TKernel : struct, IUnaryKernel =>
        Kept(
            TryBatchNormThenMaxPoolCore<TKernel>(x, scale, shift, epsilon, window, y, places, mean, variance),
            x.Storage,
            scale.Storage,
            shift.Storage,
            y.Storage,
            places.Storage,
            mean.Storage,
            variance.Storage
        );

    /// <summary>Does the work of <see cref="TryBatchNormThenMaxPool"/>.</summary>
    protected virtual bool TryBatchNormThenMaxPoolCore<TKernel>(
        in Operand x,
        in Operand scale,
        in Operand shift,
        double epsilon,
        in Window2d window,
        in Operand y,
        in Operand places,
        in Operand mean,
        in Operand variance
    )
        where TKernel : struct, IUnaryKernel => false;

    /// <summary>dx, dγ and dβ of <see cref="TryBatchNormThenMaxPool"/>, for a formula whose slope can be told from its value.</summary>
    public bool TryBatchNormThenMaxPoolGradient<TKernel>(
        in Operand x,
        in Operand y,
        in Operand dy,
        in Operand places,
        in Operand scale,
        in Operand mean,
        in Operand variance,
        double epsilon,
        in Window2d window,
        in Operand dx,
        in Operand dscale,
        in Operand dshift
    )
        where TKernel : struct, IUnaryKernel =>
        Kept(
            TryBatchNormThenMaxPoolGradientCore<TKernel>(
                x,
                y,
                dy,
                places,
                scale,
                mean,
                variance,
                epsilon,
                window,
                dx,
                dscale,
                dshift
            ),
            x.Storage,
            y.Storage,
            dy.Storage,
            places.Storage,
            scale.Storage,
            mean.Storage,
            variance.Storage,
            dx.Storage,
            dscale.Storage,
            dshift.Storage
        );

    /// <summary>Does the work of <see cref="TryBatchNormThenMaxPoolGradient"/>.</summary>
    protected virtual bool TryBatchNormThenMaxPoolGradientCore<TKernel>(
        in Operand x,
        in Operand y,
        in Operand dy,
        in Operand places,
        in Operand scale,
        in Operand mean,
        in Operand variance,
        double epsilon,
        in Window2d window,
        in Operand dx,
        in Operand dscale,
        in Operand dshift
    )
        where TKernel : struct, IUnaryKernel => false;

    /// <summary>y = f(x · factor + offset) for a formula of one variable, with a factor and an offset for each place of axis 1, each (C).</summary>
    public bool TryAffineThen<TKernel>(in Operand x, in Operand factor, in Operand offset, in Operand y)
        where TKernel : struct, IUnaryKernel =>
        Kept(TryAffineThenCore<TKernel>(x, factor, offset, y), x.Storage, factor.Storage, offset.Storage, y.Storage);

    /// <summary>Does the work of <see cref="TryAffineThen"/>.</summary>
    protected virtual bool TryAffineThenCore<TKernel>(in Operand x, in Operand factor, in Operand offset, in Operand y)
        where TKernel : struct, IUnaryKernel => false;

    /// <summary>As <see cref="TryAffineThen"/>, of which only the largest element of each window is kept.</summary>
    public bool TryAffineThenMaxPool<TKernel>(
        in Operand x,
        in Operand factor,
        in Operand offset,
        in Window2d window,
        in Operand y
    )
        where TKernel : struct, IUnaryKernel =>
        Kept(
            TryAffineThenMaxPoolCore<TKernel>(x, factor, offset, window, y),
            x.Storage,
            factor.Storage,
            offset.Storage,
            y.Storage
        );

    /// <summary>Does the work of <see cref="TryAffineThenMaxPool"/>.</summary>
    protected virtual bool TryAffineThenMaxPoolCore<TKernel>(
        in Operand x,
        in Operand factor,
        in Operand offset,
        in Window2d window,
        in Operand y
    )
        where TKernel : struct, IUnaryKernel => false;
}
