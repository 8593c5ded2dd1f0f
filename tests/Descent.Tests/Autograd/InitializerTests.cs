using System.Reflection;
using Descent.Numerics;
using Descent.Tests.Tensors;

namespace Descent.Tests.Autograd;

/// <summary>First weights: their mean, variance and bounds, and what else is promised of them.</summary>
public class InitializerTests
{
    // Fan-in 12 · 9 = 108, fan-out 300 · 9 = 2700.
    private static readonly Shape Filters = [300, 12, 3, 3];

    private static readonly Dictionary<string, Drawn> Distributions = new()
    {
        ["Uniform"] = new(Initializers.Uniform(-1, 3), 16 / 12.0, 3) { Mean = 1 },
        ["Normal"] = new(Initializers.Normal(), 1),
        ["Normal: shifted"] = new(Initializers.Normal(2, 0.5), 0.25) { Mean = 2 },
        ["Normal: small"] = new(Initializers.Normal(0, 0.01), 1e-4),
        ["TruncatedNormal"] = new(Initializers.TruncatedNormal(0.1), 0.01 * 0.7741, 0.2),
        ["TruncatedNormal: at one"] = new(Initializers.TruncatedNormal(2, 1), 4 * 0.2912, 2),
        ["XavierUniform"] = new(Initializers.XavierUniform(), 2 / 2808.0, Math.Sqrt(6 / 2808.0)),
        ["XavierUniform: gain"] = new(
            Initializers.XavierUniform(Gain.Tanh),
            25 / 9.0 * 2 / 2808,
            5 / 3.0 * Math.Sqrt(6 / 2808.0)
        ),
        ["XavierNormal"] = new(Initializers.XavierNormal(), 2 / 2808.0),
        ["XavierNormal: gain"] = new(Initializers.XavierNormal(3), 9 * 2 / 2808.0),
        ["HeUniform"] = new(Initializers.HeUniform(), 2 / 108.0, Math.Sqrt(6 / 108.0)),
        ["HeUniform: slope, fan-out"] = new(
            Initializers.HeUniform(0.5, Fan.Out),
            1.6 / 2700,
            Math.Sqrt(3 * 1.6 / 2700)
        ),
        ["HeNormal"] = new(Initializers.HeNormal(), 2 / 108.0),
        ["HeNormal: slope, fan-out"] = new(Initializers.HeNormal(0.5, Fan.Out), 1.6 / 2700),
        ["LeCunUniform"] = new(Initializers.LeCunUniform(), 1 / 108.0, Math.Sqrt(3 / 108.0)),
        ["LeCunNormal"] = new(Initializers.LeCunNormal(), 1 / 108.0),
        ["LeCunNormal: gain, fan-out"] = new(Initializers.LeCunNormal(Gain.Selu, Fan.Out), 9 / 16.0 / 2700),
        ["InverseSqrtFanIn"] = new(Initializers.InverseSqrtFanIn, 1 / 324.0, 1 / Math.Sqrt(108)),
        ["InverseSqrt"] = new(Initializers.InverseSqrt(50), 1 / 150.0, 1 / Math.Sqrt(50)),
    };

    /// <summary>Those that have tests of their own below.</summary>
    private static readonly string[] Others = ["Zeros", "Ones", "Constant", "Orthogonal", "Identity", "Sparse"];

    public static TheoryData<string> Parts => [.. Distributions.Keys];

    public static TheoryData<string> AllParts => [.. Distributions.Keys, .. Others];

    [Fact]
    public void Every_initializer_is_tested()
    {
        var tested = Distributions.Keys.Select(part => part.Split(':')[0]).Concat(Others).ToHashSet();
        var names = typeof(Initializers)
            .GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(method => method.ReturnType == typeof(Initializer))
            .Select(method => method.Name.Replace("get_", "", StringComparison.Ordinal));

        Assert.Equal(tested.Order(), names.Distinct().Order());
    }

