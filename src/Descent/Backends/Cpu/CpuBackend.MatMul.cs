using Descent.Numerics;

namespace Descent.Backends.Cpu;

public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    protected override void MatMulCore(in Operand a, in Operand b, in Operand y, bool accumulate)
    {
        if (!y.DType.IsFloating())
        {
            MatMulOfIntegers(a, b, y, accumulate);
            return;
        }

        using var target = new GaplessTarget(y, keepContent: accumulate);
        var shape = new ProductShape
        {
            Batches = a.Shape[0],
            Rows = a.Shape[1],
            Depth = a.Shape[2],
            Columns = b.Shape[2],
            ABatch = a.Strides[0],
            ARow = a.Strides[1],
            AColumn = a.Strides[2],
            BBatch = b.Strides[0],
            BRow = b.Strides[1],
            BColumn = b.Strides[2],
            CBatch = (long)a.Shape[1] * b.Shape[2],
            CRow = b.Shape[2],
            Accumulate = accumulate,
        };
        if (y.DType == DType.Float64)
        {
            MatrixProduct.Run(shape, (double*)a.Address, (double*)b.Address, (double*)target.Address);
        }
        else
        {
            MatrixProduct.Run(shape, (float*)a.Address, (float*)b.Address, (float*)target.Address);
        }
    }

    private void MatMulOfIntegers(in Operand a, in Operand b, in Operand y, bool accumulate)
    {
        using var left = new Gapless(a);
        using var right = new Gapless(b);
        using var target = new GaplessTarget(y, keepContent: accumulate);
        Run(y.DType, new PlainProduct(left.Address, right.Address, target.Address, a.Shape, b.Shape[2], accumulate));
    }

    private readonly struct PlainProduct(nint a, nint b, nint y, Shape left, long columns, bool accumulate) : ILanesLoop
    {
        public void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            var body = new PlainProductLoop<T, TElement>(
                (TElement*)a,
                (TElement*)b,
                (TElement*)y,
                left[1],
                left[2],
                columns,
                accumulate
            );
            WorkSplitter.For((long)left[0] * left[1], GrainOfSlices(left[2] * columns), body);
        }
    }
}
