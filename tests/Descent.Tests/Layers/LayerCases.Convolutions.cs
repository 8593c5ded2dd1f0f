using Descent.Layers;

namespace Descent.Tests.Layers;

internal static partial class LayerCases
{
    private static LayerCase[] Convolutions() => [.. Planes(), .. Lines(), .. Transposes(), .. Separables()];

    private static LayerCase[] Planes() =>
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
            new(
                "Conv2d: same",
                () => new Conv2d(2, 3, (3, 4), stride: 2, padding: Padding2d.Same),
                [2, 2, 5, 6],
                [2, 3, 3, 3],
                WeightAndBias,
                [2, 5, 6],
                2 * 3 * 3 * 3 * 2 * 12
            ),
            new(
                "Conv2d: unequal reflection, kernel flipped",
                () => new Conv2d(2, 3, 3, padding: (1, 0, 2, 1), paddingMode: PaddingMode.Reflect, flipKernel: true),
                [2, 2, 5, 6],
                [2, 3, 4, 7],
                WeightAndBias,
                [2, 5, 6],
                2 * 3 * 4 * 7 * 2 * 9
            ),
            new(
                "DepthwiseConv2d: two filters a channel",
                () => new DepthwiseConv2d(3, 3, padding: 1, multiplier: 2),
                [2, 3, 5, 4],
                [2, 6, 5, 4],
                WeightAndBias,
                [2, 4, 5, 4],
                2 * 6 * 5 * 4 * 9
            ),
        ];

    private static LayerCase[] Lines() =>
        [
            new(
                "Conv1d: plain",
                () => new Conv1d(2, 3, 3),
                [2, 2, 7],
                [2, 3, 5],
                WeightAndBias,
                [2, 2, 1, 7],
                2 * 3 * 5 * 2 * 3
            ),
            new(
                "Conv1d: everything",
                () =>
                    new Conv1d(
                        4,
                        6,
                        3,
                        stride: 2,
                        padding: (2, 1),
                        dilation: 2,
                        groups: 2,
                        bias: false,
                        paddingMode: PaddingMode.Circular,
                        flipKernel: true
                    ),
                [2, 4, 9],
                [2, 6, 4],
                ["weight"],
                [4, 9],
                2 * 6 * 4 * 2 * 3
            ),
            new(
                "Conv1d: same",
                () => new Conv1d(2, 3, 4, padding: Padding1d.Same),
                [2, 2, 6],
                [2, 3, 6],
                WeightAndBias,
                [2, 6],
                2 * 3 * 6 * 2 * 4
            ),
        ];

    private static LayerCase[] Transposes() =>
        [
            new(
                "ConvTranspose2d: plain",
                () => new ConvTranspose2d(2, 3, 3),
                [2, 2, 4, 5],
                [2, 3, 6, 7],
                WeightAndBias,
                [2, 3, 4, 5],
                2 * 2 * 4 * 5 * 3 * 9
            ),
            new(
                "ConvTranspose2d: everything",
                () =>
                    new ConvTranspose2d(
                        4,
                        6,
                        (3, 2),
                        stride: (2, 3),
                        padding: (1, 0),
                        outputPadding: (1, 2),
                        dilation: (1, 2),
                        groups: 2,
                        bias: false
                    ),
                [2, 4, 3, 4],
                [2, 6, 6, 14],
                ["weight"],
                [4, 3, 4],
                2 * 4 * 3 * 4 * 3 * 6
            ),
            new(
                "ConvTranspose1d: everything",
                () => new ConvTranspose1d(4, 6, 3, stride: 2, padding: 1, outputPadding: 1, dilation: 2, groups: 2),
                [2, 4, 5],
                [2, 6, 12],
                WeightAndBias,
                [2, 4, 1, 5],
                2 * 4 * 5 * 3 * 3
            ),
        ];

    private static LayerCase[] Separables() =>
        [
            new(
                "SeparableConv2d: plain",
                () => new SeparableConv2d(2, 3, 3, stride: (2, 1), padding: Padding2d.Same, multiplier: 2),
                [2, 2, 5, 6],
                [2, 3, 3, 6],
                ["depthwise.weight", "pointwise.weight", "pointwise.bias"],
                [2, 5, 6],
                2 * 3 * 6 * (4 * 9 + 3 * 4)
            ),
        ];
}
