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
    ) =>
        Kept(
            TryBatchNormCore(x, scale, shift, epsilon, y, mean, variance),
            x.Storage,
            scale.Storage,
            shift.Storage,
            y.Storage,
            mean.Storage,
            variance.Storage
        );

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
    ) =>
        Kept(
            TryBatchNormGradientCore(x, dy, scale, mean, variance, epsilon, dx, dscale, dshift),
            x.Storage,
            dy.Storage,
            scale.Storage,
            mean.Storage,
            variance.Storage,
            dx.Storage,
            dscale.Storage,
            dshift.Storage
        );

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
    public bool TrySoftmax(in Operand x, in Operand y) => Kept(TrySoftmaxCore(x, y), x.Storage, y.Storage);

    /// <summary>Does the work of <see cref="TrySoftmax"/>.</summary>
    protected virtual bool TrySoftmaxCore(in Operand x, in Operand y) => false;

    /// <summary>dx = y (dy − Σ y dy) along the last axis.</summary>
    public bool TrySoftmaxGradient(in Operand y, in Operand dy, in Operand dx) =>
        Kept(TrySoftmaxGradientCore(y, dy, dx), y.Storage, dy.Storage, dx.Storage);

    /// <summary>Does the work of <see cref="TrySoftmaxGradient"/>.</summary>
    protected virtual bool TrySoftmaxGradientCore(in Operand y, in Operand dy, in Operand dx) => false;

    /// <summary>Logarithm of the softmax along the last axis.</summary>
    public bool TryLogSoftmax(in Operand x, in Operand y) => Kept(TryLogSoftmaxCore(x, y), x.Storage, y.Storage);

    /// <summary>Does the work of <see cref="TryLogSoftmax"/>.</summary>
    protected virtual bool TryLogSoftmaxCore(in Operand x, in Operand y) => false;

    /// <summary>dx = dy − e^y Σ dy along the last axis.</summary>
    public bool TryLogSoftmaxGradient(in Operand y, in Operand dy, in Operand dx) =>
        Kept(TryLogSoftmaxGradientCore(y, dy, dx), y.Storage, dy.Storage, dx.Storage);

    /// <summary>Does the work of <see cref="TryLogSoftmaxGradient"/>.</summary>
    protected virtual bool TryLogSoftmaxGradientCore(in Operand y, in Operand dy, in Operand dx) => false;

    /// <summary>For logits (N, K) and int64 labels (N): each row's −log softmax at its label, (N), and, unless it is <see cref="Operand.None"/>, its slope scale · (softmax − onehot(label)), (N, K).</summary>
    public bool TryCrossEntropy(
        in Operand logits,
        in Operand labels,
        double scale,
        in Operand losses,
        in Operand slopes
    ) =>
        Kept(
            TryCrossEntropyCore(logits, labels, scale, losses, slopes),
            logits.Storage,
            labels.Storage,
            losses.Storage,
            slopes.Storage
        );

    /// <summary>Does the work of <see cref="TryCrossEntropy"/>.</summary>
    protected virtual bool TryCrossEntropyCore(
        in Operand logits,
        in Operand labels,
        double scale,
        in Operand losses,
        in Operand slopes
    ) => false;

    /// <summary>y = x / (1 − p) where counter i of the source draws a uniform number of at least p, else 0; the mask (uint8, one bit an element, contiguous order, rounded up to 64 bytes) remembers which.</summary>
    public bool TryDropout(in Operand x, RandomSource source, double probability, in Operand y, in Operand mask) =>
        Kept(TryDropoutCore(x, source, probability, y, mask), x.Storage, y.Storage, mask.Storage);

    /// <summary>Does the work of <see cref="TryDropout"/>.</summary>
    protected virtual bool TryDropoutCore(
        in Operand x,
        RandomSource source,
        double probability,
        in Operand y,
        in Operand mask
    ) => false;

    /// <summary>dx = dy / (1 − p) where the mask kept the element, else 0.</summary>
    public bool TryDropoutGradient(in Operand dy, in Operand mask, double probability, in Operand dx) =>
        Kept(TryDropoutGradientCore(dy, mask, probability, dx), dy.Storage, mask.Storage, dx.Storage);

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
        where TKernel : struct, IUnaryKernel =>
        Kept(
            TryDropoutGradientCore<TKernel>(y, dy, mask, probability, dx),
            y.Storage,
            dy.Storage,
            mask.Storage,
            dx.Storage
        );

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
