using Descent.Numerics;

namespace Descent.Backends;

/// <summary>What a device must be able to do: the primitives that every operation is composed of.</summary>
/// <remarks>
/// Operands may have any strides unless a method says otherwise; destinations never overlap themselves. Shapes and
/// element types were checked by the caller. A method whose name begins with <c>Try</c> is a fused form: a backend that
/// has none returns false and the operation falls back on its composition, against which every fused form is tested.
/// A device overrides the <c>…Core</c> methods, which work on addresses; the public ones keep the operands' memory from
/// being collected until the work is done.
/// </remarks>
public abstract partial class Backend
{
    /// <summary>The name that people read: <c>cpu</c>, <c>reference</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Takes memory as a storage of its own, which gives it back when nothing refers to it any more.</summary>
    internal Storage Rent(long byteLength)
    {
        var storage = new Storage(this);
        storage.Occupy(Acquire(byteLength, comesBack: false), byteLength);
        return storage;
    }

    /// <summary>Takes memory; its content is undefined.</summary>
    /// <param name="byteLength">The length in bytes.</param>
    /// <param name="comesBack">Whether it is given back soon and not by a finalizer: the memory of a training step.</param>
    protected internal abstract nint Acquire(long byteLength, bool comesBack);

    /// <summary>Gives memory back; called from any thread.</summary>
    protected internal abstract void Release(nint address, long byteLength);

    /// <summary>Sets every element to a number.</summary>
    public void Fill(in Operand destination, double value)
    {
        FillCore(destination, value);
        Keep(destination.Storage);
    }

    /// <summary>Does the work of <see cref="Fill"/>.</summary>
    protected abstract void FillCore(in Operand destination, double value);

    /// <summary>Copies elements between operands of one shape, converting the element type where they differ (truth values are 0 and 1; fractions are cut).</summary>
    public void Copy(in Operand source, in Operand destination)
    {
        CopyCore(source, destination);
        Keep(source.Storage, destination.Storage);
    }

    /// <summary>Does the work of <see cref="Copy"/>.</summary>
    protected abstract void CopyCore(in Operand source, in Operand destination);

    /// <summary>y = f(x), element by element.</summary>
    public void Unary<TKernel>(in Operand x, in Operand y)
        where TKernel : struct, IUnaryKernel
    {
        UnaryCore<TKernel>(x, y);
        Keep(x.Storage, y.Storage);
    }

    /// <summary>Does the work of <see cref="Unary{TKernel}"/>.</summary>
    protected abstract void UnaryCore<TKernel>(in Operand x, in Operand y)
        where TKernel : struct, IUnaryKernel;

    /// <summary>dx = dy · f′(x), element by element.</summary>
    public void UnaryGradient<TKernel>(in Operand x, in Operand y, in Operand dy, in Operand dx)
        where TKernel : struct, IUnaryKernel
    {
        UnaryGradientCore<TKernel>(x, y, dy, dx);
        Keep(x.Storage, y.Storage, dy.Storage, dx.Storage);
    }

    /// <summary>Does the work of <see cref="UnaryGradient{TKernel}"/>.</summary>
    protected abstract void UnaryGradientCore<TKernel>(in Operand x, in Operand y, in Operand dy, in Operand dx)
        where TKernel : struct, IUnaryKernel;

    /// <summary>y = f(a, b), element by element; a and b have the shape of y, with zero strides where they were broadcast.</summary>
    public void Binary<TKernel>(in Operand a, in Operand b, in Operand y)
        where TKernel : struct, IBinaryKernel
    {
        BinaryCore<TKernel>(a, b, y);
        Keep(a.Storage, b.Storage, y.Storage);
    }

    /// <summary>Does the work of <see cref="Binary{TKernel}"/>.</summary>
    protected abstract void BinaryCore<TKernel>(in Operand a, in Operand b, in Operand y)
        where TKernel : struct, IBinaryKernel;

    /// <summary>d = dy · ∂f/∂a (left) or dy · ∂f/∂b (right), element by element, all of the shape of y.</summary>
    public void BinaryGradient<TKernel>(
        in Operand a,
        in Operand b,
        in Operand y,
        in Operand dy,
        bool left,
        in Operand d
    )
        where TKernel : struct, IBinaryKernel
    {
        BinaryGradientCore<TKernel>(a, b, y, dy, left, d);
        Keep(a.Storage, b.Storage, y.Storage, dy.Storage, d.Storage);
    }

    /// <summary>Does the work of <see cref="BinaryGradient{TKernel}"/>.</summary>
    protected abstract void BinaryGradientCore<TKernel>(
        in Operand a,
        in Operand b,
        in Operand y,
        in Operand dy,
        bool left,
        in Operand d
    )
        where TKernel : struct, IBinaryKernel;

    /// <summary>mask = relation(a, b), element by element, into truth values.</summary>
    public void Compare<TKernel>(in Operand a, in Operand b, in Operand mask)
        where TKernel : struct, ICompareKernel
    {
        CompareCore<TKernel>(a, b, mask);
        Keep(a.Storage, b.Storage, mask.Storage);
    }

