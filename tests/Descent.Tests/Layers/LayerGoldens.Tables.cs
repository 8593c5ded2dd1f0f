using Descent.Layers;

namespace Descent.Tests.Layers;

internal static partial class LayerGoldens
{
    private static KeyValuePair<string, Func<GoldenCase, Layer>>[] Tables() =>
        [
            For(
                "Embedding",
                golden =>
                {
                    var table = golden.Inputs[1].Shape;
                    int? padding = golden.Has("paddingIndex") ? golden.Int("paddingIndex") : null;
                    return new Embedding(table[0], table[1], padding);
                }
            ),
        ];
}
