using Descent.Layers;

namespace Descent.Tests.Layers;

internal static partial class LayerGoldens
{
    private static KeyValuePair<string, Func<GoldenCase, Layer>>[] Activations() =>
        [
            For("relu", _ => new Relu()),
            For("sigmoid", _ => new Sigmoid()),
            For("tanh", _ => new Tanh()),
            For("softmax", golden => new Softmax(golden.Int("axis"))),
            For("log_softmax", golden => new LogSoftmax(golden.Int("axis"))),
        ];
}