    [Theory]
    [Trait("check", "golden")]
    [MemberData(nameof(Parts))]
    public void Numbers_have_the_mean_the_variance_and_the_bounds_of_the_formula(string part)
    {
        var drawn = Distributions[part];
        foreach (var dtype in (DType[])[DType.Float32, DType.Float64])
        {
            var values = Draw(drawn.Initializer, Filters, dtype);
            var mean = values.Average();
            var variance = values.Average(value => (value - mean) * (value - mean));

            Assert.Equal(drawn.Mean, mean, 5 * Math.Sqrt(drawn.Variance / values.Length));
            Assert.Equal(1, variance / drawn.Variance, 0.04);
            Assert.All(values, value => Assert.InRange(Math.Abs(value), 0, drawn.Bound * (1 + 1e-6)));
            if (double.IsFinite(drawn.Bound))
            {
                Assert.True(values.Max() > 0.95 * drawn.Bound);
            }
        }
    }

    [Theory]
    [Trait("check", "golden")]
    [InlineData("Zeros", 0)]
    [InlineData("Ones", 1)]
    [InlineData("Constant", -2.5)]
    public void Constants_are_one_number(string part, double expected)
    {
        var initializer = part switch
        {
            "Zeros" => Initializers.Zeros,
            "Ones" => Initializers.Ones,
            _ => Initializers.Constant(-2.5),
        };

        Assert.All(Draw(initializer, [3, 4], DType.Float32), value => Assert.Equal(expected, value));
    }

    [Theory]
    [Trait("check", "golden")]
    [InlineData("Orthogonal: square", 1.0, 33, 33)]
    [InlineData("Orthogonal: wide", 1.5, 7, 40)]
    [InlineData("Orthogonal: tall", 1.5, 40, 7)]
    [InlineData("Orthogonal: filters", 1.0, 8, 3, 3, 3)]
    [InlineData("Orthogonal: one row", 2.0, 1, 9)]
    public void Rows_or_columns_are_at_right_angles(string part, double gain, params int[] sizes)
    {
        var weights = Initializers.Orthogonal(gain)(new Shape(sizes), new RandomSource(4, part), DType.Float64);
        var matrix = weights.Reshape([sizes[0], -1]);
        var wide = matrix.Shape[0] <= matrix.Shape[1] ? matrix : matrix.Transpose();
        var products = wide.MatMul(wide.Transpose()) / (gain * gain);

        Assert.Equal(sizes, weights.Shape.ToArray());
        Golden.AssertClose(
            Tensor.Eye(wide.Shape[0], DType.Float64).ToArray<double>(),
            products.ToArray<double>(),
            1e-12,
            part
        );
    }

    [Fact]
    public void Rotations_are_drawn_evenly()
    {
        // Of a random rotation each element has mean 0 and variance 1/n, the corner too, whose sign a
        // decomposition would fix.
        var corners = new double[2000];
        for (var number = 0; number < corners.Length; number++)
        {
            corners[number] = Draw(Initializers.Orthogonal(), [3, 3], DType.Float64, number)[0];
        }

        Assert.Equal(0, corners.Average(), 0.07);
        Assert.Equal(1 / 3.0, corners.Average(corner => corner * corner), 0.04);
    }

    [Theory]
    [Trait("check", "golden")]
    [InlineData("Identity: square", 3, 3)]
    [InlineData("Identity: wide", 2, 4)]
    [InlineData("Identity: sequences", 3, 2, 5)]
    [InlineData("Identity: filters", 2, 3, 3, 4)]
    public void Channels_are_handed_on(string part, params int[] sizes)
    {
        var weights = Initializers.Identity(2)(new Shape(sizes), new RandomSource(0, part), DType.Float32);
        var expected = Tensor.Zeros(weights.Shape).ToArray<float>();
        var taps = sizes[2..].Aggregate(1, (product, size) => product * size);
        var middle = sizes.Length == 4 ? sizes[2] / 2 * sizes[3] + sizes[3] / 2 : taps / 2;
        for (var channel = 0; channel < Math.Min(sizes[0], sizes[1]); channel++)
        {
            expected[(channel * sizes[1] + channel) * taps + middle] = 2;
        }

        Assert.Equal(expected, weights.ToArray<float>());
    }

