using Descent.Numerics;

namespace Descent.Backends;

/// <summary>What a device must be able to do: the primitives that every operation is composed of.</summary>
/// <remarks>
/// Operands may have any strides unless a method says otherwise; destinations never overlap themselves. Shapes and
/// element types were checked by the caller. A method whose name begins with <c>Try</c> is a fused form: a backend that
/// has none returns false and the operation falls back on its composition, against which every fused form is tested.
/// </remarks>
public abstract class Backend
{
    /// <summary>The name that people read: <c>cpu</c>, <c>reference</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Takes memory as a storage of its own, which gives it back when nothing refers to it any more.</summary>
    internal Storage Rent(long byteLength)
    {
        var storage = new Storage(this);
        storage.Occupy(Acquire(byteLength), byteLength);
        return storage;
    }

    /// <summary>Takes memory; its content is undefined.</summary>
    protected internal abstract nint Acquire(long byteLength);

    /// <summary>Gives memory back; called from any thread.</summary>
    protected internal abstract void Release(nint address, long byteLength);

    /// <summary>Sets every element to a number.</summary>
    public abstract void Fill(in Operand destination, double value);

    /// <summary>Copies elements between operands of one shape, converting the element type where they differ (truth values are 0 and 1; fractions are cut).</summary>
    public abstract void Copy(in Operand source, in Operand destination);

    /// <summary>y = f(x), element by element.</summary>
    public abstract void Unary<TKernel>(in Operand x, in Operand y)
        where TKernel : struct, IUnaryKernel;

    /// <summary>dx = dy · f′(x), element by element.</summary>
    public abstract void UnaryGradient<TKernel>(in Operand x, in Operand y, in Operand dy, in Operand dx)
        where TKernel : struct, IUnaryKernel;

    /// <summary>y = f(a, b), element by element; a and b have the shape of y, with zero strides where they were broadcast.</summary>
    public abstract void Binary<TKernel>(in Operand a, in Operand b, in Operand y)
        where TKernel : struct, IBinaryKernel;

    /// <summary>d = dy · ∂f/∂a (left) or dy · ∂f/∂b (right), element by element, all of the shape of y.</summary>
    public abstract void BinaryGradient<TKernel>(
        in Operand a,
        in Operand b,
        in Operand y,
        in Operand dy,
        bool left,
        in Operand d
    )
        where TKernel : struct, IBinaryKernel;

    /// <summary>mask = relation(a, b), element by element, into truth values.</summary>
    public abstract void Compare<TKernel>(in Operand a, in Operand b, in Operand mask)
        where TKernel : struct, ICompareKernel;

    /// <summary>y = mask ? a : b, element by element; the mask holds truth values.</summary>
    public abstract void Where(in Operand mask, in Operand a, in Operand b, in Operand y);

    /// <summary>Combines elements along every axis on which y has size 1 and x more; x and y have the same rank. Sums of integers go into int64.</summary>
    public abstract void Reduce<TKernel>(in Operand x, in Operand y)
        where TKernel : struct, IReduceKernel;

    /// <summary>The place of the largest (or smallest) element along an axis as int64, the first of equals; a NaN wins; y has size 1 there.</summary>
    public abstract void ArgReduce(in Operand x, int axis, bool largest, in Operand y);

    /// <summary>Running sums along an axis.</summary>
    public abstract void CumulativeSum(in Operand x, int axis, in Operand y);

    /// <summary>Sorts along an axis, stably, NaN as the largest; <paramref name="indices"/> (int64) says where each value stood.</summary>
    public abstract void Sort(in Operand x, int axis, bool descending, in Operand values, in Operand indices);

    /// <summary>y[b] = a[b] × b[b]: products of matrices (B, M, K) × (B, K, N) → (B, M, N), all of rank 3; with <paramref name="accumulate"/> added to y.</summary>
    public abstract void MatMul(in Operand a, in Operand b, in Operand y, bool accumulate = false);

    /// <summary>y = x with slices taken along an axis at the places named by an int64 vector (already checked to be in range).</summary>
    public abstract void Gather(in Operand x, int axis, in Operand index, in Operand y);

    /// <summary>Adds the slices of <paramref name="source"/> into y along an axis at the places named by an int64 vector, in order of the vector.</summary>
    public abstract void ScatterAdd(in Operand y, int axis, in Operand index, in Operand source);

    /// <summary>y[…, i, …] = x[…, index[…, i, …], …]: elements taken along an axis at places of their own; index and y have one shape.</summary>
    public abstract void TakeAlong(in Operand x, int axis, in Operand index, in Operand y);

    /// <summary>y[…, index[…, i, …], …] += source[…, i, …]: the transpose of <see cref="TakeAlong"/>, in order along the axis.</summary>
    public abstract void ScatterAddAlong(in Operand y, int axis, in Operand index, in Operand source);

    /// <summary>Whether every element is finite.</summary>
    public abstract bool IsFinite(in Operand x);

