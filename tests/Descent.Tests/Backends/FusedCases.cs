using Descent.Backends;
using Descent.Backends.Reference;
using Descent.Numerics;

namespace Descent.Tests.Backends;

/// <summary>The table of fused forms; the reference backend, which has none, gets plain loops in their place.</summary>
internal static class FusedCases
{
    public static IReadOnlyList<BackendCase> All { get; } =
    [.. Softmaxes, .. CrossEntropies, .. Pools, .. WidePools, .. BatchNorms, .. Dropouts, .. Distances];

    internal static BackendCase Case(string name, Func<Arena, (Func<bool> Fused, Action Plain)> make) =>
        new(
            name,
            arena =>
            {
                var (fused, plain) = make(arena);
                if (arena.Backend is ReferenceBackend)
                {
                    plain();
                }
                else
                {
                    Assert.True(fused(), name);
                }
            }
        );

    private static IEnumerable<BackendCase> Softmaxes =>
        from shape in new Shape[] { [1], [3, 10], [5, 8], [3, 16], [2, 3, 17], [2, 64], [2, 1000], [0, 4], [4, 33] }
        from logarithm in new[] { false, true }
        from test in new[]
        {
            Case(
                $"{(logarithm ? "LogSoftmax" : "Softmax")} {shape}",
                a =>
                {
                    var (x, y) = (a.Input(shape, low: -50, high: 50), a.Output(shape));
                    return (
                        () => logarithm ? a.Backend.TryLogSoftmax(x, y) : a.Backend.TrySoftmax(x, y),
                        () => PlainForms.Softmax(x, y, logarithm)
                    );
                }
            ),
            Case(
                $"{(logarithm ? "LogSoftmax" : "Softmax")} gradient {shape}",
                a =>
                {
                    var (y, dy, dx) = (a.Input(shape, high: 0), a.Input(shape), a.Output(shape));
                    return (
                        () =>
                            logarithm
                                ? a.Backend.TryLogSoftmaxGradient(y, dy, dx)
                                : a.Backend.TrySoftmaxGradient(y, dy, dx),
                        () => PlainForms.SoftmaxGradient(y, dy, dx, logarithm)
                    );
                }
            ),
        }
        select test;

    private static IEnumerable<BackendCase> CrossEntropies =>
        from sizes in new[] { (1, 1), (5, 10), (4, 16), (4, 17), (3, 64), (3, 100), (2, 1001), (0, 5) }
        from range in new[] { 3.0, 1000 }
        from test in new[]
        {
            Case(
                $"CrossEntropy {sizes} logits of {range}",
                a =>
                {
                    var (n, k) = sizes;
                    var logits = a.Input([n, k], low: -range, high: range);
                    var labels = a.Input([n], DType.Int64, 0, k);
                    var (losses, slopes) = (a.Output([n]), a.Output([n, k]));
                    return (
                        () => a.Backend.TryCrossEntropy(logits, labels, 0.3, losses, slopes),
                        () => PlainForms.CrossEntropy(logits, labels, 0.3, losses, slopes)
                    );
                }
            ),
            Case(
                $"CrossEntropy without slopes {sizes} {range}",
                a =>
                {
                    var (n, k) = sizes;
                    var logits = a.Input([n, k], low: -range, high: range);
                    var labels = a.Input([n], DType.Int64, 0, k);
                    var losses = a.Output([n]);
                    return (
                        () => a.Backend.TryCrossEntropy(logits, labels, 1, losses, Operand.None),
                        () => PlainForms.CrossEntropy(logits, labels, 1, losses, Operand.None)
                    );
                }
            ),
        }
        select test;

    private static IEnumerable<BackendCase> Pools =>
        from shape in new Shape[] { [2, 3, 24, 24], [1, 2, 8, 9], [1, 1, 7, 31], [2, 2, 5, 4], [1, 40, 8, 8] }
        from window in new Window2d[]
        {
            new(2, 2, 2, 2),
            new(3, 2, 1, 2),
            new(3, 3, 2, 2, 1, 1),
            new(2, 2, 1, 1, 1, 1, 2, 3),
            new(4, 4, 4, 4),
            new(5, 5, 2, 2, 4, 4, 3, 3),
            new(17, 16, 2, 1, 3, 8),
        }
        where window.OutputHeight(shape[2]) > 0 && window.OutputWidth(shape[3]) > 0
        from test in PoolsOf(shape, window)
        select test;

