using Descent.Layers;

namespace Descent.Tests.Layers;

internal static partial class LayerCases
{
    private static LayerCase[] Activations() =>
        [
            new("Relu: rows", () => new Relu(), [3, 4], [3, 4], []),
            new("Sigmoid: rows", () => new Sigmoid(), [3, 4], [3, 4], []),
            new("Tanh: rows", () => new Tanh(), [3, 4], [3, 4], []),
            new("Softmax: last axis", () => new Softmax(), [3, 4], [3, 4], []),
            new("Softmax: channels", () => new Softmax(1), [2, 3, 2, 2], [2, 3, 2, 2], []),
            new("LogSoftmax: last axis", () => new LogSoftmax(), [3, 4], [3, 4], []),
        ];
}
