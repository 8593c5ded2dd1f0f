using Descent.Backends;

namespace Descent;

public partial class Tensor
{
    /// <summary><see cref="BatchNorm"/>, then a formula, in the same pass; the same bits as one after the other.</summary>
    internal (Tensor Y, Tensor Mean, Tensor Variance) BatchNormThen<TKernel>(Tensor scale, Tensor shift, double epsilon)
        where TKernel : struct, IUnaryKernel
    {
        var y = Result(Shape);
        var mean = Result(scale.Shape);
        var variance = Result(scale.Shape);
        if (Backend.TryBatchNormThen<TKernel>(View, scale.View, shift.View, epsilon, y.View, mean.View, variance.View))
        {
            return (
                Tape.Tracks(this, scale, shift)
                    ? y.From(new BatchNormThenOp<TKernel>(this, scale, shift, mean, variance, epsilon))
                    : y,
                mean,
                variance
            );
        }

        (y, mean, variance) = BatchNorm(scale, shift, epsilon);
        return (y.Map<TKernel>(nameof(BatchNorm)), mean, variance);
    }

    /// <summary><see cref="BatchNormThen"/>, then a maximum pool, for a formula whose slope can be told from its value; the full-size result is never in memory. The same bits as one after the other.</summary>
    internal (Tensor Y, Tensor Mean, Tensor Variance) BatchNormThenMaxPool<TKernel>(
        Tensor scale,
        Tensor shift,
        double epsilon,
        in Window2d window
    )
        where TKernel : struct, IUnaryKernel
    {
        var shape = WindowedShape(window, Shape[1], nameof(MaxPool2d));
        var isTracked = Tape.Tracks(this, scale, shift);
        var y = Result(shape);
        var places = isTracked ? Result(shape, window.PlaceType) : null;
        var mean = Result(scale.Shape);
        var variance = Result(scale.Shape);
        if (
            Backend.TryBatchNormThenMaxPool<TKernel>(
                View,
                scale.View,
                shift.View,
                epsilon,
                window,
                y.View,
                places is null ? Operand.None : places.View,
                mean.View,
                variance.View
            )
        )
        {
            return (
                isTracked
                    ? y.From(
                        new BatchNormThenMaxPoolOp<TKernel>(
                            this,
                            scale,
                            shift,
                            mean,
                            variance,
                            epsilon,
                            y,
                            places!,
                            window
                        )
                    )
                    : y,
                mean,
                variance
            );
        }

        (y, mean, variance) = BatchNormThen<TKernel>(scale, shift, epsilon);
        return (y.MaxPool2d(window), mean, variance);
    }

    /// <summary><see cref="BatchNormInference"/>, then a formula and, where there is a window, a maximum pool: in one pass where nothing is recorded. The same bits as one after the other.</summary>
    internal Tensor BatchNormInferenceThen<TKernel>(
        Tensor scale,
        Tensor shift,
        Tensor mean,
        Tensor variance,
        double epsilon,
        Window2d? window
    )
        where TKernel : struct, IUnaryKernel
    {
        var isTracked = Tape.Tracks(this, scale, shift) || Tape.Tracks(mean, variance);
        if (!isTracked && DType == scale.DType && DType.IsFloating())
        {
            var (factor, offset) = InferenceLine(scale, shift, mean, variance, epsilon);
            var y = Result(window is { } sliding ? WindowedShape(sliding, Shape[1], nameof(MaxPool2d)) : Shape);
            if (
                window is { } kept
                    ? Backend.TryAffineThenMaxPool<TKernel>(View, factor.View, offset.View, kept, y.View)
                    : Backend.TryAffineThen<TKernel>(View, factor.View, offset.View, y.View)
            )
            {
                return y;
            }
        }

        var z = BatchNormInference(scale, shift, mean, variance, epsilon).Map<TKernel>(nameof(BatchNorm));
        return window is { } last ? z.MaxPool2d(last) : z;
    }
}

/// <summary>The node of a batch normalisation with a formula behind it, fused.</summary>
internal sealed class BatchNormThenOp<TKernel>(
    Tensor x,
    Tensor scale,
    Tensor shift,
    Tensor mean,
    Tensor variance,
    double epsilon
) : Op(x, scale, shift)
    where TKernel : struct, IUnaryKernel
{
    internal override string Name => "BatchNorm";

    internal override void Backward(Tensor gradient, Tape tape)
    {
        var dx = x.Result(x.Shape);
        var dscale = scale.Result(scale.Shape);
        var dshift = shift.Result(shift.Shape);
        if (
            !x.Backend.TryBatchNormThenGradient<TKernel>(
                x.View,
                gradient.View,
                scale.View,
                shift.View,
                mean.View,
                variance.View,
                epsilon,
                dx.View,
                dscale.View,
                dshift.View
            )
        )
        {
            throw new NotSupportedException($"The backend {x.Backend.Name} normalises but has no gradient for it.");
        }

        BatchNormOp.Add(tape, (x, dx), (scale, dscale), (shift, dshift));
    }
}

/// <summary>The node of a batch normalisation with a formula and a maximum pool behind it, fused.</summary>
internal sealed class BatchNormThenMaxPoolOp<TKernel>(
    Tensor x,
    Tensor scale,
    Tensor shift,
    Tensor mean,
    Tensor variance,
    double epsilon,
    Tensor y,
    Tensor places,
    Window2d window
) : Op(x, scale, shift)
    where TKernel : struct, IUnaryKernel
{
    internal override string Name => "BatchNorm";

    internal override void Backward(Tensor gradient, Tape tape)
    {
        var dx = x.Result(x.Shape);
        var dscale = scale.Result(scale.Shape);
        var dshift = shift.Result(shift.Shape);
        if (
            !x.Backend.TryBatchNormThenMaxPoolGradient<TKernel>(
                x.View,
                y.View,
                gradient.View,
                places.View,
                scale.View,
                mean.View,
                variance.View,
                epsilon,
                window,
                dx.View,
                dscale.View,
                dshift.View
            )
        )
        {
            throw new NotSupportedException($"The backend {x.Backend.Name} normalises but has no gradient for it.");
        }

        BatchNormOp.Add(tape, (x, dx), (scale, dscale), (shift, dshift));
    }
}
