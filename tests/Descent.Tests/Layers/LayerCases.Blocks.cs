using Descent.Models;

namespace Descent.Tests.Layers;

internal static partial class LayerCases
{
    private static LayerCase[] Blocks() =>
        [
            new(
                "BasicBlock: the input itself",
                () => new BasicBlock(2, 2),
                [3, 2, 5, 4],
                [3, 2, 5, 4],
                ["conv1.weight", .. Under("bn1"), "conv2.weight", .. Under("bn2")],
                [3, 3, 5, 4],
                3 * 5 * 4 * 2 * (2 * 9 * 2),
                TrainsAlike: false
            ),
            new(
                "BasicBlock: half the size",
                () => new BasicBlock(2, 3, stride: 2),
                [3, 2, 5, 4],
                [3, 3, 3, 2],
                [
                    "conv1.weight",
                    .. Under("bn1"),
                    "conv2.weight",
                    .. Under("bn2"),
                    "downsample.0.weight",
                    .. Under("downsample.1"),
                ],
                [3, 3, 5, 4],
                3 * 3 * 2 * 3 * (2 * 9 + 3 * 9 + 2),
                TrainsAlike: false
            ),
            new(
                "BottleneckBlock: half the size",
                () => new BottleneckBlock(3, 2, stride: 2),
                [4, 3, 5, 4],
                [4, 8, 3, 2],
                [
                    "conv1.weight",
                    .. Under("bn1"),
                    "conv2.weight",
                    .. Under("bn2"),
                    "conv3.weight",
                    .. Under("bn3"),
                    "downsample.0.weight",
                    .. Under("downsample.1"),
                ],
                [4, 2, 5, 4],
                4 * (5 * 4 * 2 * 3 + 3 * 2 * (2 * 2 * 9 + 8 * 2 + 8 * 3)),
                TrainsAlike: false
            ),
        ];

    private static IEnumerable<string> Under(string prefix) => Normalized.Select(name => $"{prefix}.{name}");
}
