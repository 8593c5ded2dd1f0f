using Descent.Numerics;

namespace Descent.Tests.Numerics;

/// <summary>The arithmetic of the lanes, on every width.</summary>
[Trait("Runs", "OnEveryInstructionSet")]
public class LanesTests
{
    private static readonly double[] Edges =
    [
        0.0,
        -0.0,
        1,
        -1,
        0.5,
        -0.5,
        1.5,
        2.5,
        -2.5,
        0.49999997,
        1e-40,
        -1e-40,
        1e-310,
        3e38,
        -3e38,
        123.456,
        double.PositiveInfinity,
        double.NegativeInfinity,
        double.NaN,
        16777217,
        -8388608.5,
    ];

    public static TheoryData<string> Widths => [.. EveryWidth.Names];

    [Theory]
    [MemberData(nameof(Widths))]
    public void MinAndMax_PropagateNaN_AndOrderZeros(string width)
    {
        var (x, y) = Pairs();
        var (xs, ys) = (Array.ConvertAll(x, v => (float)v), Array.ConvertAll(y, v => (float)v));
        var minimum = EveryWidth.Map2<MinFunction, double>(width, x, y);
        var maximum = EveryWidth.Map2<MaxFunction, float>(width, xs, ys);
        for (var i = 0; i < x.Length; i++)
        {
            AssertSame(Math.Min(x[i], y[i]), minimum[i]);
            AssertSame(MathF.Max(xs[i], ys[i]), maximum[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void AtLeastAndAtMost_TakeTheBoundOnlyWhereItIsBeyond(string width)
    {
        var (value, bound) = Pairs();
        var (values, bounds) = (Array.ConvertAll(value, v => (float)v), Array.ConvertAll(bound, v => (float)v));
        var least = EveryWidth.Map2<AtLeastFunction, double>(width, value, bound);
        var most = EveryWidth.Map2<AtMostFunction, float>(width, values, bounds);
        for (var i = 0; i < value.Length; i++)
        {
            AssertSame(bound[i] > value[i] ? bound[i] : value[i], least[i]);
            AssertSame(values[i] > bounds[i] ? bounds[i] : values[i], most[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void RoundFloorAbsAndNegate_FollowTheScalarMath(string width)
    {
        foreach (
            var (actual, expected) in new (Func<string, double[], double[]>, Func<double, double>)[]
            {
                (EveryWidth.Map<RoundFunction, double>, Math.Round),
                (EveryWidth.Map<FloorFunction, double>, Math.Floor),
                (EveryWidth.Map<AbsFunction, double>, Math.Abs),
                (EveryWidth.Map<NegateFunction, double>, x => -x),
            }
        )
        {
            var y = actual(width, Edges);
            for (var i = 0; i < y.Length; i++)
            {
                AssertSame(expected(Edges[i]), y[i]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Comparisons_AreFalseForNaN_ExceptNotEqual(string width)
    {
        var (x, y) = Pairs();
        foreach (
            var (actual, expected) in new (Func<string, double[], double[], double[]>, Func<double, double, bool>)[]
            {
                (EveryWidth.Map2<GreaterThanFunction, double>, (a, b) => a > b),
                (EveryWidth.Map2<GreaterOrEqualFunction, double>, (a, b) => a >= b),
                (EveryWidth.Map2<EqualFunction, double>, (a, b) => a == b),
                (EveryWidth.Map2<NotEqualFunction, double>, (a, b) => a != b),
            }
        )
        {
            var z = actual(width, x, y);
            for (var i = 0; i < z.Length; i++)
            {
                Assert.Equal(expected(x[i], y[i]) ? 1 : 2, z[i]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void ScaleByPowerOfTwo_RoundsSubnormalResultsOnce(string width)
    {
        double[] values = [1.0, 1.9999999, 1.25, 0.7071, 1.3333333333333333];
        double[] powers = [0, 10, -10, 126, -126, -130, -140, -149, 127, 128, -1022, -1030, -1060, -1074, 1023, 1024];
        var (x, y) = (from v in values from p in powers select (v, p)).ToArray() is var all
            ? (Array.ConvertAll(all, t => t.v), Array.ConvertAll(all, t => t.p))
            : default;
        var doubles = EveryWidth.Map2<ScaleFunction, double>(width, x, y);
        for (var i = 0; i < x.Length; i++)
        {
            AssertSame(Math.ScaleB(x[i], (int)y[i]), doubles[i]);
        }

        float[] xs = [.. x.Zip(y).Where(t => Math.Abs(t.Second) < 200).Select(t => (float)t.First)];
        float[] ys = [.. y.Where(p => Math.Abs(p) < 200).Select(p => (float)p)];
        var floats = EveryWidth.Map2<ScaleFunction, float>(width, xs, ys);
        for (var i = 0; i < xs.Length; i++)
        {
            AssertSame((float)(xs[i] * Math.ScaleB(1.0, (int)ys[i])), floats[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void SplitExponent_GivesAMantissaAroundOne(string width)
    {
        double[] x =
        [
            1,
            2,
            0.5,
            0.7071067811865475,
            0.7071067811865477,
            1.4142135623730949,
            1.5,
            3.7e300,
            2.3e-308,
            123.4,
        ];
        var mantissas = EveryWidth.Map<MantissaFunction, double>(width, x);
        var exponents = EveryWidth.Map<ExponentFunction, double>(width, x);
        var singles = EveryWidth.Map<MantissaFunction, float>(width, [1f, 1.5f, 0.7f, 3e38f, 1.2e-38f]);
        for (var i = 0; i < x.Length; i++)
        {
            Assert.InRange(mantissas[i], 0.70710678118654746, 1.41421356237309515);
            Assert.Equal(x[i], Math.ScaleB(mantissas[i], (int)exponents[i]));
        }

        Assert.All(singles, m => Assert.InRange(m, 0.7071067f, 1.4142137f));
    }

    [Fact]
    public void PartialLoadsAndStores_TouchNothingBeyondTheirCount()
    {
        CheckPartial<Lanes512<float>, float>(1, 7);
        CheckPartial<Lanes512<double>, double>(1, 7);
        CheckPartial<Lanes256<float>, float>(1, 7);
        CheckPartial<Lanes256<double>, double>(1, 7);
        CheckPartial<Lanes128<float>, float>(1, 7);
        CheckPartial<Lanes128<double>, double>(1, 7);
        CheckPartial<Lane<float>, float>(1, 7);
        CheckPartial<Lane<double>, double>(1, 7);
    }

    [Fact]
    public void Run_UsesTheWidestLanes()
    {
        var seen = new int[1];
        Lanes.Run<CountBody, float>(new(seen));
        Assert.Equal(Lanes.WidthInBits / 32, seen[0]);
    }

    private static unsafe void CheckPartial<T, TElement>(TElement content, TElement guard)
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        var memory = new TElement[T.Count + 2];
        var copy = stackalloc TElement[T.Count];
        fixed (TElement* p = memory)
        {
            for (var count = 0; count <= T.Count; count++)
            {
                Array.Fill(memory, guard);
                new Span<TElement>(memory, 1, count).Fill(content);
                var loaded = T.LoadPartial(p + 1, count);
                T.Store(copy, loaded);
                for (var i = 0; i < T.Count; i++)
                {
                    Assert.Equal(i < count ? content : default, copy[i]);
                }

                T.StorePartial(p + 1, loaded + loaded, count);
                for (var i = 0; i < memory.Length; i++)
                {
                    var isInside = i >= 1 && i <= count;
                    Assert.Equal(isInside ? 2.0 : 7.0, Convert.ToDouble(memory[i]));
                }
            }
        }
    }

    private static (double[] X, double[] Y) Pairs()
    {
        var pairs = (from a in Edges from b in Edges select (a, b)).ToArray();
        return (Array.ConvertAll(pairs, t => t.a), Array.ConvertAll(pairs, t => t.b));
    }

    private static void AssertSame(double expected, double actual) =>
        Assert.True(
            expected.Equals(actual)
                && (double.IsNaN(expected) || double.IsNegative(expected) == double.IsNegative(actual)),
            $"expected {expected:R}, got {actual:R}"
        );

    private readonly struct CountBody(int[] seen) : ILanesBody<float>
    {
        public void Invoke<T>()
            where T : struct, IMemoryLanes<T, float> => seen[0] = T.Count;
    }

    private readonly struct MinFunction : IFunction2
    {
        public static T Of<T>(T x, T y)
            where T : struct, ILanes<T> => T.Min(x, y);
    }

    private readonly struct MaxFunction : IFunction2
    {
        public static T Of<T>(T x, T y)
            where T : struct, ILanes<T> => T.Max(x, y);
    }

    private readonly struct AtLeastFunction : IFunction2
    {
        public static T Of<T>(T x, T y)
            where T : struct, ILanes<T> => T.AtLeast(x, y);
    }

    private readonly struct AtMostFunction : IFunction2
    {
        public static T Of<T>(T x, T y)
            where T : struct, ILanes<T> => T.AtMost(x, y);
    }

    private readonly struct ScaleFunction : IFunction2
    {
        public static T Of<T>(T x, T y)
            where T : struct, ILanes<T> => T.ScaleByPowerOfTwo(x, y);
    }

    private readonly struct GreaterThanFunction : IFunction2
    {
        public static T Of<T>(T x, T y)
            where T : struct, ILanes<T> => T.Where(T.GreaterThan(x, y), T.One, T.Constant(2));
    }

    private readonly struct GreaterOrEqualFunction : IFunction2
    {
        public static T Of<T>(T x, T y)
            where T : struct, ILanes<T> => T.Where(T.GreaterOrEqual(x, y), T.One, T.Constant(2));
    }

    private readonly struct EqualFunction : IFunction2
    {
        public static T Of<T>(T x, T y)
            where T : struct, ILanes<T> => T.Where(T.Equal(x, y), T.One, T.Constant(2));
    }

    private readonly struct NotEqualFunction : IFunction2
    {
        public static T Of<T>(T x, T y)
            where T : struct, ILanes<T> => T.Where(T.NotEqual(x, y), T.One, T.Constant(2));
    }

    private readonly struct RoundFunction : IFunction
    {
        public static T Of<T>(T x)
            where T : struct, ILanes<T> => T.Round(x);
    }

    private readonly struct FloorFunction : IFunction
    {
        public static T Of<T>(T x)
            where T : struct, ILanes<T> => T.Floor(x);
    }

    private readonly struct AbsFunction : IFunction
    {
        public static T Of<T>(T x)
            where T : struct, ILanes<T> => T.Abs(x);
    }

    private readonly struct NegateFunction : IFunction
    {
        public static T Of<T>(T x)
            where T : struct, ILanes<T> => -x;
    }

    private readonly struct MantissaFunction : IFunction
    {
        public static T Of<T>(T x)
            where T : struct, ILanes<T> => T.SplitExponent(x).Mantissa;
    }

    private readonly struct ExponentFunction : IFunction
    {
        public static T Of<T>(T x)
            where T : struct, ILanes<T> => T.SplitExponent(x).Exponent;
    }
}
