using Descent.Layers;

namespace Descent.Tests.Layers;

internal static partial class LayerCases
{
    private static LayerCase[] Pools() =>
        [
            new("MaxPool2d: plain", () => new MaxPool2d(2), [2, 3, 5, 6], [2, 3, 2, 3], [], [2, 3, 1, 6]),
            new("MaxPool2d: padding", () => new MaxPool2d(3, 2, 1), [2, 3, 5, 6], [2, 3, 3, 3], [], [3, 5, 6]),
            new("AveragePool2d: plain", () => new AveragePool2d(2), [2, 3, 5, 6], [2, 3, 2, 3], [], [2, 3, 1, 6]),
            new(
                "AveragePool2d: padding left out",
                () => new AveragePool2d(3, 2, 1, countPadding: false),
                [2, 3, 5, 6],
                [2, 3, 3, 3],
                [],
                [3, 5, 6]
            ),
        ];
}
