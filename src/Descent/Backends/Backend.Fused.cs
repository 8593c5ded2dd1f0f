using Descent.Numerics;

namespace Descent.Backends;

public abstract partial class Backend
{
    /// <summary>y = x wᵀ + bias for x (N, in), w (out, in), bias (out) or none.</summary>
    public bool TryLinear(in Operand x, in Operand w, in Operand bias, in Operand y)
    {
        var result = TryLinearCore(x, w, bias, y);
        GC.KeepAlive(x.Storage);
        GC.KeepAlive(w.Storage);
        GC.KeepAlive(bias.Storage);
        GC.KeepAlive(y.Storage);
        return result;
    }

    /// <summary>Does the work of <see cref="TryLinear"/>.</summary>
    protected virtual bool TryLinearCore(in Operand x, in Operand w, in Operand bias, in Operand y) => false;

    /// <summary>y = f(x wᵀ + bias) for a formula of one variable.</summary>
    public bool TryLinearThen<TKernel>(in Operand x, in Operand w, in Operand bias, in Operand y)
        where TKernel : struct, IUnaryKernel
    {
        var result = TryLinearThenCore<TKernel>(x, w, bias, y);
        GC.KeepAlive(x.Storage);
        GC.KeepAlive(w.Storage);
        GC.KeepAlive(bias.Storage);
        GC.KeepAlive(y.Storage);
        return result;
    }

    /// <summary>Does the work of <see cref="TryLinearThen"/>.</summary>
    protected virtual bool TryLinearThenCore<TKernel>(in Operand x, in Operand w, in Operand bias, in Operand y)
        where TKernel : struct, IUnaryKernel => false;

    /// <summary>Gradients of <see cref="TryLinear"/>: dx = dy w, dw = dyᵀ x, dbias = Σ dy over the rows; each may be absent.</summary>
    public bool TryLinearGradient(
        in Operand x,
        in Operand w,
        in Operand dy,
        in Operand dx,
        in Operand dw,
        in Operand dbias
    )
    {
        var result = TryLinearGradientCore(x, w, dy, dx, dw, dbias);
        GC.KeepAlive(x.Storage);
        GC.KeepAlive(w.Storage);
        GC.KeepAlive(dy.Storage);
        GC.KeepAlive(dx.Storage);
        GC.KeepAlive(dw.Storage);
        GC.KeepAlive(dbias.Storage);
        return result;
    }

    /// <summary>Does the work of <see cref="TryLinearGradient"/>.</summary>
    protected virtual bool TryLinearGradientCore(
        in Operand x,
        in Operand w,
        in Operand dy,
        in Operand dx,
        in Operand dw,
        in Operand dbias
    ) => false;

    /// <summary>y = x ⋆ w + bias, cross-correlation of (N, C, H, W) with (K, C / groups, R, S).</summary>
    public bool TryConvolution(in Operand x, in Operand w, in Operand bias, in Window2d window, in Operand y)
    {
        var result = TryConvolutionCore(x, w, bias, window, y);
        GC.KeepAlive(x.Storage);
        GC.KeepAlive(w.Storage);
        GC.KeepAlive(bias.Storage);
        GC.KeepAlive(y.Storage);
        return result;
    }

    /// <summary>Does the work of <see cref="TryConvolution"/>.</summary>
    protected virtual bool TryConvolutionCore(
        in Operand x,
        in Operand w,
        in Operand bias,
        in Window2d window,
        in Operand y
    ) => false;

    /// <summary>dx of <see cref="TryConvolution"/>.</summary>
    public bool TryConvolutionDataGradient(in Operand dy, in Operand w, in Window2d window, in Operand dx)
    {
        var result = TryConvolutionDataGradientCore(dy, w, window, dx);
        GC.KeepAlive(dy.Storage);
        GC.KeepAlive(w.Storage);
        GC.KeepAlive(dx.Storage);
        return result;
    }

    /// <summary>Does the work of <see cref="TryConvolutionDataGradient"/>.</summary>
    protected virtual bool TryConvolutionDataGradientCore(
        in Operand dy,
        in Operand w,
        in Window2d window,
        in Operand dx
    ) => false;

    /// <summary>dw and, unless none, the bias' gradient of <see cref="TryConvolution"/>.</summary>
    public bool TryConvolutionWeightGradient(
        in Operand x,
        in Operand dy,
        in Window2d window,
        in Operand dw,
        in Operand dbias
    )
    {
        var result = TryConvolutionWeightGradientCore(x, dy, window, dw, dbias);
        GC.KeepAlive(x.Storage);
        GC.KeepAlive(dy.Storage);
        GC.KeepAlive(dw.Storage);
        GC.KeepAlive(dbias.Storage);
        return result;
    }

