using Descent.Numerics;

namespace Descent.Backends;

public abstract partial class Backend
{
    /// <summary>y = γ (x − μ) / √(σ² + ε) + β over all axes but 1; writes the batch's mean and biased variance, each (C).</summary>
    public bool TryBatchNorm(
        in Operand x,
        in Operand scale,
        in Operand shift,
        double epsilon,
        in Operand y,
        in Operand mean,
        in Operand variance
    )
    {
        var result = TryBatchNormCore(x, scale, shift, epsilon, y, mean, variance);
        GC.KeepAlive(x.Storage);
        GC.KeepAlive(scale.Storage);
        GC.KeepAlive(shift.Storage);
        GC.KeepAlive(y.Storage);
        GC.KeepAlive(mean.Storage);
        GC.KeepAlive(variance.Storage);
        return result;
    }

    /// <summary>Does the work of <see cref="TryBatchNorm"/>.</summary>
    protected virtual bool TryBatchNormCore(
        in Operand x,
        in Operand scale,
        in Operand shift,
        double epsilon,
        in Operand y,
        in Operand mean,
        in Operand variance
    ) => false;

    /// <summary>dx, dγ and dβ of <see cref="TryBatchNorm"/>.</summary>
    public bool TryBatchNormGradient(
        in Operand x,
        in Operand dy,
        in Operand scale,
        in Operand mean,
        in Operand variance,
        double epsilon,
        in Operand dx,
        in Operand dscale,
        in Operand dshift
    )
    {
        var result = TryBatchNormGradientCore(x, dy, scale, mean, variance, epsilon, dx, dscale, dshift);
        GC.KeepAlive(x.Storage);
        GC.KeepAlive(dy.Storage);
        GC.KeepAlive(scale.Storage);
        GC.KeepAlive(mean.Storage);
        GC.KeepAlive(variance.Storage);
        GC.KeepAlive(dx.Storage);
        GC.KeepAlive(dscale.Storage);
        GC.KeepAlive(dshift.Storage);
        return result;
    }

    /// <summary>Does the work of <see cref="TryBatchNormGradient"/>.</summary>
    protected virtual bool TryBatchNormGradientCore(
        in Operand x,
        in Operand dy,
        in Operand scale,
        in Operand mean,
        in Operand variance,
        double epsilon,
        in Operand dx,
        in Operand dscale,
        in Operand dshift
    ) => false;

    /// <summary>Softmax along the last axis.</summary>
    public bool TrySoftmax(in Operand x, in Operand y)
    {
        var result = TrySoftmaxCore(x, y);
        GC.KeepAlive(x.Storage);
        GC.KeepAlive(y.Storage);
        return result;
    }

    /// <summary>Does the work of <see cref="TrySoftmax"/>.</summary>
    protected virtual bool TrySoftmaxCore(in Operand x, in Operand y) => false;

    /// <summary>dx = y (dy − Σ y dy) along the last axis.</summary>
    public bool TrySoftmaxGradient(in Operand y, in Operand dy, in Operand dx)
    {
        var result = TrySoftmaxGradientCore(y, dy, dx);
        GC.KeepAlive(y.Storage);
        GC.KeepAlive(dy.Storage);
        GC.KeepAlive(dx.Storage);
        return result;
    }

    /// <summary>Does the work of <see cref="TrySoftmaxGradient"/>.</summary>
    protected virtual bool TrySoftmaxGradientCore(in Operand y, in Operand dy, in Operand dx) => false;

    /// <summary>Logarithm of the softmax along the last axis.</summary>
    public bool TryLogSoftmax(in Operand x, in Operand y)
    {
        var result = TryLogSoftmaxCore(x, y);
        GC.KeepAlive(x.Storage);
        GC.KeepAlive(y.Storage);
        return result;
    }

    /// <summary>Does the work of <see cref="TryLogSoftmax"/>.</summary>
    protected virtual bool TryLogSoftmaxCore(in Operand x, in Operand y) => false;

