using System.Runtime.CompilerServices;

namespace Descent.Numerics;

/// <summary>Elementary functions of floats, written once over the arithmetic of lanes, so that every width gives the same bits.</summary>
/// <remarks>
/// <para>The polynomials are weighted minimax fits made by <c>tests/golden/polynomials.py</c>; the measured errors stand
/// in <c>docs/numerics.md</c>.</para>
/// <para>The code is kept flat, without helpers for one step of a polynomial: the compiler's budget for inlining is
/// counted in calls and locals.</para>
/// </remarks>
internal static class ElementarySingle
{
    private const double Ln2High = 0.693147182464599609375;
    private const double Ln2Low = -1.904654299957767878541e-9;

    /// <summary>eˣ = 2ⁿ · eʳ with n = round(x / ln 2) and |r| ≤ ln 2 / 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Exp<T>(T x)
        where T : struct, ILanes<T>
    {
        // Beyond the bounds the result is infinite or zero, and is so at the bounds. NaN passes through.
        var high = T.Constant(89);
        var low = T.Constant(-105);
        x = T.AtMost(x, high);
        x = T.AtLeast(x, low);
        var power = WholePower(x);
        return T.ScaleByPowerOfTwo(T.One + ExpTail(x, power), power);
    }

    /// <summary>eˣ for x of at most 0: the bits of <see cref="Exp"/>, without the upper bound.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T ExpBelowZero<T>(T x)
        where T : struct, ILanes<T>
    {
        x = T.AtLeast(x, T.Constant(-105));
        var power = WholePower(x);
        return T.ScaleByPowerOfTwo(T.One + ExpTail(x, power), power);
    }

    /// <summary>eˣ − 1, accurate near zero too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Expm1<T>(T x)
        where T : struct, ILanes<T>
    {
        var high = T.Constant(89);
        var low = T.Constant(-20);
        var bounded = T.AtMost(x, high);
        bounded = T.AtLeast(bounded, low);
        var power = WholePower(bounded);

        // Half of the result first: 2ⁿ itself may overflow where the result does not.
        var half = T.ScaleByPowerOfTwo(T.Constant(0.5), power);
        var result = T.FusedMultiplyAdd(ExpTail(bounded, power), half, half - T.Constant(0.5));
        return T.Where(T.GreaterThan(T.Constant(1e-30), T.Abs(x)), x, result + result);
    }

    /// <summary>ln x = n ln 2 + ln(1 + f) with x = 2ⁿ (1 + f) and 1 + f in [√½, √2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Log<T>(T x)
        where T : struct, ILanes<T>
    {
        // Subnormal numbers are made normal first.
        var isTiny = T.GreaterThan(T.Constant(1.17549435e-38), x);
        var (mantissa, power) = T.SplitExponent(T.Where(isTiny, x * T.Constant(1L << 54), x));
        power -= T.Where(isTiny, T.Constant(54), T.Zero);

        var f = mantissa - T.One;
        var square = f * f;
        var sum = T.Constant(-0.0763342902);
        sum = T.FusedMultiplyAdd(sum, f, 0.127621412);
        sum = T.FusedMultiplyAdd(sum, f, -0.131608143);
        sum = T.FusedMultiplyAdd(sum, f, 0.14201723);
        sum = T.FusedMultiplyAdd(sum, f, -0.166232944);
        sum = T.FusedMultiplyAdd(sum, f, 0.200012267);
        sum = T.FusedMultiplyAdd(sum, f, -0.250008225);
        sum = T.FusedMultiplyAdd(sum, f, 0.333333313);
        sum *= f * square;
        sum = T.FusedMultiplyAdd(power, T.Constant(Ln2Low), sum);
        sum = T.FusedMultiplyAdd(square, T.Constant(-0.5), sum);
        var result = T.FusedMultiplyAdd(power, T.Constant(Ln2High), f + sum);

        var infinity = T.Constant(double.PositiveInfinity);
        result = T.Where(T.Equal(x, infinity), infinity, result);
        var atEdge = T.Where(T.Equal(x, T.Zero), -infinity, T.Constant(double.NaN));
        return T.Where(T.GreaterThan(x, T.Zero), result, atEdge);
    }

