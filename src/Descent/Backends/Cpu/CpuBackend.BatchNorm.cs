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
    ) => Normalise<ThenNothing>(x, scale, shift, epsilon, null, y, Operand.None, mean, variance);

    /// <inheritdoc/>
    protected override bool TryBatchNormThenCore<TKernel>(
        in Operand x,
        in Operand scale,
        in Operand shift,
        double epsilon,
        in Operand y,
        in Operand mean,
        in Operand variance
    ) => Normalise<ThenFormula<TKernel>>(x, scale, shift, epsilon, null, y, Operand.None, mean, variance);

    /// <inheritdoc/>
    protected override bool TryBatchNormThenMaxPoolCore<TKernel>(
        in Operand x,
        in Operand scale,
        in Operand shift,
        double epsilon,
        in Window2d window,
        in Operand y,
        in Operand places,
        in Operand mean,
        in Operand variance
    ) => Normalise<ThenFormula<TKernel>>(x, scale, shift, epsilon, window, y, places, mean, variance);

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
    ) =>
        NormaliseGradient<ThenNothing>(
            x,
            Operand.None,
            dy,
            Operand.None,
            scale,
            Operand.None,
            mean,
            variance,
            epsilon,
            null,
            dx,
            dscale,
            dshift
        );

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
    ) =>
        NormaliseGradient<ThenFormula<TKernel>>(
            x,
            Operand.None,
            dy,
            Operand.None,
            scale,
            shift,
            mean,
            variance,
            epsilon,
            null,
            dx,
            dscale,
            dshift
        );

    /// <inheritdoc/>
    protected override bool TryBatchNormThenMaxPoolGradientCore<TKernel>(
        in Operand x,
        in Operand y,
        in Operand dy,
        in Operand places,
        in Operand scale,
        in Operand mean,
        in Operand variance,
        double epsilon,
        in Window2d window,
        in Operand dx,
        in Operand dscale,
        in Operand dshift
    ) =>
        NormaliseGradient<ThenFormula<TKernel>>(
            x,
            y,
            dy,
            places,
            scale,
            Operand.None,
            mean,
            variance,
            epsilon,
            window,
            dx,
            dscale,
            dshift
        );

    private bool Normalise<TThen>(
        in Operand x,
        in Operand scale,
        in Operand shift,
        double epsilon,
        Window2d? window,
        in Operand y,
        in Operand places,
        in Operand mean,
        in Operand variance
    )
        where TThen : struct, IThen
    {
        if (
            x.Rank < 2
            || x.Count == 0
            || window?.PlaceType == DType.Int32
            || (window is not null && x.Shape[2] * x.Shape[3] == 1)
        )
        {
            return false;
        }

        using var source = new Gapless(x);
        using var factors = new Gapless(scale);
        using var offsets = new Gapless(shift);
        using var target = new GaplessTarget(y);
        using var winners = new GaplessTarget(places);
        using var means = new GaplessTarget(mean);
        using var variances = new GaplessTarget(variance);
        var vectors = new VectorAddresses(factors.Address, offsets.Address, means.Address, variances.Address);
        var pool = window is { } sliding
            ? new Pool(new PoolGeometry(x.Shape, y.Shape, sliding), winners.Address)
            : (Pool?)null;
        RunFloating(
            x.DType,
            new BatchNormLoop<TThen>(ShapeOf(x.Shape, epsilon), pool, source.Address, vectors, target.Address)
        );
        return true;
    }

    private bool NormaliseGradient<TThen>(
        in Operand x,
        in Operand y,
        in Operand dy,
        in Operand places,
        in Operand scale,
        in Operand shift,
        in Operand mean,
        in Operand variance,
        double epsilon,
        Window2d? window,
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
        using var values = new Gapless(y);
        using var gradients = new Gapless(dy);
        using var factors = new Gapless(scale);
        using var offsets = new Gapless(shift);
        using var winners = new Gapless(places);
        using var means = new Gapless(mean);
        using var variances = new Gapless(variance);
        using var target = new GaplessTarget(dx);
        using var scaleTarget = new GaplessTarget(dscale);
        using var shiftTarget = new GaplessTarget(dshift);
        var vectors = new VectorAddresses(factors.Address, offsets.Address, means.Address, variances.Address);
        var pool = window is { } sliding
            ? new Pool(new PoolGeometry(x.Shape, dy.Shape, sliding), winners.Address, values.Address)
            : (Pool?)null;
        RunFloating(
            x.DType,
            new BatchNormGradientLoop<TThen>(
                ShapeOf(x.Shape, epsilon),
                pool,
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
}