    /// <summary>dx = dy − e^y Σ dy along the last axis.</summary>
    public bool TryLogSoftmaxGradient(in Operand y, in Operand dy, in Operand dx)
    {
        var result = TryLogSoftmaxGradientCore(y, dy, dx);
        GC.KeepAlive(y.Storage);
        GC.KeepAlive(dy.Storage);
        GC.KeepAlive(dx.Storage);
        return result;
    }

    /// <summary>Does the work of <see cref="TryLogSoftmaxGradient"/>.</summary>
    protected virtual bool TryLogSoftmaxGradientCore(in Operand y, in Operand dy, in Operand dx) => false;

    /// <summary>For logits (N, K) and int64 labels (N): each row's −log softmax at its label, (N), and, unless it is <see cref="Operand.None"/>, its slope scale · (softmax − onehot(label)), (N, K).</summary>
    public bool TryCrossEntropy(
        in Operand logits,
        in Operand labels,
        double scale,
        in Operand losses,
        in Operand slopes
    )
    {
        var result = TryCrossEntropyCore(logits, labels, scale, losses, slopes);
        GC.KeepAlive(logits.Storage);
        GC.KeepAlive(labels.Storage);
        GC.KeepAlive(losses.Storage);
        GC.KeepAlive(slopes.Storage);
        return result;
    }

    /// <summary>Does the work of <see cref="TryCrossEntropy"/>.</summary>
    protected virtual bool TryCrossEntropyCore(
        in Operand logits,
        in Operand labels,
        double scale,
        in Operand losses,
        in Operand slopes
    ) => false;

    /// <summary>y = x / (1 − p) where counter i of the source draws a uniform number of at least p, else 0; the mask (uint8, one bit an element, contiguous order, rounded up to 64 bytes) remembers which.</summary>
    public bool TryDropout(in Operand x, RandomSource source, double probability, in Operand y, in Operand mask)
    {
        var result = TryDropoutCore(x, source, probability, y, mask);
        GC.KeepAlive(x.Storage);
        GC.KeepAlive(y.Storage);
        GC.KeepAlive(mask.Storage);
        return result;
    }

    /// <summary>Does the work of <see cref="TryDropout"/>.</summary>
    protected virtual bool TryDropoutCore(
        in Operand x,
        RandomSource source,
        double probability,
        in Operand y,
        in Operand mask
    ) => false;

    /// <summary>dx = dy / (1 − p) where the mask kept the element, else 0.</summary>
    public bool TryDropoutGradient(in Operand dy, in Operand mask, double probability, in Operand dx)
    {
        var result = TryDropoutGradientCore(dy, mask, probability, dx);
        GC.KeepAlive(dy.Storage);
        GC.KeepAlive(mask.Storage);
        GC.KeepAlive(dx.Storage);
        return result;
    }

    /// <summary>Does the work of <see cref="TryDropoutGradient"/>.</summary>
    protected virtual bool TryDropoutGradientCore(in Operand dy, in Operand mask, double probability, in Operand dx) =>
        false;

    /// <summary>As <see cref="TryDropoutGradient"/>, times the slope of the formula that made the dropout's input y, told from y.</summary>
    public bool TryDropoutGradient<TKernel>(
        in Operand y,
        in Operand dy,
        in Operand mask,
        double probability,
        in Operand dx
    )
        where TKernel : struct, IUnaryKernel
    {
        var result = TryDropoutGradientCore<TKernel>(y, dy, mask, probability, dx);
        GC.KeepAlive(y.Storage);
        GC.KeepAlive(dy.Storage);
        GC.KeepAlive(mask.Storage);
        GC.KeepAlive(dx.Storage);
        return result;
    }

    /// <summary>Does the work of <see cref="TryDropoutGradient{TKernel}"/>.</summary>
    protected virtual bool TryDropoutGradientCore<TKernel>(
        in Operand y,
        in Operand dy,
        in Operand mask,
        double probability,
        in Operand dx
    )
        where TKernel : struct, IUnaryKernel => false;
}