    /// <summary>Fills a contiguous operand with uniform numbers in [0, 1), element i from counter i of the source.</summary>
    public abstract void FillUniform(RandomSource source, in Operand y);

    /// <summary>Fills a contiguous operand with standard normal numbers, element i from counter i of the source.</summary>
    public abstract void FillNormal(RandomSource source, in Operand y);

    /// <summary>Applies an optimizer's formula to contiguous operands of one shape; states beyond the kernel's count are <see cref="Operand.None"/>.</summary>
    public abstract void Update<TKernel>(
        in Operand weight,
        in Operand gradient,
        in Operand first,
        in Operand second,
        in UpdateConstants<double> constants
    )
        where TKernel : struct, IUpdateKernel;

    /// <summary>y = x wᵀ + bias for x (N, in), w (out, in), bias (out) or none.</summary>
    public virtual bool TryLinear(in Operand x, in Operand w, in Operand bias, in Operand y) => false;

    /// <summary>y = x ⋆ w + bias, cross-correlation of (N, C, H, W) with (K, C / groups, R, S).</summary>
    public virtual bool TryConvolution(in Operand x, in Operand w, in Operand bias, in Window2d window, in Operand y) =>
        false;

    /// <summary>dx of <see cref="TryConvolution"/>.</summary>
    public virtual bool TryConvolutionDataGradient(in Operand dy, in Operand w, in Window2d window, in Operand dx) =>
        false;

    /// <summary>dw and, unless none, the bias' gradient of <see cref="TryConvolution"/>.</summary>
    public virtual bool TryConvolutionWeightGradient(
        in Operand x,
        in Operand dy,
        in Window2d window,
        in Operand dw,
        in Operand dbias
    ) => false;

    /// <summary>Largest element of each window; <paramref name="places"/> (int32, or none outside training) says where in its plane, row · width + column, the first of equals.</summary>
    public virtual bool TryMaxPool(in Operand x, in Window2d window, in Operand y, in Operand places) => false;

    /// <summary>dx of <see cref="TryMaxPool"/>.</summary>
    public virtual bool TryMaxPoolGradient(in Operand dy, in Operand places, in Window2d window, in Operand dx) =>
        false;

    /// <summary>Mean of each window; padding counts as zeros when <paramref name="countPadding"/>, else it is left out of the mean.</summary>
    public virtual bool TryAveragePool(in Operand x, in Window2d window, bool countPadding, in Operand y) => false;

    /// <summary>dx of <see cref="TryAveragePool"/>.</summary>
    public virtual bool TryAveragePoolGradient(in Operand dy, in Window2d window, bool countPadding, in Operand dx) =>
        false;

    /// <summary>y = γ (x − μ) / √(σ² + ε) + β over all axes but 1; writes the batch's mean and biased variance, each (C).</summary>
    public virtual bool TryBatchNorm(
        in Operand x,
        in Operand scale,
        in Operand shift,
        double epsilon,
        in Operand y,
        in Operand mean,
        in Operand variance
    ) => false;

    /// <summary>dx, dγ and dβ of <see cref="TryBatchNorm"/>.</summary>
    public virtual bool TryBatchNormGradient(
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
    public virtual bool TrySoftmax(in Operand x, in Operand y) => false;

    /// <summary>dx = y (dy − Σ y dy) along the last axis.</summary>
    public virtual bool TrySoftmaxGradient(in Operand y, in Operand dy, in Operand dx) => false;

    /// <summary>Logarithm of the softmax along the last axis.</summary>
    public virtual bool TryLogSoftmax(in Operand x, in Operand y) => false;

    /// <summary>dx = dy − e^y Σ dy along the last axis.</summary>
    public virtual bool TryLogSoftmaxGradient(in Operand y, in Operand dy, in Operand dx) => false;

    /// <summary>For logits (N, K) and int64 labels (N): each row's −log softmax at its label, (N), and the softmax, (N, K).</summary>
    public virtual bool TryCrossEntropy(in Operand logits, in Operand labels, in Operand losses, in Operand softmax) =>
        false;

    /// <summary>dlogits = (softmax − onehot(labels)) · dlosses.</summary>
    public virtual bool TryCrossEntropyGradient(
        in Operand softmax,
        in Operand labels,
        in Operand dlosses,
        in Operand dlogits
    ) => false;

    /// <summary>y = x / (1 − p) where counter i of the source draws a uniform number of at least p, else 0; the mask (uint8, one bit an element, contiguous order, rounded up to 64 bytes) remembers which.</summary>
    public virtual bool TryDropout(
        in Operand x,
        RandomSource source,
        double probability,
        in Operand y,
        in Operand mask
    ) => false;

    /// <summary>dx = dy / (1 − p) where the mask kept the element, else 0.</summary>
    public virtual bool TryDropoutGradient(in Operand dy, in Operand mask, double probability, in Operand dx) => false;
}
