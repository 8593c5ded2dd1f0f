using Descent.Numerics;

namespace Descent.Tests.Numerics;

public class DualTests
{
    private static readonly double[] Points = [-3.2, -1.0, -0.3, 0.2, 0.7, 1.0, 2.6];

    [Fact]
    public void Functions_HaveTheSlopesOfTheirDefinitions()
    {
        foreach (var x in Points)
        {
            var at = Dual.Variable(x);
            AssertSlope(Math.Exp(x), Dual.Exp(at));
            AssertSlope(Math.Exp(x), Dual.Expm1(at));
            AssertSlope(1 - Math.Tanh(x) * Math.Tanh(x), Dual.Tanh(at));
            AssertSlope(Math.Exp(-x) / Math.Pow(1 + Math.Exp(-x), 2), Dual.Sigmoid(at));
            AssertSlope(2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x), Dual.Erf(at));
            AssertSlope(Math.Sign(x), Dual.Abs(at));
            if (x > 0)
            {
                AssertSlope(1 / x, Dual.Log(at));
                AssertSlope(1 / (1 + x), Dual.Log1p(at));
                AssertSlope(0.5 / Math.Sqrt(x), Dual.Sqrt(at));
            }
        }
    }

    [Fact]
    public void Arithmetic_FollowsTheRules()
    {
        foreach (var x in Points)
        {
            var at = Dual.Variable(x);
            var two = Dual.Constant(2);
            AssertSlope(3 * x * x, at * at * at);
            AssertSlope(-2 / (x * x), two / at);
            AssertSlope(-1, two - at);
            AssertSlope(2 * x + 2, Dual.FusedMultiplyAdd(at, at, two * at));
            AssertSlope(4 * x, Dual.FusedMultiplyAdd(at * two, at, 5.0));
            AssertSlope(x > 0.5 ? 0 : 1, Dual.Min(at, Dual.Constant(0.5)));
            AssertSlope(x > 0.5 ? 1 : 0, Dual.Max(at, Dual.Constant(0.5)));
            AssertSlope(x > 0 ? 2 : -1, Dual.Where(Dual.GreaterThan(at, Dual.Zero), at * two, -at));
            AssertSlope(0, Dual.Floor(at));
            AssertSlope(8, Dual.ScaleByPowerOfTwo(at, Dual.Constant(3)));
            AssertSlope(-Math.Sign(x), Dual.CopySign(at, Dual.Constant(-1)));
        }
    }

    [Fact]
    public void SplitExponent_ScalesTheSlopeWithTheMantissa()
    {
        var (mantissa, exponent) = Dual.SplitExponent(new Dual(12, 1));
        Assert.Equal(0.75, mantissa.Value);
        Assert.Equal(1.0 / 16, mantissa.Slope);
        Assert.Equal(new Dual(4, 0), exponent);
    }

    private static void AssertSlope(double expected, Dual actual) =>
        Assert.Equal(expected, actual.Slope, 1e-14 * Math.Max(1, Math.Abs(expected)));
}
