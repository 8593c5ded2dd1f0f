using Descent.Numerics;

namespace Descent.Backends.Cpu;

public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    protected override bool TryBatchNormCore(
        in Operand x,
        in Operand scale,
        in Operand shift,
        double epsilon,
        in Operand y,
        in Operand mean,
        in Operand variance
    )
    {
        if (x.Rank < 2 || x.Count == 0)
        {
            return false;
        }

        using var source = new Gapless(x);
        using var factors = new Gapless(scale);
        using var offsets = new Gapless(shift);
        using var target = new GaplessTarget(y);
        using var means = new GaplessTarget(mean);
        using var variances = new GaplessTarget(variance);
        RunFloating(
            x.DType,
            new BatchNormLoop(
                ShapeOf(x.Shape, epsilon),
                source.Address,
                factors.Address,
                offsets.Address,
                target.Address,
                means.Address,
                variances.Address
            )
        );
        return true;
    }

    private readonly struct BatchNormLoop(
        BatchNormShape shape,
        nint x,
        nint scale,
        nint shift,
        nint y,
        nint mean,
        nint variance
    ) : ILanesLoop
    {
        public void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            if (shape.Plane == 1)
            {
                var body = new BatchNormColumnsBody<T, TElement>(
                    shape,
                    (TElement*)x,
                    (TElement*)scale,
                    (TElement*)shift,
                    (TElement*)y,
                    (TElement*)mean,
                    (TElement*)variance
                );
                WorkSplitter.For(Strips<T, TElement>(shape), GrainOfSlices(shape.Batch * T.Count), body);
            }
            else
            {
                var body = new BatchNormBody<T, TElement>(
                    shape,
                    (TElement*)x,
                    (TElement*)scale,
                    (TElement*)shift,
                    (TElement*)y,
                    (TElement*)mean,
                    (TElement*)variance
                );
                WorkSplitter.For(shape.Channels, GrainOfSlices(shape.PerChannel), body);
            }
        }
    }

    /// <inheritdoc/>
    protected override bool TryBatchNormGradientCore(
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
        if (x.Rank < 2 || x.Count == 0)
        {
            return false;
        }

        using var source = new Gapless(x);
        using var gradients = new Gapless(dy);
        using var factors = new Gapless(scale);
        using var means = new Gapless(mean);
        using var variances = new Gapless(variance);
        using var target = new GaplessTarget(dx);
        using var scaleTarget = new GaplessTarget(dscale);
        using var shiftTarget = new GaplessTarget(dshift);
        RunFloating(
            x.DType,
            new BatchNormGradientLoop(
                ShapeOf(x.Shape, epsilon),
                source.Address,
                gradients.Address,
                factors.Address,
                means.Address,
                variances.Address,
                target.Address,
                scaleTarget.Address,
                shiftTarget.Address
            )
        );
        return true;
    }

    private readonly struct BatchNormGradientLoop(
        BatchNormShape shape,
        nint x,
        nint dy,
        nint scale,
        nint mean,
        nint variance,
        nint dx,
        nint dscale,
        nint dshift
    ) : ILanesLoop
    {
        public void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            if (shape.Plane == 1)
            {
                var body = new BatchNormColumnsGradientBody<T, TElement>(
                    shape,
                    (TElement*)x,
                    (TElement*)dy,
                    (TElement*)scale,
                    (TElement*)mean,
                    (TElement*)variance,
                    (TElement*)dx,
                    (TElement*)dscale,
                    (TElement*)dshift
                );
                WorkSplitter.For(Strips<T, TElement>(shape), GrainOfSlices(shape.Batch * T.Count), body);
            }
            else
            {
                var body = new BatchNormGradientBody<T, TElement>(
                    shape,
                    (TElement*)x,
                    (TElement*)dy,
                    (TElement*)scale,
                    (TElement*)mean,
                    (TElement*)variance,
                    (TElement*)dx,
                    (TElement*)dscale,
                    (TElement*)dshift
                );
                WorkSplitter.For(shape.Channels, GrainOfSlices(shape.PerChannel), body);
            }
        }
    }

    private static BatchNormShape ShapeOf(Shape x, double epsilon) =>
        new(x[0], x[1], x.Count / ((long)x[0] * x[1]), epsilon);

    private static long Strips<T, TElement>(BatchNormShape shape)
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged => (shape.Channels + T.Count - 1) / T.Count;
}