    [Theory]
    [Trait("check", "golden")]
    [InlineData("Sparse: most", 0.9, 90)]
    [InlineData("Sparse: rounded up", 0.333, 34)]
    [InlineData("Sparse: none", 0, 0)]
    [InlineData("Sparse: all", 1, 100)]
    public void Each_input_has_its_share_of_zeros(string part, double share, int zeros)
    {
        var weights = Initializers.Sparse(share, 0.5)([100, 200], new RandomSource(9, part), DType.Float64);
        var counts = weights.EqualTo(0).To(DType.Int64).Sum(0).ToArray<long>();
        var kept = weights.TakeWhere(weights.NotEqualTo(0)).ToArray<double>();

        Assert.All(counts, count => Assert.Equal(zeros, count));
        if (kept.Length > 0)
        {
            Assert.Equal(0.25, kept.Average(value => value * value), 0.03);
            Assert.True(share == 0 || weights.ToArray<double>()[..200].Count(value => value == 0) is > 0 and < 200);
        }
    }

    [Fact]
    public void Gains_are_those_of_PyTorch() =>
        Assert.Equal(
            [1, 1, 1.6666666666666667, 0.75, 1.4142135623730951, 1.4141428569978354, 1.3867504905630728],
            (double[])
                [Gain.Linear, Gain.Sigmoid, Gain.Tanh, Gain.Selu, Gain.Relu, Gain.LeakyRelu(), Gain.LeakyRelu(0.2)]
        );

    [Theory]
    [Trait("check", "seed")]
    [MemberData(nameof(AllParts))]
    public void The_same_seed_draws_the_same_numbers_and_another_draws_others(string part)
    {
        Initializer? constant = part switch
        {
            "Zeros" => Initializers.Zeros,
            "Ones" => Initializers.Ones,
            "Constant" => Initializers.Constant(3),
            "Identity" => Initializers.Identity(),
            _ => null,
        };
        var initializer =
            constant
            ?? part switch
            {
                "Orthogonal" => Initializers.Orthogonal(),
                "Sparse" => Initializers.Sparse(0.5),
                _ => Distributions[part].Initializer,
            };
        var first = Draw(initializer, [20, 30], DType.Float32, 1);

        Assert.Equal(first, Draw(initializer, [20, 30], DType.Float32, 1));
        Assert.Equal(constant is not null, first.SequenceEqual(Draw(initializer, [20, 30], DType.Float32, 2)));
    }

    [Fact]
    public void Nonsense_is_refused()
    {
        Assert.All(
            ((string, Action)[])
                [
                    ("high", () => Initializers.Uniform(1, 0)),
                    ("low", () => Initializers.Uniform(double.NaN, 0)),
                    ("standardDeviation", () => Initializers.Normal(0, -1)),
                    ("mean", () => Initializers.Normal(double.NaN)),
                    ("standardDeviation", () => Initializers.Normal(0, -1)),
                    ("bound", () => Initializers.TruncatedNormal(1, 0)),
                    ("gain", () => Initializers.XavierNormal(double.NaN)),
                    ("gain", () => Initializers.HeUniform(double.NaN)),
                    ("gain", () => Initializers.Orthogonal(double.PositiveInfinity)),
                    ("zeros", () => Initializers.Sparse(1.5)),
                ],
            row => Assert.Equal(row.Item1, Assert.Throws<ArgumentOutOfRangeException>(row.Item2).ParamName)
        );
        foreach (
            var initializer in (Initializer[])
                [Initializers.Orthogonal(), Initializers.Identity(), Initializers.Sparse(0.5)]
        )
        {
            Misuse.Throws<ShapeException>(() => Draw(initializer, [7], DType.Float32), "(7)", "two axes");
        }
    }

    private static double[] Draw(Initializer initializer, Shape shape, DType dtype, long seed = 1)
    {
        var values = initializer(shape, new RandomSource(seed, "init"), dtype);
        Assert.Equal(dtype, values.DType);
        return values.To(DType.Float64).ToArray<double>();
    }

    private sealed record Drawn(Initializer Initializer, double Variance, double Bound = double.PositiveInfinity)
    {
        public double Mean { get; init; }
    }
}
