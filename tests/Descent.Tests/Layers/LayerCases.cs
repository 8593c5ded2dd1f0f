using Descent.Layers;

namespace Descent.Tests.Layers;

/// <summary>Every layer, in its variants; a layer class without a case fails the harness.</summary>
internal static class LayerCases
{
    private static readonly string[] WeightAndBias = ["weight", "bias"];
    private static readonly string[] Normalized = ["weight", "bias", "running_mean", "running_var"];

    public static readonly LayerCase[] All =
    [
        new("Linear: rows", () => new Linear(5, 3), [4, 5], [4, 3], WeightAndBias, [4, 6], 4 * 5 * 3),
        new("Linear: no bias", () => new Linear(5, 3, bias: false), [4, 5], [4, 3], ["weight"], [5, 4], 4 * 5 * 3),
        new("Linear: sequences", () => new Linear(5, 3), [2, 4, 5], [2, 4, 3], WeightAndBias, [2, 5, 4], 2 * 4 * 5 * 3),
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
            () => new Conv2d(4, 6, (3, 2), stride: (2, 1), padding: (1, 2), dilation: (1, 2), groups: 2, bias: false),
            [2, 4, 7, 6],
            [2, 6, 4, 8],
            ["weight"],
            [4, 7, 6],
            2 * 6 * 4 * 8 * 2 * 6
        ),
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
        new("BatchNorm1d: rows", () => new BatchNorm1d(3), [6, 3], [6, 3], Normalized, [6, 4], TrainsAlike: false),
        new(
            "BatchNorm1d: sequences",
            () => new BatchNorm1d(3),
            [4, 3, 5],
            [4, 3, 5],
            Normalized,
            [4, 5, 3],
            TrainsAlike: false
        ),
        new(
            "BatchNorm2d: pictures",
            () => new BatchNorm2d(3),
            [4, 3, 2, 2],
            [4, 3, 2, 2],
            Normalized,
            [4, 3],
            TrainsAlike: false
        ),
        new("Dropout: half", () => new Dropout(0.5), [5, 7], [5, 7], [], TrainsAlike: false),
        new("Dropout: nothing", () => new Dropout(0), [5, 7], [5, 7], []),
        new("Flatten: pictures", () => new Flatten(), [2, 3, 2, 2], [2, 12], []),
        new("Relu: rows", () => new Relu(), [3, 4], [3, 4], []),
        new("Sigmoid: rows", () => new Sigmoid(), [3, 4], [3, 4], []),
        new("Tanh: rows", () => new Tanh(), [3, 4], [3, 4], []),
        new("Softmax: last axis", () => new Softmax(), [3, 4], [3, 4], []),
        new("Softmax: channels", () => new Softmax(1), [2, 3, 2, 2], [2, 3, 2, 2], []),
        new("LogSoftmax: last axis", () => new LogSoftmax(), [3, 4], [3, 4], []),
        new(
            "Sequential: two layers",
            () => new Sequential { new Linear(5, 4), new Tanh(), new Linear(4, 3) },
            [2, 5],
            [2, 3],
            ["0.weight", "0.bias", "2.weight", "2.bias"],
            [2, 4],
            2 * (5 * 4 + 4 * 3)
        ),
    ];

    public static LayerCase Named(string name) => Array.Find(All, layer => layer.Name == name)!;
}
