using Descent.Layers;
using Descent.Numerics;
using Descent.Tests.Tensors;

namespace Descent.Tests.Layers;

/// <summary>What layers that slide over their input compute where PyTorch has no such thing, and what they refuse.</summary>
public class SlidingLayerTests
{
    [Theory]
    [Trait("check", "golden")]
    [InlineData("Conv1d: the lessons' convolution", true)]
    [InlineData("Conv1d: the lessons' cross-correlation", false)]
    public void One_dimension_follows_the_equations(string part, bool flipKernel)
    {
        double[] x = [2, -1, 3, 0.5, 4, -2];
        double[] kernel = [1, 0.25, -3];
        var layer = new Conv1d(1, 1, 3, padding: 2, bias: false, flipKernel: flipKernel);
        layer.Weight.Assign(Tensor.From(kernel, [1, 1, 3]).To(DType.Float32));

        // s(t) = Σ_τ x(τ) · k(t − τ), or Σ_τ x(τ) · k(τ − t) from where the kernel first touches the input on.
        var expected = new double[x.Length + 2];
        for (var t = 0; t < expected.Length; t++)
        {
            for (var tau = 0; tau < x.Length; tau++)
            {
                var place = flipKernel ? t - tau : tau - (t - 2);
                expected[t] += place is >= 0 and < 3 ? x[tau] * kernel[place] : 0;
            }
        }

        var found = layer.Forward(Tensor.From(x, [1, 1, x.Length]).To(DType.Float32));
        Golden.AssertClose(expected, found.To(DType.Float64).ToArray<double>(), 1e-6, part);
    }

    [Theory]
    [Trait("check", "golden")]
    [InlineData("Conv2d: the lessons' convolution", true)]
    [InlineData("Conv2d: the lessons' cross-correlation", false)]
    public void Two_dimensions_follow_the_equations(string part, bool flipKernel)
    {
        const int Height = 4;
        const int Width = 5;
        var source = new RandomSource(3, "equations");
        var x = Tensor.RandomNormal([Height, Width], source, dtype: DType.Float64);
        var kernel = Tensor.RandomNormal([2, 3], source.Split("kernel"), dtype: DType.Float64);
        var layer = new Conv2d(1, 1, (2, 3), padding: (1, 2), bias: false, flipKernel: flipKernel);
        layer.To(DType.Float64);
        layer.Weight.Assign(kernel.Reshape(1, 1, 2, 3));

        // s(i, j) = Σ_m Σ_n x(m, n) · k(i − m, j − n), or k(m − i, n − j) from where the kernel first touches the input on.
        var (pixels, taps) = (x.ToArray<double>(), kernel.ToArray<double>());
        var expected = new double[(Height + 1) * (Width + 2)];
        for (var at = 0; at < expected.Length; at++)
        {
            var (i, j) = (at / (Width + 2), at % (Width + 2));
            for (var pixel = 0; pixel < pixels.Length; pixel++)
            {
                var (m, n) = (pixel / Width, pixel % Width);
                var (row, column) = flipKernel ? (i - m, j - n) : (m - (i - 1), n - (j - 2));
                expected[at] += row is 0 or 1 && column is >= 0 and < 3 ? pixels[pixel] * taps[row * 3 + column] : 0;
            }
        }

        var found = layer.Forward(x.Reshape(1, 1, Height, Width));
        Golden.AssertClose(expected, found.ToArray<double>(), 1e-12, part);
    }

    [Theory]
    [Trait("check", "golden")]
    [InlineData("LpPool2d: p = 3, both signs, ceiling mode", 3)]
    [InlineData("LpPool2d: p = ∞, both signs, ceiling mode", double.PositiveInfinity)]
    public void Norms_are_of_magnitudes_and_of_what_there_is(string part, double p)
    {
        var x = Tensor.RandomNormal([5, 7], new RandomSource(4, "norms"), dtype: DType.Float64);
        var found = new LpPool2d(p, (2, 3), ceilingMode: true).Forward(x.Reshape(1, 1, 5, 7));
        var pixels = x.ToArray<double>();
        var expected = new double[9];
        for (var at = 0; at < expected.Length; at++)
        {
            var inside = Enumerable
                .Range(0, pixels.Length)
                .Where(pixel => pixel / 7 / 2 == at / 3 && pixel % 7 / 3 == at % 3)
                .Select(pixel => Math.Abs(pixels[pixel]));
            expected[at] = double.IsInfinity(p) ? inside.Max() : Math.Pow(inside.Sum(v => Math.Pow(v, p)), 1 / p);
        }

        Assert.Equal(new Shape(1, 1, 3, 3), found.Shape);
        Golden.AssertClose(expected, found.ToArray<double>(), 1e-12, part);
    }

