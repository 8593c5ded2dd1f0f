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
            new("LeakyRelu: rows", () => new LeakyRelu(), [3, 4], [3, 4], []),
            new("LeakyRelu: a steeper slope", () => new LeakyRelu(0.3), [3, 4], [3, 4], []),
            new("PRelu: one slope", () => new PRelu(), [3, 4], [3, 4], ["weight"]),
            new("PRelu: channels", () => new PRelu(3), [2, 3, 2, 2], [2, 3, 2, 2], ["weight"], [2, 2, 3, 2]),
            new("Elu: rows", () => new Elu(), [3, 4], [3, 4], []),
            new("Elu: another depth", () => new Elu(1.5), [3, 4], [3, 4], []),
            new("Selu: rows", () => new Selu(), [3, 4], [3, 4], []),
            new("Gelu: exact", () => new Gelu(), [3, 4], [3, 4], []),
            new("Gelu: approximate", () => new Gelu(approximate: true), [3, 4], [3, 4], []),
            new("Silu: rows", () => new Silu(), [3, 4], [3, 4], []),
            new("Softplus: rows", () => new Softplus(), [3, 4], [3, 4], []),
            new("Softplus: sharper", () => new Softplus(2), [3, 4], [3, 4], []),
            new("HardSigmoid: rows", () => new HardSigmoid(), [3, 4], [3, 4], []),
            new("HardTanh: rows", () => new HardTanh(), [3, 4], [3, 4], []),
            new("HardSwish: rows", () => new HardSwish(), [3, 4], [3, 4], []),
            new("Maxout: rows", () => new Maxout(3), [2, 6], [2, 2], [], [2, 5]),
            new("Maxout: channels", () => new Maxout(2, axis: 1), [2, 4, 2, 3], [2, 2, 2, 3], [], [2, 3, 2, 2]),
            new("Glu: rows", () => new Glu(), [2, 6], [2, 3], [], [2, 5]),
            new("Glu: channels", () => new Glu(1), [2, 4, 2, 3], [2, 2, 2, 3], [], [2, 3, 2, 2]),
            new("LogSoftmax: last axis", () => new LogSoftmax(), [3, 4], [3, 4], []),
        ];
}
