using Descent.Layers;

namespace Descent.Tests.Layers;

internal static partial class LayerGoldens
{
    private static KeyValuePair<string, Func<GoldenCase, Layer>>[] Structure() =>
        [
            For(
                "linear",
                golden =>
                {
                    var weight = golden.Inputs[1].Shape;
                    return new Linear(weight[1], weight[0], golden.Inputs.Count == 3);
                }
            ),
        ];
}
