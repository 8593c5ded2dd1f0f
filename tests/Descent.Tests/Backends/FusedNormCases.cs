using Descent.Backends;

namespace Descent.Tests.Backends;

/// <summary>Batch normalisation with what follows it, against one plain loop after the other.</summary>
internal static class FusedNormCases
{
    private const double Epsilon = 1e-3;

    public static IEnumerable<BackendCase> All => [.. Activated, .. Pooled];

    private static IEnumerable<BackendCase> Activated =>
        from shape in new Shape[] { [6, 3], [40, 37], [3, 5, 40], [2, 2, 20, 30], [1, 4, 1, 9] }
        from test in new[]
        {
            FusedCases.Case(
                $"BatchNorm, ReLU {shape}",
                a =>
                {
                    var (x, scale, shift) = Inputs(a, shape);
                    var (y, mean, variance) = (a.Output(shape), a.Output([shape[1]]), a.Output([shape[1]]));
                    return (
                        () => a.Backend.TryBatchNormThen<ReluKernel>(x, scale, shift, Epsilon, y, mean, variance),
                        () =>
                        {
                            PlainForms.BatchNorm(x, scale, shift, Epsilon, y, mean, variance);
                            PlainForms.Relu(y);
                        }
                    );
                }
            ),
            FusedCases.Case(
                $"BatchNorm, ReLU gradient {shape}",
                a =>
                {
                    var (x, scale, shift) = Inputs(a, shape);
                    var (mean, variance) = Statistics(a, x, scale, shift);
                    var dy = a.Input(shape);
                    var (dx, dscale, dshift) = (a.Output(shape), a.Output([shape[1]]), a.Output([shape[1]]));
                    return (
                        () =>
                            a.Backend.TryBatchNormThenGradient<ReluKernel>(
                                x,
                                dy,
                                scale,
                                shift,
                                mean,
                                variance,
                                Epsilon,
                                dx,
                                dscale,
                                dshift
                            ),
                        () => Gradient(a, x, dy, scale, shift, mean, variance, dx, dscale, dshift)
                    );
                }
            ),
        }
        select test;

    private static IEnumerable<BackendCase> Pooled =>
        from shape in new Shape[]
        {
            [2, 3, 24, 24],
            [1, 2, 8, 9],
            [2, 1, 7, 31],
            [2, 2, 5, 4],
            [3, 4, 14, 14],
            [1, 2, 9, 70],
        }
        from window in new Window2d[] { new(2, 2, 2, 2), new(3, 3, 2, 2, 1, 1), new(4, 4, 4, 4) }
        where window.OutputHeight(shape[2]) > 0 && window.OutputWidth(shape[3]) > 0
        from test in PooledOf(shape, window)
        select test;

