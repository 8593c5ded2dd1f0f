using Descent.Layers;
using FsCheck;

namespace Descent.Tests.Layers;

internal static partial class LayerSamples
{
    private static IEnumerable<KeyValuePair<string, Gen<LayerSample>>> Activations() =>
        [
            DrawPlain(() => new Relu()),
            DrawPlain(() => new Sigmoid()),
            DrawPlain(() => new Tanh()),
            DrawPlain(() => new Softmax()),
            DrawPlain(() => new LogSoftmax()),
        ];
}
