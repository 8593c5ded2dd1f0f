using System.Buffers.Binary;
using System.Globalization;
using Descent.Numerics;

namespace Descent.Tests.Numerics;

/// <summary>Accuracy of the elementary functions; the bounds are the table of <c>docs/numerics.md</c>.</summary>
[Trait("Runs", "OnEveryInstructionSet")]
public class ElementaryTests
{
    private static readonly string[] GoldenOrder = ["exp", "expm1", "log", "log1p", "tanh", "sigmoid", "erf"];

    // The reference of float32 is double precision, its own error some 2⁻²⁸ of a unit. Erf, Expm1 and Log1p are not in
    // System.Math: theirs is the double version here, which the golden values check.
    [Theory]
    [InlineData("exp", 1.02)]
    [InlineData("expm1", 1.45)]
    [InlineData("log", 0.84)]
    [InlineData("log1p", 1.45)]
    [InlineData("tanh", 2.62)]
    [InlineData("sigmoid", 2.38)]
    [InlineData("erf", 2.48)]
    [InlineData("sqrt", 0.5)]
    public void Float32_StaysWithinItsBound_OverAllExponents(string function, double bound)
    {
        var (map, reference) = Single(function);
        var (worst, at, count) = (0.0, 0f, 0L);
        var x = new float[4096];
        var setting = Environment.GetEnvironmentVariable("DESCENT_NUMERICS_STRIDE");
        var stride =
            setting is not null ? uint.Parse(setting, CultureInfo.InvariantCulture)
            : ChildProcess.IsChild ? 99_991u
            : 1_511u;
        for (ulong bits = 0; bits <= uint.MaxValue; )
        {
            for (var i = 0; i < x.Length; i++, bits += stride)
            {
                x[i] = BitConverter.UInt32BitsToSingle((uint)Math.Min(bits, uint.MaxValue));
            }

            var y = map(x);
            for (var i = 0; i < x.Length; i++, count++)
            {
                var error = Units(reference(x[i]), y[i]);
                (worst, at) = error > worst ? (error, x[i]) : (worst, at);
            }
        }

        Assert.True(count > 40_000);
        AssertWithin("float32", function, worst, at, bound);
    }

    [Theory]
    [InlineData("exp", 1.01)]
    [InlineData("expm1", 1.93)]
    [InlineData("log", 0.75)]
    [InlineData("log1p", 1.26)]
    [InlineData("tanh", 2.25)]
    [InlineData("sigmoid", 1.95)]
    [InlineData("erf", 1.48)]
    public void Float64_StaysWithinItsBound_AgainstGoldenValues(string function, double bound)
    {
        var (x, high, low) = GoldenValues(function);
        var y = Double(function)(x);
        var (worst, at) = (0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            var error = Units(high[i], low[i], y[i]);
            (worst, at) = error > worst ? (error, x[i]) : (worst, at);
        }

        AssertWithin("float64", function, worst, at, bound);
    }

