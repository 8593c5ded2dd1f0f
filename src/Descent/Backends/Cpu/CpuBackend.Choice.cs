using Descent.Numerics;

namespace Descent.Backends.Cpu;

// Loops that make or use truth values, and the check for finite numbers.
public sealed partial class CpuBackend
{
    /// <inheritdoc/>
    protected override void CompareCore<TKernel>(in Operand a, in Operand b, in Operand mask)
    {
        if (a.DType is DType.UInt8 or DType.Bool)
        {
            // Bytes are compared as integers.
            using var wideA = new Gapless(a, DType.Int32);
            using var wideB = new Gapless(b, DType.Int32);
            using var target = new GaplessTarget(mask);
            var strides = mask.Shape.RowMajorStrides();
            RunCompare<TKernel, IntegerLane<int>, int>(
                mask.Shape,
                new View(wideA.Address, strides),
                new View(wideB.Address, strides),
                new View(target.Address, strides)
            );
        }
        else
        {
            Run(a.DType, new CompareRows<TKernel>(a, b, mask));
        }
    }

    private static void RunCompare<TKernel, T, TElement>(Shape shape, View a, View b, View mask)
        where TKernel : struct, ICompareKernel
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        if (shape.Count > 0)
        {
            var nest = new LoopNest(shape, mask, a, b);
            var body = new CompareLoop<TKernel, T, TElement>(nest, a.Address, b.Address, mask.Address);
            WorkSplitter.For(shape.Count, ElementwiseLoop.Grain, body);
        }
    }

    private readonly ref struct CompareRows<TKernel>(in Operand a, in Operand b, in Operand mask) : ILanesLoop
        where TKernel : struct, ICompareKernel
    {
        private readonly ref readonly Operand a = ref a;
        private readonly ref readonly Operand b = ref b;
        private readonly ref readonly Operand mask = ref mask;

        public void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            using var target = new GaplessTarget(mask);
            using var first = new Rows(a);
            using var second = new Rows(b);
            var result = new View(target.Address, mask.Shape.RowMajorStrides());
            RunCompare<TKernel, T, TElement>(mask.Shape, first.View, second.View, result);
        }
    }

    /// <inheritdoc/>
    protected override void WhereCore(in Operand mask, in Operand a, in Operand b, in Operand y)
    {
        using var target = new GaplessTarget(y);
        var result = new View(target.Address, y.Shape.RowMajorStrides());
        var nest = new LoopNest(y.Shape, result, View.Of(mask), View.Of(a), View.Of(b));
        switch (y.DType.ByteSize())
        {
            case 8:
                Select<ulong>(nest, mask, a, b, target.Address);
                break;
            case 4:
                Select<uint>(nest, mask, a, b, target.Address);
                break;
            default:
                Select<byte>(nest, mask, a, b, target.Address);
                break;
        }
    }

    private static void Select<TElement>(in LoopNest nest, in Operand mask, in Operand a, in Operand b, nint y)
        where TElement : unmanaged
    {
        var body = new SelectLoop<TElement>(nest, mask.Address, a.Address, b.Address, y);
        WorkSplitter.For(mask.Count, ElementwiseLoop.Grain, body);
    }

    /// <inheritdoc/>
    protected override bool IsWithinCore(in Operand x, double bound)
    {
        if (x.Count == 0)
        {
            return true;
        }

        // Rows with gaps between them need no copy.
        var areRows = !x.IsContiguous && x.Rank == 2 && x.Strides[1] == 1;
        using var copy = new Gapless(areRows ? Operand.None : x);
        var rows = areRows ? (x.Address, x.Strides[0], x.Shape[1]) : (copy.Address, x.Count, x.Count);
        var broken = 0;
        RunFloating(x.DType, new BoundCheck(rows, x.Count, bound, ref broken));
        return broken == 0;
    }

    private readonly ref struct BoundCheck(
        (nint First, long Step, long Length) rows,
        long count,
        double bound,
        ref int broken
    ) : ILanesLoop
    {
        private readonly ref int broken = ref broken;

        public unsafe void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            fixed (int* flag = &broken)
            {
                WorkSplitter.For(
                    count,
                    4 * ElementwiseLoop.Grain,
                    new BoundLoop<T, TElement>(rows.First, rows.Step, rows.Length, bound, flag)
                );
            }
        }
    }
}
