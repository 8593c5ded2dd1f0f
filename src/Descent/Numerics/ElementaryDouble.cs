using System.Runtime.CompilerServices;

namespace Descent.Numerics;

/// <summary>Elementary functions of doubles, written once over the arithmetic of lanes, so that every width gives the same bits.</summary>
/// <remarks>
/// <para>The polynomials are weighted minimax fits made by <c>tests/golden/polynomials.py</c>; the measured errors stand
/// in <c>docs/numerics.md</c>.</para>
/// <para>The code is kept flat, without helpers for one step of a polynomial: the compiler's budget for inlining is
/// counted in calls and locals.</para>
/// </remarks>
internal static class ElementaryDouble
{
    private const double Ln2High = 0.6931471805599453;
    private const double Ln2Low = 2.3190468138462996e-17;

    /// <summary>eˣ = 2ⁿ · eʳ with n = round(x / ln 2) and |r| ≤ ln 2 / 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Exp<T>(T x)
        where T : struct, ILanes<T>
    {
        // Beyond the bounds the result is infinite or zero, and is so at the bounds. NaN passes through.
        var high = T.Constant(710);
        var low = T.Constant(-746);
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
        x = T.AtLeast(x, T.Constant(-746));
        var power = WholePower(x);
        return T.ScaleByPowerOfTwo(T.One + ExpTail(x, power), power);
    }

    /// <summary>eˣ − 1, accurate near zero too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Expm1<T>(T x)
        where T : struct, ILanes<T>
    {
        var high = T.Constant(710);
        var low = T.Constant(-40);
        var bounded = T.AtMost(x, high);
        bounded = T.AtLeast(bounded, low);
        var power = WholePower(bounded);

        // Half of the result first: 2ⁿ itself may overflow where the result does not.
        var half = T.ScaleByPowerOfTwo(T.Constant(0.5), power);
        var result = T.FusedMultiplyAdd(ExpTail(bounded, power), half, half - T.Constant(0.5));
        return T.Where(T.GreaterThan(T.Constant(1e-200), T.Abs(x)), x, result + result);
    }

    /// <summary>ln x = n ln 2 + ln(1 + f) with x = 2ⁿ (1 + f) and 1 + f in [√½, √2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Log<T>(T x)
        where T : struct, ILanes<T>
    {
        // Subnormal numbers are made normal first.
        var isTiny = T.GreaterThan(T.Constant(2.2250738585072014e-308), x);
        var (mantissa, power) = T.SplitExponent(T.Where(isTiny, x * T.Constant(1L << 54), x));
        power -= T.Where(isTiny, T.Constant(54), T.Zero);

        // With s = f / (2 + f): ln(1 + f) = 2 artanh s, whose series needs half the terms.
        var f = mantissa - T.One;
        var s = f / (f + T.Constant(2));
        var z = s * s;
        var sum = T.Constant(0.14797509370109865);
        sum = T.FusedMultiplyAdd(sum, z, 0.1531390304638613);
        sum = T.FusedMultiplyAdd(sum, z, 0.18183569749120046);
        sum = T.FusedMultiplyAdd(sum, z, 0.22222198475778462);
        sum = T.FusedMultiplyAdd(sum, z, 0.28571428743264904);
        sum = T.FusedMultiplyAdd(sum, z, 0.39999999999411084);
        sum = T.FusedMultiplyAdd(sum, z, 0.6666666666666735);
        var halfSquare = f * f * T.Constant(0.5);
        var low = T.FusedMultiplyAdd(s, T.FusedMultiplyAdd(sum, z, halfSquare), power * T.Constant(Ln2Low));
        var result = T.FusedMultiplyAdd(power, T.Constant(Ln2High), f - (halfSquare - low));

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
        var isPlain = T.GreaterThan(T.Constant(1e300), T.Abs(x));
        isPlain = T.Where(isPlain, T.GreaterThan(sum, T.Zero), T.Zero);
        var result = T.Where(isPlain, lost / sum, T.Zero) + Log(sum);
        return T.Where(T.GreaterThan(T.Constant(1e-200), T.Abs(x)), x, result);
    }

