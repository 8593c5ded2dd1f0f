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
        ];
}
