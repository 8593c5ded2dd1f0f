using Descent.Layers;

namespace Descent.Tests.Layers;

internal static partial class LayerGoldens
{
    private static KeyValuePair<string, Func<GoldenCase, Layer>>[] Pools() =>
        [
            For(
                "max_pool2d",
                golden => new MaxPool2d(Size(golden, "kernelSize"), Size(golden, "stride"), Size(golden, "padding"))
            ),
            For(
                "avg_pool2d",
                golden => new AveragePool2d(
                    Size(golden, "kernelSize"),
                    Size(golden, "stride"),
                    Size(golden, "padding"),
                    golden.Flag("countIncludePad")
                )
            ),
        ];
}
