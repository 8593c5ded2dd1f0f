using Descent.Layers;

namespace Descent.Tests.Layers;

internal static partial class LayerCases
{
    private static LayerCase[] Convolutions() =>
        [
            new(
                "Conv2d: plain",
                () => new Conv2d(2, 3, 3),
                [2, 2, 5, 6],
                [2, 3, 3, 4],
                WeightAndBias,
                [2, 3, 5, 6],
                2 * 3 * 3 * 4 * 2 * 9
            ),
            new(
                "Conv2d: stride, padding, dilation, groups",
                () =>
                    new Conv2d(4, 6, (3, 2), stride: (2, 1), padding: (1, 2), dilation: (1, 2), groups: 2, bias: false),
                [2, 4, 7, 6],
                [2, 6, 4, 8],
                ["weight"],
                [4, 7, 6],
                2 * 6 * 4 * 8 * 2 * 6
            ),
        ];
}
