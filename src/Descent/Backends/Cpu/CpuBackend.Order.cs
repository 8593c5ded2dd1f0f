using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

// Work along one axis in order: arg-reductions, running sums, sorting. Rows are made contiguous first where they are not.
public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    protected override void ArgReduceCore(in Operand x, int axis, bool largest, in Operand y)
    {
        if (y.Count == 0)
        {
            return;
        }

        // Bytes are compared as integers.
        using var rows = new AxisRows(x, axis, x.DType.ByteSize() == 1 ? DType.Int32 : x.DType);
        using var target = new GaplessTarget(y);
        Run(rows.DType, new ArgRows(rows.Address, rows.Count, x.Shape[axis], largest, target.As<long>()));
    }

    private readonly struct ArgRows(nint x, long rows, long length, bool largest, long* y) : ILanesLoop
    {
        public void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            if (largest)
            {
                var body = new ArgLoop<Largest, T, TElement>((TElement*)x, length, y);
                WorkSplitter.For(rows, GrainOfSlices(length), body);
            }
            else
            {
                var body = new ArgLoop<Smallest, T, TElement>((TElement*)x, length, y);
                WorkSplitter.For(rows, GrainOfSlices(length), body);
            }
        }
    }

    /// <inheritdoc/>
    protected override void CumulativeSumCore(in Operand x, int axis, in Operand y)
    {
        if (x.Count == 0)
        {
            return;
        }

        using var source = new Gapless(x, y.DType);
        using var target = new GaplessTarget(y);
        Run(y.DType, new CumulativeSumRows(source.Address, AxisSlices.Of(x.Shape, axis), target.Address));
    }

    private readonly struct CumulativeSumRows(nint x, AxisSlices slices, nint y) : ILanesLoop
    {
        public void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            var body = new CumulativeSumLoop<T, TElement>(x, slices, y);
            WorkSplitter.For(slices.Outer * body.Strips, GrainOfSlices(slices.Length), body);
        }
    }

    /// <inheritdoc/>
    protected override void SortCore(in Operand x, int axis, bool descending, in Operand values, in Operand indices)
    {
        if (x.Count == 0)
        {
            return;
        }

        using var rows = new AxisRows(x, axis, x.DType);
        using var sorted = new AxisRowsTarget(values, axis);
        using var places = new AxisRowsTarget(indices, axis);
        var length = x.Shape[axis];
        switch (x.DType)
        {
            case DType.Float32:
                Sort<float>(rows, length, descending, sorted, places);
                break;
            case DType.Float64:
                Sort<double>(rows, length, descending, sorted, places);
                break;
            case DType.Int64:
                Sort<long>(rows, length, descending, sorted, places);
                break;
            case DType.Int32:
                Sort<int>(rows, length, descending, sorted, places);
                break;
            default:
                Sort<byte>(rows, length, descending, sorted, places);
                break;
        }
    }

    private static void Sort<TElement>(
        in AxisRows rows,
        long length,
        bool descending,
        in AxisRowsTarget values,
        in AxisRowsTarget indices
    )
        where TElement : unmanaged
    {
        var body = new SortLoop<TElement>(
            (TElement*)rows.Address,
            length,
            descending,
            (TElement*)values.Address,
            (long*)indices.Address
        );
        WorkSplitter.For(rows.Count, GrainOfSlices(8 * length), body);
    }
}