    /// <summary>Does the work of <see cref="Compare{TKernel}"/>.</summary>
    protected abstract void CompareCore<TKernel>(in Operand a, in Operand b, in Operand mask)
        where TKernel : struct, ICompareKernel;

    /// <summary>y = mask ? a : b, element by element; the mask holds truth values.</summary>
    public void Where(in Operand mask, in Operand a, in Operand b, in Operand y)
    {
        WhereCore(mask, a, b, y);
        Keep(mask.Storage, a.Storage, b.Storage, y.Storage);
    }

    /// <summary>Does the work of <see cref="Where"/>.</summary>
    protected abstract void WhereCore(in Operand mask, in Operand a, in Operand b, in Operand y);

    /// <summary>Combines elements along every axis on which y has size 1 and x more; x and y have the same rank. Sums of integers go into int64.</summary>
    public void Reduce<TKernel>(in Operand x, in Operand y)
        where TKernel : struct, IReduceKernel
    {
        ReduceCore<TKernel>(x, y);
        Keep(x.Storage, y.Storage);
    }

    /// <summary>Does the work of <see cref="Reduce{TKernel}"/>.</summary>
    protected abstract void ReduceCore<TKernel>(in Operand x, in Operand y)
        where TKernel : struct, IReduceKernel;

    /// <summary>The place of the largest (or smallest) element along an axis as int64, the first of equals; a NaN wins; y has size 1 there.</summary>
    public void ArgReduce(in Operand x, int axis, bool largest, in Operand y)
    {
        ArgReduceCore(x, axis, largest, y);
        Keep(x.Storage, y.Storage);
    }

    /// <summary>Does the work of <see cref="ArgReduce"/>.</summary>
    protected abstract void ArgReduceCore(in Operand x, int axis, bool largest, in Operand y);

    /// <summary>Running sums along an axis.</summary>
    public void CumulativeSum(in Operand x, int axis, in Operand y)
    {
        CumulativeSumCore(x, axis, y);
        Keep(x.Storage, y.Storage);
    }

    /// <summary>Does the work of <see cref="CumulativeSum"/>.</summary>
    protected abstract void CumulativeSumCore(in Operand x, int axis, in Operand y);

    /// <summary>Sorts along an axis, stably, NaN as the largest; <paramref name="indices"/> (int64) says where each value stood.</summary>
    public void Sort(in Operand x, int axis, bool descending, in Operand values, in Operand indices)
    {
        SortCore(x, axis, descending, values, indices);
        Keep(x.Storage, values.Storage, indices.Storage);
    }

    /// <summary>Does the work of <see cref="Sort"/>.</summary>
    protected abstract void SortCore(in Operand x, int axis, bool descending, in Operand values, in Operand indices);

    /// <summary>y[b] = a[b] × b[b]: products of matrices (B, M, K) × (B, K, N) → (B, M, N), all of rank 3; with <paramref name="accumulate"/> added to y.</summary>
    public void MatMul(in Operand a, in Operand b, in Operand y, bool accumulate = false)
    {
        MatMulCore(a, b, y, accumulate);
        Keep(a.Storage, b.Storage, y.Storage);
    }

    /// <summary>Does the work of <see cref="MatMul"/>.</summary>
    protected abstract void MatMulCore(in Operand a, in Operand b, in Operand y, bool accumulate);

    /// <summary>y = x with slices taken along an axis at the places named by an int64 vector (already checked to be in range).</summary>
    public void Gather(in Operand x, int axis, in Operand index, in Operand y)
    {
        GatherCore(x, axis, index, y);
        Keep(x.Storage, index.Storage, y.Storage);
    }

    /// <summary>Does the work of <see cref="Gather"/>.</summary>
    protected abstract void GatherCore(in Operand x, int axis, in Operand index, in Operand y);

    /// <summary>Adds the slices of <paramref name="source"/> into y along an axis at the places named by an int64 vector, in order of the vector.</summary>
    public void ScatterAdd(in Operand y, int axis, in Operand index, in Operand source)
    {
        ScatterAddCore(y, axis, index, source);
        Keep(y.Storage, index.Storage, source.Storage);
    }

    /// <summary>Does the work of <see cref="ScatterAdd"/>.</summary>
    protected abstract void ScatterAddCore(in Operand y, int axis, in Operand index, in Operand source);

    /// <summary>y[…, i, …] = x[…, index[…, i, …], …]: elements taken along an axis at places of their own; index and y have one shape.</summary>
    public void TakeAlong(in Operand x, int axis, in Operand index, in Operand y)
    {
        TakeAlongCore(x, axis, index, y);
        Keep(x.Storage, index.Storage, y.Storage);
    }

    /// <summary>Does the work of <see cref="TakeAlong"/>.</summary>
    protected abstract void TakeAlongCore(in Operand x, int axis, in Operand index, in Operand y);