    /// <summary>tanh x = (e²ˣ − 1) / (e²ˣ + 1), on the absolute value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T Tanh<T>(T x)
        where T : struct, ILanes<T>
    {
        // From the bound on the result rounds to 1.
        var bound = T.Constant(20);
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
        var low = T.Constant(-746);
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
        var bound = T.Constant(6);
        var a = T.Abs(x);
        a = T.AtMost(a, bound);

        var far = T.Constant(-1.7705636509687598e-11);
        far = T.FusedMultiplyAdd(far, a, 6.518630666445766e-10);
        far = T.FusedMultiplyAdd(far, a, -1.090411933029478e-08);
        far = T.FusedMultiplyAdd(far, a, 1.0822867893663218e-07);
        far = T.FusedMultiplyAdd(far, a, -6.878069415230255e-07);
        far = T.FusedMultiplyAdd(far, a, 2.6732877965779523e-06);
        far = T.FusedMultiplyAdd(far, a, -3.6123460946221074e-06);
        far = T.FusedMultiplyAdd(far, a, -2.799262802927478e-05);
        far = T.FusedMultiplyAdd(far, a, 0.00023063181560085738);
        far = T.FusedMultiplyAdd(far, a, -0.0009199089609239453);
        far = T.FusedMultiplyAdd(far, a, 0.0020987226845098858);
        far = T.FusedMultiplyAdd(far, a, -0.0005840060683176627);
        far = T.FusedMultiplyAdd(far, a, -0.01886543076746994);
        far = T.FusedMultiplyAdd(far, a, 0.10263767633546876);
        far = T.FusedMultiplyAdd(far, a, 0.6366675684479708);
        far = T.FusedMultiplyAdd(far, a, 1.1283687146593882);
        far = T.FusedMultiplyAdd(far, a, 1.063321573302785e-06);
        far = -far;
        var power = WholePower(far);
        far = T.One - T.ScaleByPowerOfTwo(T.One + ExpTail(far, power), power);

        var z = a * a;
        var near = T.Constant(5.945265428031199e-11);
        near = T.FusedMultiplyAdd(near, z, -1.136566820310086e-09);
        near = T.FusedMultiplyAdd(near, z, 1.4657880437996524e-08);
        near = T.FusedMultiplyAdd(near, z, -1.6350025313389867e-07);
        near = T.FusedMultiplyAdd(near, z, 1.6460972825766785e-06);
        near = T.FusedMultiplyAdd(near, z, -1.4925593507445374e-05);
        near = T.FusedMultiplyAdd(near, z, 0.00012055331036923119);
        near = T.FusedMultiplyAdd(near, z, -0.0008548326978742862);
        near = T.FusedMultiplyAdd(near, z, 0.005223977624780878);
        near = T.FusedMultiplyAdd(near, z, -0.026866170645072896);
        near = T.FusedMultiplyAdd(near, z, 0.11283791670954857);
        near = T.FusedMultiplyAdd(near, z, -0.3761263890318375);
        near = T.FusedMultiplyAdd(near, z, 1.1283791670955126);
        return T.CopySign(T.Where(T.GreaterThan(a, T.One), far, near * a), x);
    }

    /// <summary>n = round(x / ln 2), by adding 1.5 · 2^p and taking it off again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T WholePower<T>(T x)
        where T : struct, ILanes<T>
    {
        var rounder = T.Constant(6755399441055744);
        return T.FusedMultiplyAdd(x, T.Constant(1.4426950408889634), rounder) - rounder;
    }

    /// <summary>eʳ − 1 with r = x − n ln 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T ExpTail<T>(T x, T power)
        where T : struct, ILanes<T>
    {
        var r = T.FusedMultiplyAdd(power, T.Constant(-Ln2High), x);
        r = T.FusedMultiplyAdd(power, T.Constant(-Ln2Low), r);
        var sum = T.Constant(2.4991472570655037e-08);
        sum = T.FusedMultiplyAdd(sum, r, 2.763045102445112e-07);
        sum = T.FusedMultiplyAdd(sum, r, 2.755761237081659e-06);
        sum = T.FusedMultiplyAdd(sum, r, 2.480149258874512e-05);
        sum = T.FusedMultiplyAdd(sum, r, 0.00019841269478854484);
        sum = T.FusedMultiplyAdd(sum, r, 0.0013888888944057086);
        sum = T.FusedMultiplyAdd(sum, r, 0.008333333333506556);
        sum = T.FusedMultiplyAdd(sum, r, 0.04166666666652884);
        sum = T.FusedMultiplyAdd(sum, r, 0.16666666666666394);
        sum = T.FusedMultiplyAdd(sum, r, 0.5000000000000011);
        return T.FusedMultiplyAdd(sum, r * r, r);
    }
}