    [Fact]
    public void A_transposed_convolution_is_the_gradient_of_the_convolution()
    {
        var source = new RandomSource(5, "transposed");
        var forward = new Conv2d(3, 4, 3, stride: 2, padding: 1, bias: false);
        var back = new ConvTranspose2d(4, 3, 3, stride: 2, padding: 1, outputPadding: (1, 0), bias: false);
        forward.Initialize(1);
        back.Weight.Assign(forward.Weight);
        var x = Tensor.RandomNormal([2, 3, 6, 7], source);
        using var recording = Gradients.Record(x);
        var y = forward.Forward(x);
        var dy = Tensor.RandomNormal(y.Shape, source.Split("dy"));

        Assert.Equal(Gradients.Of(y, [x], dy)[0].ToArray<float>(), back.Forward(dy).ToArray<float>());
    }

    [Fact]
    public void Windows_of_ceiling_mode_leave_infinities_and_winners_where_they_are()
    {
        var x = Tensor.From([1.0, double.NegativeInfinity, double.PositiveInfinity], [1, 1, 3]);
        using var recording = Gradients.Record(x);
        var y = new MaxPool1d(2, ceilingMode: true).Forward(x);

        Assert.Equal([1, double.PositiveInfinity], y.ToArray<double>());
        Assert.Equal([1, 0, 1], Gradients.Of(y.Sum(), [x])[0].ToArray<double>());
        Assert.Equal(
            [double.NegativeInfinity, double.PositiveInfinity],
            new AdaptiveAveragePool1d(2)
                .Forward(Tensor.From([1.0, double.NegativeInfinity, double.PositiveInfinity, 5], [1, 1, 4]))
                .ToArray<double>()
        );
    }

    [Fact]
    public void Convolutions_that_make_no_sense_are_refused_when_made()
    {
        Misuse.Throws<ArgumentException>(() => new Conv1d(0, 1, 3), "inChannels");
        Misuse.Throws<ArgumentException>(
            () => new Conv1d(3, 4, 3, groups: 2),
            "Conv1d: 2 groups",
            "3 input",
            "4 output"
        );
        Misuse.Throws<ArgumentException>(() => new Conv1d(1, 1, 0), "Conv1d: kernelSize is 0", "1 or more");
        Misuse.Throws<ArgumentException>(() => new Conv1d(1, 1, 3, stride: 0), "Conv1d: stride is 0");
        Misuse.Throws<ArgumentException>(() => new Conv1d(1, 1, 3, padding: -1), "Conv1d: padding is -1", "0 or more");
        Misuse.Throws<ArgumentException>(() => new Conv2d(1, 1, 3, padding: (0, 0, -2, 1)), "(0, 0, -2, 1)");
        Misuse.Throws<ArgumentException>(() => new Conv2d(1, 1, 3, dilation: (1, 0)), "Conv2d: dilation is (1, 0)");
        Misuse.Throws<ArgumentException>(() => new Conv2d(1, 1, 3, paddingMode: (PaddingMode)9), "no padding mode 9");
        Misuse.Throws<ArgumentException>(() => new DepthwiseConv2d(2, 3, multiplier: 0), "multiplier");
        Misuse.Throws<ArgumentException>(() => new SeparableConv2d(2, 0, 3), "outChannels");
        Misuse.Throws<ArgumentException>(
            () => new ConvTranspose1d(1, 1, 3, padding: -1),
            "ConvTranspose1d: padding is -1"
        );
        Misuse.Throws<ArgumentException>(
            () => new ConvTranspose2d(1, 1, 3, stride: 2, outputPadding: 2),
            "ConvTranspose2d: outputPadding is 2",
            "below the stride 2"
        );
        Misuse.Throws<ArgumentException>(() => new ConvTranspose2d(3, 2, 3, groups: 2), "2 groups do not divide 3");
    }