    private static IEnumerable<BackendCase> WidePools =>
        from window in new Window2d[]
        {
            new(3, 3, 2, 2, 1, 1),
            new(3, 3, 1, 1, 1, 1),
            new(4, 5, 3, 3, 1, 1),
            new(1, 6, 1, 2, 0, 3),
            new(2, 3, 2, 1, 1, 2, 3, 2),
        }
        from test in PoolsOf([1, 2, 12, 51], window)
        select test;

    private static IEnumerable<BackendCase> PoolsOf(Shape shape, Window2d window)
    {
        Shape result = [shape[0], shape[1], window.OutputHeight(shape[2]), window.OutputWidth(shape[3])];
        yield return Case(
            $"MaxPool {shape} {window}",
            a =>
            {
                var x = WithEqualElements(a.Input(shape));
                var (y, places) = (a.Output(result), a.Output(result, window.PlaceType));
                return (
                    () => a.Backend.TryMaxPool(x, window, y, places),
                    () => PlainForms.MaxPool(x, window, y, places)
                );
            }
        );
        yield return Case(
            $"MaxPool of nothing but −∞ in places {shape} {window}",
            a =>
            {
                var x = WithEqualElements(a.Input(shape));
                for (long i = x.Count / 3; i < x.Count; i++)
                {
                    Arena.Set(x, i, i % 31 == 0 ? 1 : double.NegativeInfinity);
                }

                var (y, places) = (a.Output(result), a.Output(result, window.PlaceType));
                return (
                    () => a.Backend.TryMaxPool(x, window, y, places),
                    () => PlainForms.MaxPool(x, window, y, places)
                );
            }
        );
        yield return Case(
            $"MaxPool without places {shape} {window}",
            a =>
            {
                var (x, y) = (a.Input(shape), a.Output(result));
                return (
                    () => a.Backend.TryMaxPool(x, window, y, Operand.None),
                    () => PlainForms.MaxPool(x, window, y, Operand.None)
                );
            }
        );
        yield return Case(
            $"MaxPool gradient {shape} {window}",
            a =>
            {
                var (x, y) = (WithEqualElements(a.Input(shape)), a.Output(result));
                var places = a.Output(result, window.PlaceType);
                PlainForms.MaxPool(x, window, y, places);
                var (dy, dx) = (a.Input(result), a.Output(shape));
                return (
                    () => a.Backend.TryMaxPoolGradient(dy, places, window, dx),
                    () => PlainForms.MaxPoolGradient(dy, places, window, dx)
                );
            }
        );
        foreach (var countPadding in new[] { true, false })
        {
            yield return Case(
                $"AveragePool {countPadding} {shape} {window}",
                a =>
                {
                    var (x, y) = (a.Input(shape), a.Output(result));
                    return (
                        () => a.Backend.TryAveragePool(x, window, countPadding, y),
                        () => PlainForms.AveragePool(x, window, countPadding, y)
                    );
                }
            );
            yield return Case(
                $"AveragePool gradient {countPadding} {shape} {window}",
                a =>
                {
                    var (dy, dx) = (a.Input(result), a.Output(shape));
                    return (
                        () => a.Backend.TryAveragePoolGradient(dy, window, countPadding, dx),
                        () => PlainForms.AveragePoolGradient(dy, window, countPadding, dx)
                    );
                }
            );
        }
    }

    internal static Operand WithEqualElements(Operand x)
    {
        for (long i = 0; i < x.Count; i++)
        {
            Arena.Set(x, i, Math.Round(2 * Arena.Get(x, i)));
        }

        if (x.Count > 50)
        {
            Arena.Set(x, 5, double.NaN);
            Arena.Set(x, 44, double.NaN);
            Arena.Set(x, 45, double.NaN);
        }

        return x;
    }