    [Theory]
    [InlineData("exp", double.NegativeInfinity, 0)]
    [InlineData("exp", -1e30, 0)]
    [InlineData("exp", 1e30, double.PositiveInfinity)]
    [InlineData("exp", double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData("expm1", double.NegativeInfinity, -1)]
    [InlineData("expm1", 1e-40, 1e-40)]
    [InlineData("expm1", double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData("log", 0.0, double.NegativeInfinity)]
    [InlineData("log", -1.0, double.NaN)]
    [InlineData("log", double.NegativeInfinity, double.NaN)]
    [InlineData("log", 1.0, 0.0)]
    [InlineData("log", double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData("log1p", -1.0, double.NegativeInfinity)]
    [InlineData("log1p", -2.0, double.NaN)]
    [InlineData("log1p", double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData("tanh", double.NegativeInfinity, -1)]
    [InlineData("tanh", 1e30, 1)]
    [InlineData("sigmoid", double.NegativeInfinity, 0)]
    [InlineData("sigmoid", -1e30, 0)]
    [InlineData("sigmoid", 0.0, 0.5)]
    [InlineData("sigmoid", double.PositiveInfinity, 1)]
    [InlineData("erf", double.NegativeInfinity, -1)]
    [InlineData("erf", double.PositiveInfinity, 1)]
    [InlineData("sqrt", -1.0, double.NaN)]
    public void Edges_AreExact(string function, double x, double expected)
    {
        AssertSame(expected, Double(function)([x])[0]);
        AssertSame((float)expected, Single(function).Map([(float)x])[0]);
    }

    [Theory]
    [InlineData("exp", 1)]
    [InlineData("expm1", -0.0)]
    [InlineData("log", double.NegativeInfinity)]
    [InlineData("log1p", -0.0)]
    [InlineData("tanh", -0.0)]
    [InlineData("sigmoid", 0.5)]
    [InlineData("erf", -0.0)]
    [InlineData("sqrt", -0.0)]
    public void MinusZero_KeepsItsSign_WhereTheResultIsZero(string function, double expected)
    {
        AssertSame(expected, Double(function)([-0.0])[0]);
        AssertSame((float)expected, Single(function).Map([-0f])[0]);
    }

    [Theory]
    [InlineData("exp")]
    [InlineData("expm1")]
    [InlineData("log")]
    [InlineData("log1p")]
    [InlineData("tanh")]
    [InlineData("sigmoid")]
    [InlineData("erf")]
    [InlineData("sqrt")]
    public void NaN_StaysNaN(string function)
    {
        Assert.True(double.IsNaN(Double(function)([double.NaN])[0]));
        Assert.True(float.IsNaN(Single(function).Map([float.NaN])[0]));
    }

    [Fact]
    public void Exp_OfFloat64_FollowsThePlatform_ThroughTheSubnormalNumbers()
    {
        for (var x = -745.5; x < -708; x += 0.0137)
        {
            var y = Lane<double>.Exp(new(x)).Value;
            Assert.True(Math.Abs(y - Math.Exp(x)) < double.Epsilon * 1.5 + 1e-15 * y, $"exp({x:R}) is {y:R}");
        }
    }

    private static void AssertSame(double expected, double actual) =>
        Assert.True(
            expected.Equals(actual) && double.IsNegative(expected) == double.IsNegative(actual)
                || double.IsNaN(expected) && double.IsNaN(actual),
            $"expected {expected:R}, got {actual:R}"
        );

    private static void AssertWithin(string type, string function, double worst, double at, double bound)
    {
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{type} {function}: {worst:F3} units in the last place at {at:R}"
        );
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        Assert.True(worst <= bound, $"{line}; the bound is {bound}");
    }

    /// <summary>The error in units in the last place of the true value, or 10⁹ where an edge is wrong; below the normal numbers only the absolute error counts.</summary>
    private static double Units(double expected, float actual)
    {
        var nearest = (float)expected;
        if (!float.IsFinite(nearest) || !float.IsFinite(actual))
        {
            return nearest.Equals(actual) ? 0 : 1e9;
        }

        const double SmallestNormal = 1.1754943508222875e-38;
        var magnitude = Math.Abs(nearest);
        return magnitude < SmallestNormal
            ? Math.Abs(actual - expected) < SmallestNormal
                ? 0
                : 1e9
            : Math.Abs(actual - expected) / (MathF.BitIncrement(magnitude) - (double)magnitude);
    }

    private static double Units(double high, double low, double actual)
    {
        if (Math.Abs(high) < 2.2250738585072014e-308)
        {
            return Math.Abs(actual - high) < 2.2250738585072014e-308 ? 0 : 1e9;
        }

        return Math.Abs(actual - high - low) / (Math.BitIncrement(Math.Abs(high)) - Math.Abs(high));
    }

    private static (Func<float[], float[]> Map, Func<double, double> Reference) Single(string function) =>
        function switch
        {
            "exp" => (Widest<ExpFunction, float>, Math.Exp),
            "expm1" => (Widest<Expm1Function, float>, x => Lane<double>.Expm1(new(x)).Value),
            "log" => (Widest<LogFunction, float>, Math.Log),
            "log1p" => (Widest<Log1pFunction, float>, x => Lane<double>.Log1p(new(x)).Value),
            "tanh" => (Widest<TanhFunction, float>, Math.Tanh),
            "sigmoid" => (Widest<SigmoidFunction, float>, x => 1 / (1 + Math.Exp(-x))),
            "sqrt" => (Widest<SqrtFunction, float>, Math.Sqrt),
            _ => (Widest<ErfFunction, float>, x => Lane<double>.Erf(new(x)).Value),
        };

    private static Func<double[], double[]> Double(string function) =>
        function switch
        {
            "exp" => Widest<ExpFunction, double>,
            "expm1" => Widest<Expm1Function, double>,
            "log" => Widest<LogFunction, double>,
            "log1p" => Widest<Log1pFunction, double>,
            "tanh" => Widest<TanhFunction, double>,
            "sigmoid" => Widest<SigmoidFunction, double>,
            "sqrt" => Widest<SqrtFunction, double>,
            _ => Widest<ErfFunction, double>,
        };

    private static TElement[] Widest<TFunction, TElement>(TElement[] x)
        where TFunction : struct, IFunction
        where TElement : unmanaged =>
        EveryWidth.Map<TFunction, TElement>(Lanes.WidthInBits.ToString(CultureInfo.InvariantCulture), x);

    /// <summary>Arguments and true values (high + low) made by <c>tests/golden/elementary.py</c>.</summary>
    private static (double[] X, double[] High, double[] Low) GoldenValues(string function)
    {
        var bytes = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "golden", "elementary.bin"));
        var count = bytes.Length / (3 * sizeof(double) * GoldenOrder.Length);
        var start = Array.IndexOf(GoldenOrder, function) * count;
        double[] Column(int column) =>
            [
                .. Enumerable
                    .Range(start, count)
                    .Select(row => BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(8 * (3 * row + column)))),
            ];
        return (Column(0), Column(1), Column(2));
    }
}