    [Fact]
    public void Pools_that_make_no_sense_are_refused_when_made()
    {
        Misuse.Throws<ArgumentException>(() => new MaxPool1d(0), "MaxPool1d: kernelSize is 0");
        Misuse.Throws<ArgumentException>(
            () => new MaxPool1d(3, padding: 2),
            "MaxPool1d: padding 2",
            "half the window 3"
        );
        Misuse.Throws<ArgumentException>(() => new MaxPool2d(2, dilation: 0), "MaxPool2d: dilation is 0");
        Misuse.Throws<ArgumentException>(() => new AveragePool1d(2, 0), "AveragePool1d: stride is 0");
        Misuse.Throws<ArgumentException>(() => new LpPool2d(0.5, 2), "LpPool2d: p is 0.5", "1 or more");
        Misuse.Throws<ArgumentException>(() => new LpPool1d(double.NaN, 2), "LpPool1d: p is NaN");
        Misuse.Throws<ArgumentException>(
            () => new AdaptiveMaxPool2d((0, 1)),
            "AdaptiveMaxPool2d: outputSize is (0, 1)"
        );
        Misuse.Throws<ArgumentException>(() => new AdaptiveAveragePool1d(0), "outputSize");
    }

    [Fact]
    public void Resizing_that_makes_no_sense_is_refused_when_made()
    {
        Misuse.Throws<ArgumentException>(() => new Pad2d(-1), "Pad2d: padding is -1");
        Misuse.Throws<ArgumentException>(() => new Pad2d(Padding2d.Same), "Pad2d", "'same'", "convolution");
        Misuse.Throws<ArgumentException>(() => new Pad1d(1, PaddingMode.Reflect, 2), "Pad1d: Reflect", "value");
        Misuse.Throws<ArgumentException>(() => new Upsample2d(), "Upsample2d: give a scale or a size");
        Misuse.Throws<ArgumentException>(() => new Upsample1d(2, 4), "Upsample1d: give a scale or a size");
        Misuse.Throws<ArgumentException>(() => new Upsample2d(0), "Upsample2d: scale is 0");
        Misuse.Throws<ArgumentException>(() => new Upsample2d(2, alignCorners: true), "alignCorners", "linear");
        Misuse.Throws<ArgumentException>(() => new Unfold(0), "Unfold: kernelSize is 0");
        Misuse.Throws<ArgumentException>(() => new Fold((2, 2), 3), "Fold: a window 3", "does not fit pictures of 2");
    }

    [Fact]
    public void Inputs_that_are_too_small_are_refused_with_a_way_out()
    {
        var small = Tensor.Ones([1, 1, 2, 5]);
        Misuse.Throws<ShapeException>(
            () => new Conv2d(1, 1, 3, padding: 2, paddingMode: PaddingMode.Reflect).Forward(small),
            "Pad: Reflect",
            "axis 2",
            "(1, 1, 2, 5)",
            "Pad less"
        );
        Misuse.Throws<ShapeException>(
            () => new ConvTranspose2d(1, 1, 2, padding: 2).Forward(small),
            "ConvolutionTranspose2d",
            "2×5",
            "less padding"
        );
        Misuse.Throws<ShapeException>(() => small.Fold(2, 5, new(2, 2)), "Fold: columns (1, 1, 2, 5)", "(N, C·4, 4)");
    }

    [Fact]
    public void Layers_say_what_they_are()
    {
        Layer[] layers =
        [
            new Conv1d(2, 4, 3, 2, Padding1d.Same),
            new Conv1d(2, 4, 3, padding: (2, 0), dilation: 2, paddingMode: PaddingMode.Reflect),
            new Conv2d(2, 4, 3, padding: (1, 1, 0, 2), flipKernel: true),
            new ConvTranspose1d(2, 4, 3, 2, 1, 1),
            new MaxPool1d(3, 2, 1, ceilingMode: true),
            new MaxPool2d(2),
            new LpPool2d(2, 3),
            new Upsample2d(2, interpolation: Interpolation.Linear),
            new Pad1d((1, 2), value: 0.5),
            new Fold(4, 2),
        ];

        Assert.Equal(
            [
                "Conv1d(2 → 4, kernel 3, stride 2, padding same)",
                "Conv1d(2 → 4, kernel 3, padding (2, 0), Reflect, dilation 2)",
                "Conv2d(2 → 4, kernel 3, padding (1, 1, 0, 2), kernel flipped)",
                "ConvTranspose1d(2 → 4, kernel 3, stride 2, padding 1, output padding 1)",
                "MaxPool1d(3, stride 2, padding 1, ceiling mode)",
                "MaxPool2d(2, stride 2)",
                "LpPool2d(p 2, 3, stride 3)",
                "Upsample2d(2, linear)",
                "Pad1d((1, 2), 0.5)",
                "Fold(to 4, 2, stride 1)",
            ],
            layers.Select(layer => layer.ToString())
        );
    }
}
