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
        where TKernel : struct, IUnaryKernel
    {
        var result = TryBatchNormThenCore<TKernel>(x, scale, shift, epsilon, y, mean, variance);
        GC.KeepAlive(x.Storage);
        GC.KeepAlive(scale.Storage);
        GC.KeepAlive(shift.Storage);
        GC.KeepAlive(y.Storage);
        GC.KeepAlive(mean.Storage);
        GC.KeepAlive(variance.Storage);
        return result;
    }

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
        where TKernel : struct, IUnaryKernel
    {
        var result = TryBatchNormThenGradientCore<TKernel>(
            x,
            dy,
            scale,
            shift,
            mean,
            variance,
            epsilon,
            dx,
            dscale,
            dshift
        );
        GC.KeepAlive(x.Storage);
        GC.KeepAlive(dy.Storage);
        GC.KeepAlive(scale.Storage);
        GC.KeepAlive(shift.Storage);
        GC.KeepAlive(mean.Storage);
        GC.KeepAlive(variance.Storage);
        GC.KeepAlive(dx.Storage);
        GC.KeepAlive(dscale.Storage);
        GC.KeepAlive(dshift.Storage);
        return result;
    }

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
}
