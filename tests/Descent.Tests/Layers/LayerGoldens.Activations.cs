using Descent.Layers;

namespace Descent.Tests.Layers;

internal static partial class LayerGoldens
{
    private static KeyValuePair<string, Func<GoldenCase, Layer>>[] Activations() =>
        [
            For("relu", _ => new Relu()),
            For("sigmoid", _ => new Sigmoid()),
            For("tanh", _ => new Tanh()),
            For("LeakyRelu", golden => new LeakyRelu(golden.Number("slope"))),
            For("PRelu", golden => new PRelu(golden.Inputs[1].Shape[0])),
            For("Elu", golden => new Elu(golden.Number("alpha"))),
            For("Selu", _ => new Selu()),
            For("Gelu", golden => new Gelu(golden.Flag("approximate"))),
            For("Silu", _ => new Silu()),
            For("Softplus", golden => new Softplus(golden.Number("beta"))),
            For("HardSigmoid", _ => new HardSigmoid()),
            For("HardTanh", _ => new HardTanh()),
            For("HardSwish", _ => new HardSwish()),
            For("Maxout", golden => new Maxout(golden.Int("pieces"), golden.Int("axis"))),
            For("Glu", golden => new Glu(golden.Int("axis"))),
            For("softmax", golden => new Softmax(golden.Int("axis"))),
            For("log_softmax", golden => new LogSoftmax(golden.Int("axis"))),
        ];
}