    private static IEnumerable<BackendCase> PooledOf(Shape shape, Window2d window)
    {
        Shape result = [shape[0], shape[1], window.OutputHeight(shape[2]), window.OutputWidth(shape[3])];
        Shape channels = [shape[1]];
        yield return FusedCases.Case(
            $"BatchNorm, ReLU, MaxPool {shape} {window}",
            a =>
            {
                var (x, scale, shift) = Inputs(a, shape);
                var (y, places) = (a.Output(result), a.Output(result, window.PlaceType));
                var (mean, variance) = (a.Output(channels), a.Output(channels));
                return (
                    () =>
                        a.Backend.TryBatchNormThenMaxPool<ReluKernel>(
                            x,
                            scale,
                            shift,
                            Epsilon,
                            window,
                            y,
                            places,
                            mean,
                            variance
                        ),
                    () =>
                    {
                        var whole = Whole(a, shape);
                        PlainForms.BatchNorm(x, scale, shift, Epsilon, whole, mean, variance);
                        PlainForms.Relu(whole);
                        PlainForms.MaxPool(whole, window, y, places);
                    }
                );
            }
        );
        yield return FusedCases.Case(
            $"BatchNorm, ReLU, MaxPool gradient {shape} {window}",
            a =>
            {
                var (x, scale, shift) = Inputs(a, shape);
                var (mean, variance) = Statistics(a, x, scale, shift);
                var (dy, places) = (a.Input(result), a.Output(result, window.PlaceType));
                var y = a.Output(result);
                PlainForms.MaxPool(Activations(a, x, scale, shift, mean, variance), window, y, places);
                var (dx, dscale, dshift) = (a.Output(shape), a.Output(channels), a.Output(channels));
                return (
                    () =>
                        a.Backend.TryBatchNormThenMaxPoolGradient<ReluKernel>(
                            x,
                            y,
                            dy,
                            places,
                            scale,
                            mean,
                            variance,
                            Epsilon,
                            window,
                            dx,
                            dscale,
                            dshift
                        ),
                    () =>
                    {
                        var whole = Whole(a, shape);
                        PlainForms.MaxPoolGradient(dy, places, window, whole);
                        Gradient(a, x, whole, scale, shift, mean, variance, dx, dscale, dshift);
                    }
                );
            }
        );
        foreach (var pools in new[] { false, true })
        {
            yield return FusedCases.Case(
                $"Affine, ReLU, MaxPool {pools} {shape} {window}",
                a =>
                {
                    var (x, factor, offset) = Inputs(a, shape);
                    FusedCases.WithEqualElements(x);
                    var y = a.Output(pools ? result : shape);
                    return (
                        () =>
                            pools
                                ? a.Backend.TryAffineThenMaxPool<ReluKernel>(x, factor, offset, window, y)
                                : a.Backend.TryAffineThen<ReluKernel>(x, factor, offset, y),
                        () =>
                        {
                            var whole = pools ? Whole(a, shape) : y;
                            PlainForms.Affine(x, factor, offset, whole);
                            PlainForms.Relu(whole);
                            if (pools)
                            {
                                PlainForms.MaxPool(whole, window, y, Operand.None);
                            }
                        }
                    );
                }
            );
        }
    }

    private static (Operand X, Operand Scale, Operand Shift) Inputs(Arena a, Shape shape) =>
        (a.Input(shape, low: 1, high: 4), a.Input([shape[1]]), a.Input([shape[1]]));

    // Memory that only the plain loops need; not among the results.
    private static Operand Whole(Arena a, Shape shape) =>
        new Arena(a.Backend, a.DType, Layout.Contiguous).Output(shape);

    private static (Operand Mean, Operand Variance) Statistics(
        Arena a,
        in Operand x,
        in Operand scale,
        in Operand shift
    )
    {
        var own = new Arena(a.Backend, a.DType, Layout.Contiguous);
        var (y, mean, variance) = (own.Output(x.Shape), own.Output(scale.Shape), own.Output(scale.Shape));
        PlainForms.BatchNorm(x, scale, shift, Epsilon, y, mean, variance);
        return (mean, variance);
    }

    private static Operand Activations(
        Arena a,
        in Operand x,
        in Operand scale,
        in Operand shift,
        in Operand mean,
        in Operand variance
    )
    {
        var whole = Whole(a, x.Shape);
        var plane = x.Count / x.Shape[0] / x.Shape[1];
        for (long i = 0; i < x.Count; i++)
        {
            var channel = i / plane % x.Shape[1];
            var unit = (Arena.Get(x, i) - Arena.Get(mean, channel)) / Math.Sqrt(Arena.Get(variance, channel) + Epsilon);
            Arena.Set(whole, i, Math.Max(0, Arena.Get(scale, channel) * unit + Arena.Get(shift, channel)));
        }

        return whole;
    }

    private static void Gradient(
        Arena a,
        in Operand x,
        in Operand dy,
        in Operand scale,
        in Operand shift,
        in Operand mean,
        in Operand variance,
        in Operand dx,
        in Operand dscale,
        in Operand dshift
    )
    {
        var y = Activations(a, x, scale, shift, mean, variance);
        var dz = Whole(a, x.Shape);
        for (long i = 0; i < x.Count; i++)
        {
            Arena.Set(dz, i, Arena.Get(y, i) > 0 ? Arena.Get(dy, i) : 0);
        }

        PlainForms.BatchNormGradient(x, dz, scale, mean, variance, Epsilon, dx, dscale, dshift);
    }
}
