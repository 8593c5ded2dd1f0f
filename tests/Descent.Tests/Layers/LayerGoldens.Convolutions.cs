using Descent.Layers;

namespace Descent.Tests.Layers;

internal static partial class LayerGoldens
{
    private static KeyValuePair<string, Func<GoldenCase, Layer>>[] Convolutions() =>
        [
            For("conv2d", golden => Plane(golden, Size(golden, "padding"))),
            For("Conv2d", golden => Plane(golden, Edge(golden))),
            For(
                "DepthwiseConv2d",
                golden =>
                {
                    var (channels, filters) = (golden.Inputs[0].Shape[1], golden.Inputs[1].Shape);
                    return new DepthwiseConv2d(
                        channels,
                        (filters[2], filters[3]),
                        Size(golden, "stride"),
                        Edge(golden),
                        multiplier: filters[0] / channels
                    );
                }
            ),
            For(
                "SeparableConv2d",
                golden =>
                {
                    var (depthwise, pointwise) = (golden.Inputs[1].Shape, golden.Inputs[2].Shape);
                    var channels = golden.Inputs[0].Shape[1];
                    return new SeparableConv2d(
                        channels,
                        pointwise[0],
                        (depthwise[2], depthwise[3]),
                        padding: Edge(golden),
                        multiplier: depthwise[0] / channels
                    );
                }
            ),
            For(
                "Conv1d",
                golden => new Conv1d(
                    golden.Inputs[0].Shape[1],
                    golden.Inputs[1].Shape[0],
                    golden.Inputs[1].Shape[2],
                    golden.Int("stride"),
                    golden.Flag("same") ? Padding1d.Same : (golden.Ints("padding")[0], golden.Ints("padding")[1]),
                    golden.Int("dilation"),
                    golden.Int("groups"),
                    golden.Inputs.Count == 3,
                    paddingMode: Word<PaddingMode>(golden, "mode")
                )
            ),
            For(
                "ConvTranspose2d",
                golden =>
                {
                    var filters = golden.Inputs[1].Shape;
                    return new ConvTranspose2d(
                        filters[0],
                        filters[1] * golden.Int("groups"),
                        (filters[2], filters[3]),
                        Size(golden, "stride"),
                        Size(golden, "padding"),
                        Size(golden, "outputPadding"),
                        Size(golden, "dilation"),
                        golden.Int("groups"),
                        golden.Inputs.Count == 3
                    );
                }
            ),
            For(
                "ConvTranspose1d",
                golden => new ConvTranspose1d(
                    golden.Inputs[1].Shape[0],
                    golden.Inputs[1].Shape[1] * golden.Int("groups"),
                    golden.Inputs[1].Shape[2],
                    golden.Int("stride"),
                    golden.Int("padding"),
                    golden.Int("outputPadding"),
                    golden.Int("dilation"),
                    golden.Int("groups"),
                    golden.Inputs.Count == 3
                )
            ),
        ];

    private static Conv2d Plane(GoldenCase golden, Padding2d padding)
    {
        var filters = golden.Inputs[1].Shape;
        return new Conv2d(
            golden.Inputs[0].Shape[1],
            filters[0],
            (filters[2], filters[3]),
            golden.Has("stride") ? Size(golden, "stride") : 1,
            padding,
            golden.Has("dilation") ? Size(golden, "dilation") : 1,
            golden.Has("groups") ? golden.Int("groups") : 1,
            golden.Inputs.Count == 3,
            paddingMode: Word<PaddingMode>(golden, "mode"),
            flipKernel: golden.Flag("flipKernel")
        );
    }

    private static Padding2d Edge(GoldenCase golden) =>
        golden.Flag("same") ? Padding2d.Same
        : golden.Ints("padding") is [var top, var bottom, var left, var right] ? (top, bottom, left, right)
        : throw new InvalidDataException($"{golden} has no padding of four sides.");
}