    /// <summary>Does the work of <see cref="TryConvolutionWeightGradient"/>.</summary>
    protected virtual bool TryConvolutionWeightGradientCore(
        in Operand x,
        in Operand dy,
        in Window2d window,
        in Operand dw,
        in Operand dbias
    ) => false;

    /// <summary>Largest element of each window; <paramref name="places"/> (int32, or none outside training) says where in its plane, row · width + column, the first of equals.</summary>
    public bool TryMaxPool(in Operand x, in Window2d window, in Operand y, in Operand places)
    {
        var result = TryMaxPoolCore(x, window, y, places);
        GC.KeepAlive(x.Storage);
        GC.KeepAlive(y.Storage);
        GC.KeepAlive(places.Storage);
        return result;
    }

    /// <summary>Does the work of <see cref="TryMaxPool"/>.</summary>
    protected virtual bool TryMaxPoolCore(in Operand x, in Window2d window, in Operand y, in Operand places) => false;

    /// <summary>dx of <see cref="TryMaxPool"/>.</summary>
    public bool TryMaxPoolGradient(in Operand dy, in Operand places, in Window2d window, in Operand dx)
    {
        var result = TryMaxPoolGradientCore(dy, places, window, dx);
        GC.KeepAlive(dy.Storage);
        GC.KeepAlive(places.Storage);
        GC.KeepAlive(dx.Storage);
        return result;
    }

    /// <summary>Does the work of <see cref="TryMaxPoolGradient"/>.</summary>
    protected virtual bool TryMaxPoolGradientCore(
        in Operand dy,
        in Operand places,
        in Window2d window,
        in Operand dx
    ) => false;

    /// <summary>Mean of each window; padding counts as zeros when <paramref name="countPadding"/>, else it is left out of the mean.</summary>
    public bool TryAveragePool(in Operand x, in Window2d window, bool countPadding, in Operand y)
    {
        var result = TryAveragePoolCore(x, window, countPadding, y);
        GC.KeepAlive(x.Storage);
        GC.KeepAlive(y.Storage);
        return result;
    }

    /// <summary>Does the work of <see cref="TryAveragePool"/>.</summary>
    protected virtual bool TryAveragePoolCore(in Operand x, in Window2d window, bool countPadding, in Operand y) =>
        false;

    /// <summary>dx of <see cref="TryAveragePool"/>.</summary>
    public bool TryAveragePoolGradient(in Operand dy, in Window2d window, bool countPadding, in Operand dx)
    {
        var result = TryAveragePoolGradientCore(dy, window, countPadding, dx);
        GC.KeepAlive(dy.Storage);
        GC.KeepAlive(dx.Storage);
        return result;
    }

    /// <summary>Does the work of <see cref="TryAveragePoolGradient"/>.</summary>
    protected virtual bool TryAveragePoolGradientCore(
        in Operand dy,
        in Window2d window,
        bool countPadding,
        in Operand dx
    ) => false;

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

    /// <summary>For logits (N, K) and int64 labels (N): each row's −log softmax at its label, (N), and the softmax, (N, K).</summary>
    public bool TryCrossEntropy(in Operand logits, in Operand labels, in Operand losses, in Operand softmax)
    {
        var result = TryCrossEntropyCore(logits, labels, losses, softmax);
        GC.KeepAlive(logits.Storage);
        GC.KeepAlive(labels.Storage);
        GC.KeepAlive(losses.Storage);
        GC.KeepAlive(softmax.Storage);
        return result;
    }

    /// <summary>Does the work of <see cref="TryCrossEntropy"/>.</summary>
    protected virtual bool TryCrossEntropyCore(
        in Operand logits,
        in Operand labels,
        in Operand losses,
        in Operand softmax
    ) => false;

    /// <summary>dlogits = (softmax − onehot(labels)) · dlosses.</summary>
    public bool TryCrossEntropyGradient(in Operand softmax, in Operand labels, in Operand dlosses, in Operand dlogits)
    {
        var result = TryCrossEntropyGradientCore(softmax, labels, dlosses, dlogits);
        GC.KeepAlive(softmax.Storage);
        GC.KeepAlive(labels.Storage);
        GC.KeepAlive(dlosses.Storage);
        GC.KeepAlive(dlogits.Storage);
        return result;
    }

    /// <summary>Does the work of <see cref="TryCrossEntropyGradient"/>.</summary>
    protected virtual bool TryCrossEntropyGradientCore(
        in Operand softmax,
        in Operand labels,
        in Operand dlosses,
        in Operand dlogits
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
}
