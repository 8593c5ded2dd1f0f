using Descent.Backends;

namespace Descent.Tests.Ops;

public static partial class OpCases
{
    private static IEnumerable<OpCase> Sliding() =>
        [
            .. Transposed("plain", [2, 3, 4, 5], 2, new(3, 3)),
            .. Transposed("stride and padding", [2, 2, 3, 4], 3, new(3, 3, 2, 2, 1, 1)),
            .. Transposed("output padding", [2, 2, 3, 4], 3, new(3, 3, 2, 3, 1, 1), 1, 2),
            .. Transposed("unequal everything", [2, 2, 3, 4], 3, new(3, 2, 2, 1, 1, 2, 1, 2), 1),
            .. Transposed("stride past the kernel", [1, 2, 3, 2], 2, new(1, 2, 3, 4), 2, 1),
            .. Transposed("groups", [2, 4, 3, 3], 6, new(3, 3, 2, 2, 1, 1, Groups: 2)),
            .. Transposed("depthwise", [2, 3, 3, 4], 3, new(2, 2, 2, 2, Groups: 3)),
            .. Transposed("one pixel", [1, 3, 1, 1], 2, new(4, 3)),
            .. Transposed("no picture", [0, 2, 3, 3], 3, new(3, 3, 2, 2)),
            Case(
                "ConvolutionTranspose2d: no bias, views",
                x => x[0].Transpose(2, 3).ConvolutionTranspose2d(x[1].Transpose(0, 1), null, new(3, 3, 2, 2)),
                new([2, 2, 3, 4], Layout: Layout.Sliced),
                new([3, 2, 3, 3])
            ),
            .. Window("two by two", [2, 2, 5, 6], new(2, 2)),
            .. Window("everything", [2, 3, 7, 6], new(3, 2, 2, 1, 1, 2, 1, 2)),
            .. Window("stride past the kernel", [1, 2, 7, 8], new(2, 2, 3, 4)),
            .. Window("one pixel", [2, 1, 1, 1], new(1, 1)),
            .. Window("no picture", [0, 2, 4, 4], new(2, 2)),
            .. Padded(PaddingMode.Zeros),
            .. Padded(PaddingMode.Reflect),
            .. Padded(PaddingMode.Replicate),
            .. Padded(PaddingMode.Circular),
            Case("Flip: one axis", x => x.Flip(-1), new([2, 3, 4])),
            Case("Flip: two axes of a view", x => x.Flip(0, 1), new([5, 3], Layout: Layout.Transposed)),
            Case("Flip: nothing", x => x.Flip(0), new([0, 3])),
            .. Ceiling("last window half outside", [2, 2, 5, 7], new(2, 2, 2, 2)),
            .. Ceiling("overlapping, padded", [1, 2, 7, 6], new(3, 3, 2, 2, 1, 1)),
            .. Ceiling("a window that would start behind", [1, 2, 4, 5], new(2, 2, 3, 3, 1, 1)),
            .. Ceiling("unequal", [1, 2, 6, 7], new(3, 2, 2, 3, 1, 0)),
            .. Ceiling("window larger than the picture", [1, 2, 2, 3], new(3, 4, 2, 2)),
            .. Ceiling("nothing to add", [2, 1, 6, 4], new(2, 2, 2, 2)),
            Case(
                "MaxPool2d: ceiling, dilation",
                x => x.MaxPool2d(new(2, 2, 3, 3, 0, 0, 2, 2), true),
                Distinct([1, 2, 7, 6])
            ),
            .. Norms("p = 1", 1),
            .. Norms("p = 1.5", 1.5),
            .. Norms("p = 2", 2),
            .. Norms("p = 3", 3),
            Case("LpPool2d: p = ∞", x => x.LpPool2d(double.PositiveInfinity, new(2, 2, 2, 2)), Distinct([2, 2, 5, 4])),
            .. Adaptive("equal windows", [2, 2, 6, 4], 3, 2),
            .. Adaptive("windows that share rows", [2, 2, 7, 5], 3, 2),
            .. Adaptive("equal columns alone", [1, 2, 7, 4], 3, 2),
            .. Adaptive("one window", [2, 3, 4, 5], 1, 1),
            .. Adaptive("more windows than pixels", [1, 2, 2, 3], 3, 5),
            .. Adaptive("no picture", [0, 2, 5, 5], 2, 2),
            .. Upsampled("twice", [2, 2, 3, 4], 6, 8),
            .. Upsampled("odd sizes", [1, 2, 3, 4], 7, 5),
            .. Upsampled("smaller", [1, 2, 7, 6], 3, 4),
            .. Upsampled("one pixel", [2, 1, 1, 1], 3, 2),
            .. Upsampled("to one pixel", [1, 2, 4, 3], 1, 1),
            .. Upsampled("one axis", [1, 2, 3, 4], 3, 8),
            .. Upsampled("no picture", [0, 2, 3, 3], 6, 6),
        ];

