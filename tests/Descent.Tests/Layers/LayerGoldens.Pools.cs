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
            For(
                "MaxPool2d",
                golden => new MaxPool2d(
                    Size(golden, "kernelSize"),
                    Size(golden, "stride"),
                    Size(golden, "padding"),
                    Size(golden, "dilation"),
                    ceilingMode: true
                )
            ),
            For(
                "AveragePool2d",
                golden => new AveragePool2d(
                    Size(golden, "kernelSize"),
                    Size(golden, "stride"),
                    Size(golden, "padding"),
                    golden.Flag("countPadding"),
                    ceilingMode: true
                )
            ),
            For(
                "LpPool2d",
                golden => new LpPool2d(golden.Number("p"), Size(golden, "kernelSize"), Size(golden, "stride"))
            ),
            For("AdaptiveAveragePool2d", golden => new AdaptiveAveragePool2d(Size(golden, "outputSize"))),
            For("AdaptiveMaxPool2d", golden => new AdaptiveMaxPool2d(Size(golden, "outputSize"))),
            For(
                "MaxPool1d",
                golden => new MaxPool1d(
                    golden.Int("kernelSize"),
                    golden.Int("stride"),
                    golden.Int("padding"),
                    golden.Int("dilation"),
                    golden.Flag("ceilingMode")
                )
            ),
            For(
                "AveragePool1d",
                golden => new AveragePool1d(
                    golden.Int("kernelSize"),
                    golden.Int("stride"),
                    golden.Int("padding"),
                    golden.Flag("countPadding"),
                    golden.Flag("ceilingMode")
                )
            ),
            For("LpPool1d", golden => new LpPool1d(golden.Number("p"), golden.Int("kernelSize"), golden.Int("stride"))),
            For("AdaptiveAveragePool1d", golden => new AdaptiveAveragePool1d(golden.Int("outputSize"))),
            For("AdaptiveMaxPool1d", golden => new AdaptiveMaxPool1d(golden.Int("outputSize"))),
            For("GlobalAveragePool", _ => new GlobalAveragePool()),
            For("GlobalMaxPool", _ => new GlobalMaxPool()),
        ];
}
