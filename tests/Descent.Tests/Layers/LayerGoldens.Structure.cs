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
            For("Flatten", _ => new Flatten()),
            For("Sequential", _ => new Sequential { new Linear(5, 4), new Tanh(), new Linear(4, 2) }),
            For(
                "Residual",
                golden =>
                    golden.Inputs.Count == 3
                        ? new Residual(new Linear(5, 5))
                        : new Residual(new Linear(5, 4), new Linear(5, 4, bias: false))
            ),
            For("Branches", _ => new Branches { new Conv2d(2, 3, 1), new Conv2d(2, 2, 3, padding: 1) }),
            For("Identity", _ => new Identity()),
        ];
}
