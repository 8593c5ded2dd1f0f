using Descent.Numerics;

namespace Descent.Backends.Cpu;

public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public override void MatMul(in Operand a, in Operand b, in Operand y, bool accumulate = false)
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