    /// <summary>ln(1 + x), accurate near zero too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Log1p<T>(T x)
        where T : struct, ILanes<T>
    {
        // What rounding took from the sum comes back as a correction of first order, for finite numbers above −1.
        var sum = T.One + x;
        var lost = T.Where(T.GreaterThan(x, T.One), T.One - (sum - x), x - (sum - T.One));
        var isPlain = T.GreaterThan(T.Constant(1e30), T.Abs(x));
        isPlain = T.Where(isPlain, T.GreaterThan(sum, T.Zero), T.Zero);
        var result = T.Where(isPlain, lost / sum, T.Zero) + Log(sum);
        return T.Where(T.GreaterThan(T.Constant(1e-30), T.Abs(x)), x, result);
    }

    /// <summary>tanh x = (e²ˣ − 1) / (e²ˣ + 1), on the absolute value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Tanh<T>(T x)
        where T : struct, ILanes<T>
    {
        // From the bound on the result rounds to 1.
        var bound = T.Constant(10);
        var a = T.Abs(x);
        a = T.AtMost(a, bound);
        a += a;
        var power = WholePower(a);
        var scale = T.ScaleByPowerOfTwo(T.One, power);
        var grown = T.FusedMultiplyAdd(ExpTail(a, power), scale, scale - T.One);
        return T.CopySign(grown / (grown + T.Constant(2)), x);
    }

    /// <summary>1 / (1 + e⁻ˣ), for negative x as eˣ / (1 + eˣ): the exponential never overflows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Sigmoid<T>(T x)
        where T : struct, ILanes<T>
    {
        var low = T.Constant(-105);
        var minus = -T.Abs(x);
        minus = T.AtLeast(minus, low);
        var power = WholePower(minus);
        var e = T.ScaleByPowerOfTwo(T.One + ExpTail(minus, power), power);
        return T.Where(T.GreaterThan(T.Zero, x), e, T.One) / (T.One + e);
    }

    /// <summary>Up to 1 an odd polynomial; beyond, 1 − e^(−p(|x|)) with p a fit of −ln erfc.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Erf<T>(T x)
        where T : struct, ILanes<T>
    {
        // From the bound on the result rounds to 1.
        var bound = T.Constant(4);
        var a = T.Abs(x);
        a = T.AtMost(a, bound);

        var far = T.Constant(-0.000186379126);
        far = T.FusedMultiplyAdd(far, a, 0.0029476576);
        far = T.FusedMultiplyAdd(far, a, -0.0218380615);
        far = T.FusedMultiplyAdd(far, a, 0.103106752);
        far = T.FusedMultiplyAdd(far, a, 0.638144851);
        far = T.FusedMultiplyAdd(far, a, 1.12708914);
        far = T.FusedMultiplyAdd(far, a, 0.000341523759);
        far = -far;
        var power = WholePower(far);
        far = T.One - T.ScaleByPowerOfTwo(T.One + ExpTail(far, power), power);

        var z = a * a;
        var near = T.Constant(7.85386364e-05);
        near = T.FusedMultiplyAdd(near, z, -0.000801019429);
        near = T.FusedMultiplyAdd(near, z, 0.00518832775);
        near = T.FusedMultiplyAdd(near, z, -0.0268538129);
        near = T.FusedMultiplyAdd(near, z, 0.112835854);
        near = T.FusedMultiplyAdd(near, z, -0.37612626);
        near = T.FusedMultiplyAdd(near, z, 1.12837911);
        return T.CopySign(T.Where(T.GreaterThan(a, T.One), far, near * a), x);
    }

    /// <summary>n = round(x / ln 2), by adding 1.5 · 2^p and taking it off again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T WholePower<T>(T x)
        where T : struct, ILanes<T>
    {
        var rounder = T.Constant(12582912);
        return T.FusedMultiplyAdd(x, T.Constant(1.4426950408889634), rounder) - rounder;
    }

    /// <summary>eʳ − 1 with r = x − n ln 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T ExpTail<T>(T x, T power)
        where T : struct, ILanes<T>
    {
        var r = T.FusedMultiplyAdd(power, T.Constant(-Ln2High), x);
        r = T.FusedMultiplyAdd(power, T.Constant(-Ln2Low), r);
        var sum = T.Constant(0.00138095929);
        sum = T.FusedMultiplyAdd(sum, r, 0.00836883113);
        sum = T.FusedMultiplyAdd(sum, r, 0.0416684598);
        sum = T.FusedMultiplyAdd(sum, r, 0.166665196);
        sum = T.FusedMultiplyAdd(sum, r, 0.49999994);
        return T.FusedMultiplyAdd(sum, r * r, r);
    }
}
