using System.Reflection;
using Descent.Backends;
using Descent.Numerics;

namespace Descent.Tests.Ops;

/// <summary>Every elementwise formula of the library: its slope by dual numbers, its vectors against single numbers.</summary>
public class FormulaTests
{
    private static readonly double[] Specials =
    [
        0,
        -0.0,
        1,
        -1,
        0.5,
        2,
        -2,
        30,
        -30,
        800,
        -800,
        1e-30,
        -1e-30,
        double.PositiveInfinity,
        double.NegativeInfinity,
        double.NaN,
    ];

    public static IEnumerable<TheoryDataRow<Type>> Unary => Kernels(typeof(IUnaryKernel));

    public static IEnumerable<TheoryDataRow<Type>> Binary => Kernels(typeof(IBinaryKernel));

    [Theory]
    [MemberData(nameof(Unary))]
    public void Slope_of_one_variable_is_exact(Type kernel) => Call(nameof(CheckSlope), kernel);

    [Theory]
    [MemberData(nameof(Binary))]
    public void Slopes_of_two_variables_are_exact(Type kernel) => Call(nameof(CheckSlopes), kernel);

    [Theory]
    [MemberData(nameof(Unary))]
    public void Vectors_of_one_variable_give_the_bits_of_single_numbers(Type kernel) =>
        Call(nameof(CheckVectors), typeof(OneVariable<>).MakeGenericType(kernel));

    [Theory]
    [MemberData(nameof(Binary))]
    public void Vectors_of_two_variables_give_the_bits_of_single_numbers(Type kernel) =>
        Call(nameof(CheckVectors), typeof(TwoVariables<>).MakeGenericType(kernel));

    private static void CheckSlope<TKernel>()
        where TKernel : struct, IUnaryKernel
    {
        foreach (var x in Points(1, 500))
        {
            var y = TKernel.Forward(new Lane<double>(x));
            var slope = TKernel.Slope(new Lane<double>(x), y).Value;
            AssertSlope(at => TKernel.Forward(Dual.Variable(at)), x, slope, $"{typeof(TKernel).Name} at {x:R}");
        }
    }

    private static void CheckSlopes<TKernel>()
        where TKernel : struct, IBinaryKernel
    {
        var seconds = Points(2, 500);
        foreach (var (index, a) in Points(1, 500).Index())
        {
            if (typeof(TKernel) == typeof(BinaryCrossEntropyOfProbabilitiesKernel) && !IsPlain(a))
            {
                continue;
            }

            foreach (var b in (double[])[seconds[index], Specials[index % Specials.Length], a])
            {
                var y = TKernel.Forward(new Lane<double>(a), new Lane<double>(b));
                var left = TKernel.SlopeLeft(new Lane<double>(a), new Lane<double>(b), y).Value;
                var right = TKernel.SlopeRight(new Lane<double>(a), new Lane<double>(b), y).Value;
                var what = $"{typeof(TKernel).Name} at ({a:R}, {b:R})";
                AssertSlope(at => TKernel.Forward(Dual.Variable(at), Dual.Constant(b)), a, left, what + " by the left");
                if (typeof(TKernel) != typeof(PowKernel) || (a > 0 && double.IsFinite(a)))
                {
                    // A power of a negative number has no slope by its exponent.
                    AssertSlope(
                        at => TKernel.Forward(Dual.Constant(a), Dual.Variable(at)),
                        b,
                        right,
                        what + " by the right"
                    );
                }
            }
        }
    }

    /// <summary>Whether a probability lies where its slope is not held back.</summary>
    private static bool IsPlain(double p) => p * (1 - p) >= BinaryCrossEntropyOfProbabilitiesKernel.LeastProduct;

    /// <summary>Equal to the dual number's slope; between the slopes on its two sides at a kink, or where the formula names a point apart.</summary>
    private static void AssertSlope(Func<double, Dual> formula, double at, double slope, string what)
    {
        var exact = formula(at);
        if (!double.IsFinite(at) || !double.IsFinite(exact.Value) || !double.IsFinite(exact.Slope))
        {
            return;
        }

        var step = 1e-9 * Math.Max(1, Math.Abs(at));
        var (below, above) = (formula(at - step).Slope, formula(at + step).Slope);
        var error = Math.Abs(slope - exact.Slope) / Math.Max(1, Math.Abs(exact.Slope));
        if (error <= 1e-13)
        {
            return;
        }

        var isApart = Math.Abs(above - below) > 1e-3 || Math.Abs(exact.Slope - below) > 1e-3;
        var (low, high) = (Math.Min(below, above) - 1e-6, Math.Max(below, above) + 1e-6);
        Assert.True(
            isApart && slope >= low && slope <= high,
            $"{what}: the slope is {slope:R}, dual numbers give {exact.Slope:R}."
        );
    }

