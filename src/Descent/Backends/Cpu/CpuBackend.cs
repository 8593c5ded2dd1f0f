using Descent.Backends.Reference;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The processor: every primitive in vectorised loops over the library's threads.</summary>
public sealed partial class CpuBackend : Backend
{
    private readonly ReferenceBackend plain = new();

    /// <inheritdoc/>
    public override string Name => "cpu";

    /// <inheritdoc/>
    protected internal override nint Acquire(long byteLength) => BufferPool.Rent(byteLength);

    /// <inheritdoc/>
    protected internal override void Release(nint address, long byteLength) => BufferPool.Return(address, byteLength);

    /// <inheritdoc/>
    public override void Fill(in Operand destination, double value) => plain.Fill(in destination, value);

    /// <inheritdoc/>
    public override void Copy(in Operand source, in Operand destination) => plain.Copy(in source, in destination);

    /// <inheritdoc/>
    public override void Unary<TKernel>(in Operand x, in Operand y) => plain.Unary<TKernel>(in x, in y);

    /// <inheritdoc/>
    public override void UnaryGradient<TKernel>(in Operand x, in Operand y, in Operand dy, in Operand dx) =>
        plain.UnaryGradient<TKernel>(in x, in y, in dy, in dx);

    /// <inheritdoc/>
    public override void Binary<TKernel>(in Operand a, in Operand b, in Operand y) =>
        plain.Binary<TKernel>(in a, in b, in y);

    /// <inheritdoc/>
    public override void BinaryGradient<TKernel>(
        in Operand a,
        in Operand b,
        in Operand y,
        in Operand dy,
        bool left,
        in Operand d
    ) => plain.BinaryGradient<TKernel>(in a, in b, in y, in dy, left, in d);

    /// <inheritdoc/>
    public override void Compare<TKernel>(in Operand a, in Operand b, in Operand mask) =>
        plain.Compare<TKernel>(in a, in b, in mask);

    /// <inheritdoc/>
    public override void Where(in Operand mask, in Operand a, in Operand b, in Operand y) =>
        plain.Where(in mask, in a, in b, in y);

    /// <inheritdoc/>
    public override void Reduce<TKernel>(in Operand x, in Operand y) => plain.Reduce<TKernel>(in x, in y);

    /// <inheritdoc/>
    public override void ArgReduce(in Operand x, int axis, bool largest, in Operand y) =>
        plain.ArgReduce(in x, axis, largest, in y);

    /// <inheritdoc/>
    public override void CumulativeSum(in Operand x, int axis, in Operand y) => plain.CumulativeSum(in x, axis, in y);

    /// <inheritdoc/>
    public override void Sort(in Operand x, int axis, bool descending, in Operand values, in Operand indices) =>
        plain.Sort(in x, axis, descending, in values, in indices);

    /// <inheritdoc/>
    public override void MatMul(in Operand a, in Operand b, in Operand y, bool accumulate = false) =>
        plain.MatMul(in a, in b, in y, accumulate);

    /// <inheritdoc/>
    public override void Gather(in Operand x, int axis, in Operand index, in Operand y) =>
        plain.Gather(in x, axis, in index, in y);

    /// <inheritdoc/>
    public override void ScatterAdd(in Operand y, int axis, in Operand index, in Operand source) =>
        plain.ScatterAdd(in y, axis, in index, in source);

    /// <inheritdoc/>
    public override void TakeAlong(in Operand x, int axis, in Operand index, in Operand y) =>
        plain.TakeAlong(in x, axis, in index, in y);

    /// <inheritdoc/>
    public override void ScatterAddAlong(in Operand y, int axis, in Operand index, in Operand source) =>
        plain.ScatterAddAlong(in y, axis, in index, in source);

    /// <inheritdoc/>
    public override bool IsFinite(in Operand x) => plain.IsFinite(in x);

    /// <inheritdoc/>
    public override void FillUniform(RandomSource source, in Operand y) => plain.FillUniform(source, in y);

    /// <inheritdoc/>
    public override void FillNormal(RandomSource source, in Operand y) => plain.FillNormal(source, in y);

    /// <inheritdoc/>
    public override void Update<TKernel>(
        in Operand weight,
        in Operand gradient,
        in Operand first,
        in Operand second,
        in UpdateConstants<double> constants
    ) => plain.Update<TKernel>(in weight, in gradient, in first, in second, in constants);
}
