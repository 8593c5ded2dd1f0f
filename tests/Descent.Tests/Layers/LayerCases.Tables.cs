using Descent.Layers;

namespace Descent.Tests.Layers;

internal static partial class LayerCases
{
    private static LayerCase[] Tables() =>
        [
            new("Embedding: sequences", () => new Embedding(5, 3), [4, 6], [4, 6, 3], ["weight"], Integers: 5),
            new(
                "Embedding: one each",
                () => new Embedding(70, 2, paddingIndex: 69),
                [7],
                [7, 2],
                ["weight"],
                Integers: 69
            ),
            new(
                "HierarchicalSoftmax: balanced",
                () => new HierarchicalSoftmax(4, 5),
                [3, 4],
                [3, 5],
                [.. WeightAndBias, "tree"],
                [3, 5],
                3 * 4 * 4
            ),
            new(
                "HierarchicalSoftmax: one deep branch",
                () => new HierarchicalSoftmax(4, new ClassTree((2, ~1), (~2, 0), (3, 1))),
                [3, 4],
                [3, 4],
                [.. WeightAndBias, "tree"],
                [2, 3, 4],
                3 * 4 * 3
            ),
        ];
}
