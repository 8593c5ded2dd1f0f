using Descent.Layers;

namespace Descent.Tests.Layers;

internal static partial class LayerCases
{
    private static LayerCase[] Pools() =>
        [
            new("MaxPool2d: plain", () => new MaxPool2d(2), [2, 3, 5, 6], [2, 3, 2, 3], [], [2, 3, 1, 6]),
            new("MaxPool2d: padding", () => new MaxPool2d(3, 2, 1), [2, 3, 5, 6], [2, 3, 3, 3], [], [3, 5, 6]),
            new(
                "MaxPool2d: dilation, ceiling mode",
                () => new MaxPool2d(2, (3, 2), dilation: (2, 1), ceilingMode: true),
                [2, 3, 5, 7],
                [2, 3, 2, 4],
                [],
                [3, 5, 6]
            ),
            new("AveragePool2d: plain", () => new AveragePool2d(2), [2, 3, 5, 6], [2, 3, 2, 3], [], [2, 3, 1, 6]),
            new(
                "AveragePool2d: padding left out",
                () => new AveragePool2d(3, 2, 1, countPadding: false),
                [2, 3, 5, 6],
                [2, 3, 3, 3],
                [],
                [3, 5, 6]
            ),
            new(
                "AveragePool2d: ceiling mode",
                () => new AveragePool2d(2, ceilingMode: true),
                [2, 3, 5, 7],
                [2, 3, 3, 4],
                [],
                [3, 5, 6]
            ),
            new("LpPool2d: p = 3", () => new LpPool2d(3, (2, 3), 2), [2, 3, 5, 7], [2, 3, 2, 3], [], [3, 5, 7]),
            new(
                "LpPool2d: p = ∞, ceiling mode",
                () => new LpPool2d(double.PositiveInfinity, 2, ceilingMode: true),
                [2, 3, 5, 7],
                [2, 3, 3, 4],
                []
            ),
            new("MaxPool1d: padding", () => new MaxPool1d(3, 2, 1), [2, 3, 7], [2, 3, 4], [], [2, 3, 1, 7]),
            new(
                "MaxPool1d: dilation, ceiling mode",
                () => new MaxPool1d(2, 3, dilation: 2, ceilingMode: true),
                [2, 3, 7],
                [2, 3, 3],
                []
            ),
            new(
                "AveragePool1d: ceiling mode, padding left out",
                () => new AveragePool1d(3, 2, 1, countPadding: false, ceilingMode: true),
                [2, 3, 6],
                [2, 3, 4],
                [],
                [3, 6]
            ),
            new("LpPool1d: p = 2", () => new LpPool1d(2, 3, ceilingMode: true), [2, 3, 7], [2, 3, 3], [], [3, 7]),
            new(
                "AdaptiveAveragePool2d: shared rows",
                () => new AdaptiveAveragePool2d((3, 2)),
                [2, 3, 7, 4],
                [2, 3, 3, 2],
                [],
                [3, 7, 4]
            ),
            new(
                "AdaptiveMaxPool2d: shared rows",
                () => new AdaptiveMaxPool2d((3, 2)),
                [2, 3, 7, 4],
                [2, 3, 3, 2],
                [],
                [3, 7, 4]
            ),
            new(
                "AdaptiveAveragePool1d: shared places",
                () => new AdaptiveAveragePool1d(3),
                [2, 3, 7],
                [2, 3, 3],
                [],
                [3, 7]
            ),
            new("AdaptiveMaxPool1d: shared places", () => new AdaptiveMaxPool1d(3), [2, 3, 7], [2, 3, 3], [], [3, 7]),
            new("GlobalAveragePool: pictures", () => new GlobalAveragePool(), [2, 3, 4, 5], [2, 3], [], [2, 3]),
            new("GlobalMaxPool: sequences", () => new GlobalMaxPool(), [2, 3, 5], [2, 3], [], [2, 3, 0]),
        ];
}