    private static IEnumerable<BackendCase> BatchNorms =>
        from shape in new Shape[] { [6, 3], [40, 37], [2, 3, 5, 7], [3, 5, 40], [2, 2, 20, 30], [1, 4, 1, 9] }
        from test in new[]
        {
            Case(
                $"BatchNorm {shape}",
                a =>
                {
                    Shape channels = [shape[1]];
                    var x = a.Input(shape, low: 1, high: 4);
                    var (scale, shift) = (a.Input(channels), a.Input(channels));
                    var (y, mean, variance) = (a.Output(shape), a.Output(channels), a.Output(channels));
                    return (
                        () => a.Backend.TryBatchNorm(x, scale, shift, 1e-3, y, mean, variance),
                        () => PlainForms.BatchNorm(x, scale, shift, 1e-3, y, mean, variance)
                    );
                }
            ),
            Case(
                $"BatchNorm gradient {shape}",
                a =>
                {
                    Shape channels = [shape[1]];
                    var (x, dy, scale) = (a.Input(shape), a.Input(shape), a.Input(channels));
                    var (mean, variance) = (a.Input(channels), a.Input(channels, low: 0.5));
                    var (dx, dscale, dshift) = (a.Output(shape), a.Output(channels), a.Output(channels));
                    return (
                        () => a.Backend.TryBatchNormGradient(x, dy, scale, mean, variance, 1e-3, dx, dscale, dshift),
                        () => PlainForms.BatchNormGradient(x, dy, scale, mean, variance, 1e-3, dx, dscale, dshift)
                    );
                }
            ),
        }
        select test;

    private static IEnumerable<BackendCase> Dropouts =>
        from shape in new Shape[] { [1], [33], [7, 150], [3, 5, 7], [40, 1000] }
        from probability in new[] { 0, 0.3, 0.5, 0.99 }
        from test in new[]
        {
            Case(
                $"Dropout {shape} {probability}",
                a =>
                {
                    var (x, y) = (a.Input(shape), a.Output(shape));
                    var mask = Mask(a, shape);
                    var source = new RandomSource(7, "dropout");
                    return (
                        () => a.Backend.TryDropout(x, source, probability, y, mask),
                        () => PlainForms.Dropout(x, source, probability, y)
                    );
                }
            ),
            Case(
                $"Dropout gradient {shape} {probability}",
                a =>
                {
                    var (dy, dx) = (a.Input(shape), a.Output(shape));
                    var mask = Mask(a, shape);
                    var source = new RandomSource(7, "dropout");
                    return (
                        () =>
                            a.Backend.TryDropout(dy, source, probability, dx, mask)
                            && a.Backend.TryDropoutGradient(dy, mask, probability, dx),
                        () => PlainForms.Dropout(dy, source, probability, dx)
                    );
                }
            ),
            Case(
                $"Dropout gradient through ReLU {shape} {probability}",
                a =>
                {
                    var (y, dy, dx) = (a.Input(shape, low: -1), a.Input(shape), a.Output(shape));
                    var mask = Mask(a, shape);
                    var source = new RandomSource(7, "dropout");
                    return (
                        () =>
                            a.Backend.TryDropout(dy, source, probability, dx, mask)
                            && a.Backend.TryDropoutGradient<ReluKernel>(y, dy, mask, probability, dx),
                        () => PlainForms.DropoutThroughRelu(y, dy, source, probability, dx)
                    );
                }
            ),
        }
        select test;

    private static IEnumerable<BackendCase> Distances =>
        from sizes in new[] { (1, 1, 1), (3, 9, 16), (9, 3, 33), (5, 41, 100), (4, 70, 1030), (2, 3, 0), (0, 2, 3) }
        select Case(
            $"AbsoluteDistances {sizes}",
            a =>
            {
                var (n, m, depth) = sizes;
                var (left, right, y) = (a.Input([n, depth]), a.Input([m, depth]), a.Output([n, m]));
                return (
                    () => a.Backend.TryAbsoluteDistances(left, right, y),
                    () => PlainForms.AbsoluteDistances(left, right, y)
                );
            }
        );

    private static Operand Mask(Arena arena, Shape shape) =>
        arena.Input([(int)((shape.Count + 511) / 512 * 64)], DType.UInt8, 0, 255, Layout.Contiguous);
}
