using Descent.Backends;

namespace Descent.Tests.Ops;

public static partial class OpCases
{
    private static IEnumerable<OpCase> Spatial() =>
        [
            .. Convolution("plain", [2, 3, 6, 5], 4, new(3, 3)),
            .. Convolution("padding", [2, 2, 5, 6], 3, new(3, 3, PaddingY: 1, PaddingX: 1)),
            .. Convolution("stride", [2, 2, 7, 8], 3, new(3, 3, 2, 2, 1, 1)),
            .. Convolution("unequal everything", [2, 2, 8, 7], 3, new(3, 2, 2, 1, 1, 2, 1, 2)),
            .. Convolution("dilation", [1, 2, 7, 7], 2, new(3, 3, 1, 1, 2, 2, 2, 2)),
            .. Convolution("groups", [2, 4, 5, 5], 6, new(3, 3, 1, 1, 1, 1, Groups: 2)),
            .. Convolution("depthwise", [2, 3, 5, 5], 3, new(3, 3, 2, 2, 1, 1, Groups: 3)),
            .. Convolution("one by one", [2, 5, 3, 4], 4, new(1, 1)),
            .. Convolution("stride past the kernel", [1, 2, 7, 8], 2, new(2, 2, 3, 3)),
            .. Convolution("kernel as large as the picture", [3, 2, 4, 5], 3, new(4, 5)),
            .. Convolution("many filters", [1, 1, 8, 8], 17, new(5, 5)),
            .. Convolution("padding past the kernel", [1, 2, 3, 3], 2, new(2, 2, PaddingY: 3, PaddingX: 2)),
            .. Convolution("no picture", [0, 2, 5, 5], 3, new(3, 3)),
            Case(
                "Convolution2d: then a tanh",
                x => x[0].Convolution2dThen<TanhKernel>(x[1], x[2], new(3, 3)),
                new([2, 2, 5, 6]),
                new([3, 2, 3, 3]),
                new([3])
            ),
            Case(
                "Convolution2d: no bias, views",
                x => x[0].Transpose(2, 3).Convolution2d(x[1].Transpose(0, 1), null, new(3, 3)),
                new([2, 2, 5, 6], Layout: Layout.Sliced),
                new([2, 3, 3, 3])
            ),
            .. Pooling("two by two", [2, 2, 6, 4], new(2, 2, 2, 2)),
            .. Pooling("overlapping", [2, 2, 7, 7], new(3, 3, 2, 2)),
            .. Pooling("padding", [1, 2, 6, 5], new(3, 3, 2, 2, 1, 1)),
            .. Pooling("rest of the picture unused", [1, 2, 5, 7], new(2, 2, 2, 2)),
            .. Pooling("unequal", [1, 2, 6, 7], new(3, 2, 1, 2, 1, 0)),
            .. Pooling("whole picture", [2, 3, 4, 4], new(4, 4, 4, 4)),
            .. Pooling("dilation", [1, 2, 6, 6], new(2, 2, 1, 1, 0, 0, 2, 2)),
            .. Pooling("no picture", [0, 2, 4, 4], new(2, 2, 2, 2)),
            .. Normalization(),
        ];

    private static IEnumerable<OpCase> Convolution(string name, Shape shape, int filters, Window2d window)
    {
        Shape weight = [filters, shape[1] / window.Groups, window.KernelHeight, window.KernelWidth];
        yield return Case(
            $"Convolution2d: {name}",
            x => x[0].Convolution2d(x[1], x[2], window),
            new(shape),
            new(weight),
            new([filters])
        );
    }

    private static IEnumerable<OpCase> Pooling(string name, Shape shape, Window2d window)
    {
        OpInput input = new(shape, Domain.Distinct);
        yield return Case($"MaxPool2d: {name}", x => x.MaxPool2d(window), input);
        yield return Case($"AveragePool2d: {name}", x => x.AveragePool2d(window), input);
        yield return Case($"AveragePool2d: {name}, padding not counted", x => x.AveragePool2d(window, false), input);
    }

    private static IEnumerable<OpCase> Normalization()
    {
        (string Name, Shape Shape)[] shapes =
        [
            ("features", [6, 3]),
            ("sequences", [3, 2, 5]),
            ("pictures", [3, 4, 3, 2]),
            ("two samples", [2, 17]),
            ("one channel", [4, 1, 3, 3]),
        ];
        foreach (var (name, shape) in shapes)
        {
            OpInput[] inputs = [new(shape), new([shape[1]], Domain.Positive), new([shape[1]])];
            yield return Case($"BatchNorm: {name}", x => x[0].BatchNorm(x[1], x[2], 1e-5).Y, inputs);
            yield return WithoutGradient(
                $"BatchNorm: {name}, mean",
                x => x[0].BatchNorm(x[1], x[2], 1e-5).Mean,
                inputs
            );
            yield return WithoutGradient(
                $"BatchNorm: {name}, variance",
                x => x[0].BatchNorm(x[1], x[2], 1e-5).Variance,
                inputs
            );
            yield return Case(
                $"BatchNorm: {name}, then a tanh",
                x => x[0].BatchNormThen<TanhKernel>(x[1], x[2], 1e-5).Y,
                inputs
            );
            yield return Case(
                $"BatchNormInference: {name}, then a tanh",
                x => x[0].BatchNormInferenceThen<TanhKernel>(x[1], x[2], x[3], x[4], 1e-5, null),
                [.. inputs, new([shape[1]]), new([shape[1]], Domain.Positive)]
            );
            yield return Case(
                $"BatchNormInference: {name}",
                x => x[0].BatchNormInference(x[1], x[2], x[3], x[4], 1e-5),
                [.. inputs, new([shape[1]]), new([shape[1]], Domain.Positive)]
            );
        }

        (string Name, Pieces Pieces)[] cuts =
        [
            ("rows", new(4, 5, 1, 1)),
            ("rows in groups", new(3, 6, 1, 2)),
            ("groups of planes", new(2, 4, 3, 2)),
            ("planes", new(2, 3, 5, 3)),
        ];
        foreach (var (name, pieces) in cuts)
        {
            OpInput input = new([pieces.Samples, pieces.Channels, (int)pieces.Places]);
            OpInput[] inputs = [input, new([pieces.Channels], Domain.Positive), new([pieces.Channels])];
            yield return Case($"Standardize: {name}", x => x[0].Standardize(pieces, 1e-5, x[1], x[2]).Y, inputs);
            yield return Case($"Standardize: {name} alone", x => x.Standardize(pieces, 1e-5).Y, input);
            yield return WithoutGradient(
                $"Standardize: {name}, variance",
                x => x.Standardize(pieces, 1e-5).Variance,
                input
            );
        }

        yield return Case(
            "BatchNorm: then a tanh and a pool",
            x => x[0].BatchNormThenMaxPool<TanhKernel>(x[1], x[2], 1e-5, new(2, 2, 2, 2)).Y,
            new([2, 3, 5, 8], Domain.Distinct),
            new([3], Domain.Positive),
            new([3])
        );
        yield return Case(
            "BatchNorm: a view",
            x => x[0].BatchNorm(x[1], x[2], 1e-5).Y,
            new([5, 3], Layout: Layout.Transposed),
            new([3], Domain.Positive),
            new([3])
        );
    }
}
