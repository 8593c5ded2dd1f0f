using Descent.Backends;

namespace Descent.Tests.Ops;

internal static partial class GoldenOps
{
    /// <summary>The operations that the golden file calls by the names of layers; the window's options are theirs.</summary>
    private static Tensor? Sliding(GoldenCase c, Tensor x, Tensor? weight, Tensor? bias)
    {
        var kernel = weight is null ? c.Ints("kernelSize") : [weight.Shape[2], weight.Shape[3]];
        var size = c.Ints(c.Has("size") ? "size" : "outputSize");
        var window = kernel.Length == 0 ? default : SlidingWindow(c, kernel);
        return c.Op switch
        {
            "ConvTranspose2d" => x.ConvolutionTranspose2d(
                weight!,
                bias,
                window,
                c.Ints("outputPadding")[0],
                c.Ints("outputPadding")[1]
            ),
            "Pad2d" when c.Text("mode") == "Zeros" => x.Pad(c.Pairs("padding"), c.Number("value")),
            "Pad2d" => x.Pad(Enum.Parse<PaddingMode>(c.Text("mode")), c.Pairs("padding")),
            "flip" => x.Flip(c.Ints("axes")),
            "Unfold" => x.Unfold(window),
            "Fold" => x.Fold(size[0], size[1], window),
            "MaxPool2d" => x.MaxPool2d(window, ceilingMode: true),
            "AveragePool2d" => x.AveragePool2d(window, c.Flag("countPadding"), ceilingMode: true),
            "LpPool2d" => x.LpPool2d(c.Number("p"), window),
            "AdaptiveAveragePool2d" => x.AdaptiveAveragePool2d(size[0], size[1]),
            "AdaptiveMaxPool2d" => x.AdaptiveMaxPool2d(size[0], size[1]),
            "Upsample2d" => x.Upsample2d(
                c.Has("size") ? size[0] : x.Shape[2] * c.Ints("scale")[0],
                c.Has("size") ? size[1] : x.Shape[3] * c.Ints("scale")[1],
                Enum.Parse<Interpolation>(c.Text("mode")),
                c.Flag("alignCorners")
            ),
            _ => null,
        };
    }

    private static Window2d SlidingWindow(GoldenCase c, int[] kernel)
    {
        int[] Of(string option, int[] usual) => c.Has(option) ? c.Ints(option) : usual;
        var (stride, padding, dilation) = (Of("stride", [1, 1]), Of("padding", [0, 0]), Of("dilation", [1, 1]));
        var groups = c.Has("groups") ? c.Int("groups") : 1;
        return new(
            kernel[0],
            kernel[1],
            stride[0],
            stride[1],
            padding[0],
            padding[1],
            dilation[0],
            dilation[1],
            groups
        );
    }
}
