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
    ) => Normalise<ThenNothing>(x, scale, shift, epsilon, y, mean, variance);

    /// <inheritdoc/>
    protected override bool TryBatchNormThenCore<TKernel>(
        in Operand x,
        in Operand scale,
        in Operand shift,
        double epsilon,
        in Operand y,
        in Operand mean,
        in Operand variance
    ) => Normalise<ThenFormula<TKernel>>(x, scale, shift, epsilon, y, mean, variance);

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
    ) => NormaliseGradient<ThenNothing>(x, dy, scale, Operand.None, mean, variance, epsilon, dx, dscale, dshift);

    /// <inheritdoc/>
    protected override bool TryBatchNormThenGradientCore<TKernel>(
        in Operand x,
        in Operand dy,
        in Operand scale,
        in Operand shift,
        in Operand mean,
        in Operand variance,
        double epsilon,
        in Operand dx,
        in Operand dscale,
        in Operand dshift
    ) => NormaliseGradient<ThenFormula<TKernel>>(x, dy, scale, shift, mean, variance, epsilon, dx, dscale, dshift);

    private bool Normalise<TThen>(
        in Operand x,
        in Operand scale,
        in Operand shift,
        double epsilon,
        in Operand y,
        in Operand mean,
        in Operand variance
    )
        where TThen : struct, IThen
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
        var vectors = new VectorAddresses(factors.Address, offsets.Address, means.Address, variances.Address);
        RunFloating(
            x.DType,
            new BatchNormLoop<TThen>(ShapeOf(x.Shape, epsilon), source.Address, vectors, target.Address)
        );
        return true;
    }

    private bool NormaliseGradient<TThen>(
        in Operand x,
        in Operand dy,
        in Operand scale,
        in Operand shift,
        in Operand mean,
        in Operand variance,
        double epsilon,
        in Operand dx,
        in Operand dscale,
        in Operand dshift
    )
        where TThen : struct, IThen
    {
        if (x.Rank < 2 || x.Count == 0)
        {
            return false;
        }

        using var source = new Gapless(x);
        using var gradients = new Gapless(dy);
        using var factors = new Gapless(scale);
        using var offsets = new Gapless(shift);
        using var means = new Gapless(mean);
        using var variances = new Gapless(variance);
        using var target = new GaplessTarget(dx);
        using var scaleTarget = new GaplessTarget(dscale);
        using var shiftTarget = new GaplessTarget(dshift);
        var vectors = new VectorAddresses(factors.Address, offsets.Address, means.Address, variances.Address);
        RunFloating(
            x.DType,
            new BatchNormGradientLoop<TThen>(
                ShapeOf(x.Shape, epsilon),
                source.Address,
                gradients.Address,
                vectors,
                target.Address,
                scaleTarget.Address,
                shiftTarget.Address
            )
        );
        return true;
    }

    private static BatchNormShape ShapeOf(Shape x, double epsilon) =>
        new(x[0], x[1], x.Count / ((long)x[0] * x[1]), epsilon);

    private static long Strips<T, TElement>(BatchNormShape shape)
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged => (shape.Channels + T.Count - 1) / T.Count;

    private readonly record struct VectorAddresses(nint Scale, nint Shift, nint Mean, nint Variance)
    {
        public BatchNormVectors<TElement> As<TElement>()
            where TElement : unmanaged => new((TElement*)Scale, (TElement*)Shift, (TElement*)Mean, (TElement*)Variance);
    }

    private readonly struct BatchNormLoop<TThen>(BatchNormShape shape, nint x, VectorAddresses vectors, nint y)
        : ILanesLoop
        where TThen : struct, IThen
    {
        public void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            var own = vectors.As<TElement>();
            if (shape.Plane == 1)
            {
                var body = new BatchNormColumnsBody<TThen, T, TElement>(shape, (TElement*)x, own, (TElement*)y);
                WorkSplitter.For(Strips<T, TElement>(shape), GrainOfSlices(shape.Batch * T.Count), body);
            }
            else
            {
                var target = new WholePlanes<TElement>((TElement*)y, shape.Plane, shape.Streams(sizeof(TElement)));
                var body = new BatchNormBody<TThen, WholePlanes<TElement>, T, TElement>(
                    shape,
                    (TElement*)x,
                    own,
                    target
                );
                WorkSplitter.For(shape.Channels, GrainOfSlices(shape.PerChannel), body);
            }
        }
    }

    private readonly struct BatchNormGradientLoop<TThen>(
        BatchNormShape shape,
        nint x,
        nint dy,
        VectorAddresses vectors,
        nint dx,
        nint dscale,
        nint dshift
    ) : ILanesLoop
        where TThen : struct, IThen
    {
        public void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            var own = vectors.As<TElement>();
            if (shape.Plane == 1)
            {
                var body = new BatchNormColumnsGradientBody<TThen, T, TElement>(
                    shape,
                    (TElement*)x,
                    (TElement*)dy,
                    own,
                    (TElement*)dx,
                    (TElement*)dscale,
                    (TElement*)dshift
                );
                WorkSplitter.For(Strips<T, TElement>(shape), GrainOfSlices(shape.Batch * T.Count), body);
            }
            else
            {
                var body = new BatchNormGradientBody<TThen, WholePlanes<TElement>, T, TElement>(
                    shape,
                    (TElement*)x,
                    new WholePlanes<TElement>((TElement*)dy, shape.Plane, false),
                    own,
                    new WholePlanes<TElement>((TElement*)dx, shape.Plane, shape.Streams(sizeof(TElement))),
                    (TElement*)dscale,
                    (TElement*)dshift
                );
                WorkSplitter.For(shape.Channels, GrainOfSlices(shape.PerChannel), body);
            }
        }
    }
}