    private static void CheckVectors<TFormula>()
        where TFormula : struct, IFormula
    {
        AssertSameBits<TFormula, Lanes512<double>, double>(Points(1, 500), Points(2, 500));
        AssertSameBits<TFormula, Lanes256<double>, double>(Points(1, 500), Points(2, 500));
        AssertSameBits<TFormula, Lanes128<double>, double>(Points(1, 500), Points(2, 500));
        float[] a = [.. Points(3, 500).Select(x => (float)x)];
        float[] b = [.. Points(4, 500).Select(x => (float)x)];
        AssertSameBits<TFormula, Lanes512<float>, float>(a, b);
        AssertSameBits<TFormula, Lanes256<float>, float>(a, b);
        AssertSameBits<TFormula, Lanes128<float>, float>(a, b);
    }

    private static unsafe void AssertSameBits<TFormula, TLanes, TElement>(TElement[] a, TElement[] b)
        where TFormula : struct, IFormula
        where TLanes : struct, IMemoryLanes<TLanes, TElement>
        where TElement : unmanaged
    {
        var results = stackalloc TElement[3 * TLanes.Count];
        fixed (TElement* first = a)
        fixed (TElement* second = b)
        {
            for (var start = 0; start + TLanes.Count <= a.Length; start += TLanes.Count)
            {
                var (value, left, right) = TFormula.Run(TLanes.Load(first + start), TLanes.Load(second + start));
                TLanes.Store(results, value);
                TLanes.Store(results + TLanes.Count, left);
                TLanes.Store(results + 2 * TLanes.Count, right);
                for (var lane = 0; lane < TLanes.Count; lane++)
                {
                    var (x, y) = (new Lane<TElement>(a[start + lane]), new Lane<TElement>(b[start + lane]));
                    var (singleValue, singleLeft, singleRight) = TFormula.Run(x, y);
                    var what = $"{typeof(TFormula)} in {typeof(TLanes).Name} at ({x.Value}, {y.Value})";
                    AssertSame(singleValue.Value, results[lane], what);
                    AssertSame(singleLeft.Value, results[TLanes.Count + lane], what + ", left slope");
                    AssertSame(singleRight.Value, results[2 * TLanes.Count + lane], what + ", right slope");
                }
            }
        }
    }

    private static void AssertSame<TElement>(TElement expected, TElement actual, string what)
    {
        // Equals holds for two NaN whatever their signs; the texts tell +0 from −0.
        var isSame = expected!.Equals(actual) && expected.ToString() == actual!.ToString();
        Assert.True(isSame, $"{what}: {actual} instead of {expected}.");
    }

    private static double[] Points(int seed, int count)
    {
        var random = new Random(seed);
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = (i % 4) switch
            {
                0 => Specials[random.Next(Specials.Length)],
                1 => (random.NextDouble() - 0.5) * 40,
                2 => Math.Pow(10, random.NextDouble() * 12 - 8) * (random.Next(2) * 2 - 1),
                _ => (random.NextDouble() - 0.5) * 4,
            };
        }

        return values;
    }

    private static IEnumerable<TheoryDataRow<Type>> Kernels(Type kind) =>
        typeof(Tensor)
            .Assembly.GetTypes()
            .Where(type => type.IsValueType && kind.IsAssignableFrom(type))
            // A formula of formulas is checked with one that has a corner.
            .Select(type => type.IsGenericTypeDefinition ? type.MakeGenericType(typeof(ReluKernel)) : type)
            .Select(type => new TheoryDataRow<Type>(type));

    private static void Call(string check, Type kernel)
    {
        var method = typeof(FormulaTests).GetMethod(check, BindingFlags.NonPublic | BindingFlags.Static)!;
        method.MakeGenericMethod(kernel).Invoke(null, BindingFlags.DoNotWrapExceptions, null, null, null);
    }

    /// <summary>The value and both slopes of a formula.</summary>
    private interface IFormula
    {
        static abstract (T Value, T Left, T Right) Run<T>(T a, T b)
            where T : struct, ILanes<T>;
    }

    private readonly struct OneVariable<TKernel> : IFormula
        where TKernel : struct, IUnaryKernel
    {
        public static (T Value, T Left, T Right) Run<T>(T a, T b)
            where T : struct, ILanes<T>
        {
            var y = TKernel.Forward(a);
            return (y, TKernel.Slope(a, y), y);
        }
    }

    private readonly struct TwoVariables<TKernel> : IFormula
        where TKernel : struct, IBinaryKernel
    {
        public static (T Value, T Left, T Right) Run<T>(T a, T b)
            where T : struct, ILanes<T>
        {
            var y = TKernel.Forward(a, b);
            return (y, TKernel.SlopeLeft(a, b, y), TKernel.SlopeRight(a, b, y));
        }
    }
}