    /// <summary>y[…, index[…, i, …], …] += source[…, i, …]: the transpose of <see cref="TakeAlong"/>, in order along the axis.</summary>
    public void ScatterAddAlong(in Operand y, int axis, in Operand index, in Operand source)
    {
        ScatterAddAlongCore(y, axis, index, source);
        Keep(y.Storage, index.Storage, source.Storage);
    }

    /// <summary>Does the work of <see cref="ScatterAddAlong"/>.</summary>
    protected abstract void ScatterAddAlongCore(in Operand y, int axis, in Operand index, in Operand source);

    /// <summary>Whether no number is infinite or NaN.</summary>
    public bool IsFinite(in Operand x) =>
        !x.DType.IsFloating() || IsWithin(x, x.DType == DType.Float32 ? float.MaxValue : double.MaxValue);

    /// <summary>Whether every floating-point number is at most as large as <paramref name="bound"/>, whatever its sign; NaN never is.</summary>
    public bool IsWithin(in Operand x, double bound)
    {
        var result = IsWithinCore(x, bound);
        Keep(x.Storage);
        return result;
    }

    /// <summary>Does the work of <see cref="IsWithin"/>.</summary>
    protected abstract bool IsWithinCore(in Operand x, double bound);

    /// <summary>Fills a contiguous operand with uniform numbers in [0, 1), element i from counter i of the source.</summary>
    public void FillUniform(RandomSource source, in Operand y)
    {
        FillUniformCore(source, y);
        Keep(y.Storage);
    }

    /// <summary>Does the work of <see cref="FillUniform"/>.</summary>
    protected abstract void FillUniformCore(RandomSource source, in Operand y);

    /// <summary>Fills a contiguous operand with standard normal numbers, element i from counter i of the source.</summary>
    public void FillNormal(RandomSource source, in Operand y)
    {
        FillNormalCore(source, y);
        Keep(y.Storage);
    }

    /// <summary>Does the work of <see cref="FillNormal"/>.</summary>
    protected abstract void FillNormalCore(RandomSource source, in Operand y);

    /// <summary>Applies an optimizer's formula to contiguous operands of one shape; states beyond the kernel's count are <see cref="Operand.None"/>.</summary>
    public void Update<TKernel>(
        in Operand weight,
        in Operand gradient,
        in Operand first,
        in Operand second,
        in Operand third,
        in UpdateConstants<double> constants
    )
        where TKernel : struct, IUpdateKernel
    {
        Update<TKernel>([new UpdateBlock(weight, gradient, first, second, third, constants)]);
        Keep(weight.Storage, gradient.Storage, first.Storage, second.Storage, third.Storage);
    }

    /// <summary>Applies an optimizer's formula to several blocks in one pass; no two of them overlap.</summary>
    public abstract void Update<TKernel>(ReadOnlySpan<UpdateBlock> blocks)
        where TKernel : struct, IUpdateKernel;

    /// <summary>As <see cref="Update{TKernel}(ReadOnlySpan{UpdateBlock})"/> without state, for some rows of a weight (slices along axis 0) and the gradient of each; no row comes twice.</summary>
    public bool TryUpdateRows<TKernel>(
        in Operand weight,
        in Operand places,
        in Operand gradient,
        in UpdateConstants<double> constants
    )
        where TKernel : struct, IUpdateKernel =>
        Kept(
            TryUpdateRowsCore<TKernel>(weight, places, gradient, constants),
            weight.Storage,
            places.Storage,
            gradient.Storage
        );

    /// <summary>As <see cref="Update{TKernel}(ReadOnlySpan{UpdateBlock})"/> with at most two numbers of state, for a weight of which some rows (slices along axis 0) have gradients: those of one row are added up in order, and the others' is zero. Weight, states and gradient are contiguous.</summary>
    public bool TryUpdateTable<TKernel>(
        in Operand weight,
        in Operand places,
        in Operand gradient,
        in Operand first,
        in Operand second,
        in UpdateConstants<double> constants
    )
        where TKernel : struct, IUpdateKernel =>
        Kept(
            TryUpdateTableCore<TKernel>(weight, places, gradient, first, second, constants),
            weight.Storage,
            places.Storage,
            gradient.Storage,
            first.Storage,
            second.Storage
        );

    /// <summary>Does the work of <see cref="TryUpdateTable{TKernel}"/>.</summary>
    protected virtual bool TryUpdateTableCore<TKernel>(
        in Operand weight,
        in Operand places,
        in Operand gradient,
        in Operand first,
        in Operand second,
        in UpdateConstants<double> constants
    )
        where TKernel : struct, IUpdateKernel => false;

    /// <summary>Does the work of <see cref="TryUpdateRows{TKernel}"/>.</summary>
    protected virtual bool TryUpdateRowsCore<TKernel>(
        in Operand weight,
        in Operand places,
        in Operand gradient,
        in UpdateConstants<double> constants
    )
        where TKernel : struct, IUpdateKernel => false;
}
