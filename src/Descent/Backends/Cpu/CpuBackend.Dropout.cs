using Descent.Numerics;

namespace Descent.Backends.Cpu;

public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    protected override bool TryDropoutCore(
        in Operand x,
        RandomSource source,
        double probability,
        in Operand y,
        in Operand mask
    )
    {
        using var values = new Gapless(x);
        using var target = new GaplessTarget(y);
        RunFloating(
            x.DType,
            new DropoutLoop(source, probability, values.Address, target.Address, mask.Address, x.Count)
        );
        return true;
    }

    private readonly struct DropoutLoop(RandomSource source, double probability, nint x, nint y, nint mask, long count)
        : ILanesLoop
    {
        public void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            var body = new DropoutBody<T, TElement>(source, probability, (TElement*)x, (TElement*)y, (byte*)mask);
            WorkSplitter.For(count, DropoutBody<T, TElement>.Grain, body);
        }
    }

    /// <inheritdoc/>
    protected override bool TryDropoutGradientCore(in Operand dy, in Operand mask, double probability, in Operand dx)
    {
        using var gradients = new Gapless(dy);
        using var target = new GaplessTarget(dx);
        RunFloating(
            dx.DType,
            new DropoutGradientLoop(probability, gradients.Address, mask.Address, target.Address, dx.Count)
        );
        return true;
    }

    /// <inheritdoc/>
    protected override bool TryDropoutGradientCore<TKernel>(
        in Operand y,
        in Operand dy,
        in Operand mask,
        double probability,
        in Operand dx
    )
    {
        using var values = new Gapless(y);
        using var gradients = new Gapless(dy);
        using var target = new GaplessTarget(dx);
        RunFloating(
            dx.DType,
            new DropoutSlopeLoop<TKernel>(
                probability,
                values.Address,
                gradients.Address,
                mask.Address,
                target.Address,
                dx.Count
            )
        );
        return true;
    }

    private readonly struct DropoutGradientLoop(double probability, nint dy, nint mask, nint dx, long count)
        : ILanesLoop
    {
        public void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            var body = new DropoutGradientBody<T, TElement>(probability, (TElement*)dy, (byte*)mask, (TElement*)dx);
            WorkSplitter.For(count, DropoutBody<T, TElement>.Grain, body);
        }
    }

    private readonly struct DropoutSlopeLoop<TKernel>(
        double probability,
        nint y,
        nint dy,
        nint mask,
        nint dx,
        long count
    ) : ILanesLoop
        where TKernel : struct, IUnaryKernel
    {
        public void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            var body = new DropoutSlopeBody<TKernel, T, TElement>(
                probability,
                (TElement*)y,
                (TElement*)dy,
                (byte*)mask,
                (TElement*)dx
            );
            WorkSplitter.For(count, DropoutBody<T, TElement>.Grain, body);
        }
    }
}
