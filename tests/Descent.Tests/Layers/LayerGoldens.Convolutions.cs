using Descent.Layers;

namespace Descent.Tests.Layers;

internal static partial class LayerGoldens
{
    private static KeyValuePair<string, Func<GoldenCase, Layer>>[] Convolutions() =>
        [
            For(
                "conv2d",
                golden =>
                {
                    var filters = golden.Inputs[1].Shape;
                    return new Conv2d(
                        golden.Inputs[0].Shape[1],
                        filters[0],
                        (filters[2], filters[3]),
                        Size(golden, "stride"),
                        Size(golden, "padding"),
                        Size(golden, "dilation"),
                        golden.Int("groups"),
                        golden.Inputs.Count == 3
                    );
                }
            ),
        ];
}