    private static OpInput Distinct(Shape shape) => new(shape, Domain.Distinct);

    private static IEnumerable<OpCase> Transposed(
        string name,
        Shape shape,
        int channels,
        Window2d window,
        int extraRows = 0,
        int extraColumns = 0
    )
    {
        Shape weight = [shape[1], channels / window.Groups, window.KernelHeight, window.KernelWidth];
        yield return Case(
            $"ConvolutionTranspose2d: {name}",
            x => x[0].ConvolutionTranspose2d(x[1], x[2], window, extraRows, extraColumns),
            new(shape),
            new(weight),
            new([channels])
        );
    }

    private static IEnumerable<OpCase> Window(string name, Shape shape, Window2d window)
    {
        var (taps, places) = (
            window.KernelHeight * window.KernelWidth,
            window.OutputHeight(shape[2]) * window.OutputWidth(shape[3])
        );
        yield return Case($"Unfold: {name}", x => x.Unfold(window), new(shape));
        yield return Case(
            $"Fold: {name}",
            x => x.Fold(shape[2], shape[3], window),
            new([shape[0], shape[1] * taps, places])
        );
    }

    private static IEnumerable<OpCase> Padded(PaddingMode mode)
    {
        yield return Case($"Pad: {mode}, last axis", x => x.Pad(mode, (2, 1)), new([2, 4]));
        yield return Case($"Pad: {mode}, two axes", x => x.Pad(mode, (1, 0), (2, 3)), new([2, 2, 3, 4]));
        yield return Case(
            $"Pad: {mode}, a view",
            x => x.Pad(mode, (0, 2), (2, 0)),
            new([5, 3], Layout: Layout.Transposed)
        );
        yield return Case($"Pad: {mode}, nothing", x => x.Pad(mode, (1, 1)), new([0, 3]));
    }

    private static IEnumerable<OpCase> Ceiling(string name, Shape shape, Window2d window)
    {
        yield return Case($"MaxPool2d: ceiling, {name}", x => x.MaxPool2d(window, true), Distinct(shape));
        yield return Case($"AveragePool2d: ceiling, {name}", x => x.AveragePool2d(window, true, true), new(shape));
        yield return Case(
            $"AveragePool2d: ceiling, {name}, padding not counted",
            x => x.AveragePool2d(window, false, true),
            new(shape)
        );
    }

    private static IEnumerable<OpCase> Norms(string name, double p)
    {
        yield return Case($"LpPool2d: {name}", x => x.LpPool2d(p, new(2, 2, 2, 2)), new([2, 2, 5, 4], Domain.NonZero));
        yield return Case(
            $"LpPool2d: {name}, ceiling",
            x => x.LpPool2d(p, new(3, 2, 2, 2, 1, 0), true),
            new([1, 2, 6, 5], Domain.NonZero)
        );
    }

    private static IEnumerable<OpCase> Adaptive(string name, Shape shape, int height, int width)
    {
        yield return Case($"AdaptiveMaxPool2d: {name}", x => x.AdaptiveMaxPool2d(height, width), Distinct(shape));
        yield return Case($"AdaptiveAveragePool2d: {name}", x => x.AdaptiveAveragePool2d(height, width), new(shape));
    }

    private static IEnumerable<OpCase> Upsampled(string name, Shape shape, int height, int width)
    {
        yield return Case($"Upsample2d: {name}, nearest", x => x.Upsample2d(height, width), new(shape));
        foreach (var corners in (bool[])[true, false])
        {
            yield return Case(
                $"Upsample2d: {name}, linear, corners aligned {corners}",
                x => x.Upsample2d(height, width, Interpolation.Linear, corners),
                new(shape)
            );
        }
    }
}
