using Descent.Layers;

namespace Descent.Tests.Layers;

internal static partial class LayerCases
{
    private static string[] WeightAndBias => ["weight", "bias"];

    private static LayerCase[] Structure() =>
        [
            new("Linear: rows", () => new Linear(5, 3), [4, 5], [4, 3], WeightAndBias, [4, 6], 4 * 5 * 3),
            new("Linear: no bias", () => new Linear(5, 3, bias: false), [4, 5], [4, 3], ["weight"], [5, 4], 4 * 5 * 3),
            new(
                "Linear: sequences",
                () => new Linear(5, 3),
                [2, 4, 5],
                [2, 4, 3],
                WeightAndBias,
                [2, 5, 4],
                2 * 4 * 5 * 3
            ),
            new("Flatten: pictures", () => new Flatten(), [2, 3, 2, 2], [2, 12], []),
            new(
                "Sequential: two layers",
                () => new Sequential { new Linear(5, 4), new Tanh(), new Linear(4, 3) },
                [2, 5],
                [2, 3],
                ["0.weight", "0.bias", "2.weight", "2.bias"],
                [2, 4],
                2 * (5 * 4 + 4 * 3)
            ),
            new(
                "Residual: the input itself",
                () => new Residual(new Linear(5, 5)),
                [3, 5],
                [3, 5],
                ["body.weight", "body.bias"],
                [3, 4],
                3 * 5 * 5
            ),
            new(
                "Residual: a shortcut",
                () => new Residual(new Sequential { new Linear(5, 4), new Tanh() }, new Linear(5, 4, bias: false)),
                [3, 5],
                [3, 4],
                ["body.0.weight", "body.0.bias", "shortcut.weight"],
                [3, 4],
                2 * 3 * 5 * 4
            ),
            new(
                "Branches: channels",
                () => new Branches { new Conv2d(2, 3, 1), new Conv2d(2, 2, 3, padding: 1) },
                [2, 2, 4, 3],
                [2, 5, 4, 3],
                ["0.weight", "0.bias", "1.weight", "1.bias"],
                [2, 3, 4, 3],
                2 * 4 * 3 * (2 * 3 + 2 * 2 * 9)
            ),
            new("Branches: rows", () => new Branches([new Tanh(), new Sigmoid()]) { Axis = 0 }, [2, 3], [4, 3], []),
            new("Identity: rows", () => new Identity(), [3, 4], [3, 4], []),
        ];
}
