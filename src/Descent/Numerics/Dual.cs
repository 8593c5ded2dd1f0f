namespace Descent.Numerics;

/// <summary>A number with its derivative: running a formula on it gives the formula's exact slope.</summary>
/// <remarks>Arithmetic and functions follow the chain rule. A mask lives in the value; its slope has no meaning.</remarks>
/// <param name="Value">The number.</param>
/// <param name="Slope">Its derivative.</param>
public readonly record struct Dual(double Value, double Slope) : ILanes<Dual>
{
    /// <inheritdoc/>
    public static Dual Zero => default;

    /// <inheritdoc/>
    public static Dual One => new(1, 0);

    /// <inheritdoc/>
    public static bool IsDouble => true;

    /// <summary>The variable that the derivative is taken by.</summary>
    public static Dual Variable(double value) => new(value, 1);

    /// <inheritdoc/>
    public static Dual Constant(double value) => new(value, 0);

    /// <inheritdoc/>
    public static Dual operator +(Dual left, Dual right) => new(left.Value + right.Value, left.Slope + right.Slope);

    /// <inheritdoc/>
    public static Dual operator -(Dual left, Dual right) => new(left.Value - right.Value, left.Slope - right.Slope);

    /// <inheritdoc/>
    public static Dual operator *(Dual left, Dual right) =>
        new(left.Value * right.Value, left.Slope * right.Value + left.Value * right.Slope);

    /// <inheritdoc/>
    public static Dual operator /(Dual left, Dual right)
    {
        var value = left.Value / right.Value;
        return new(value, (left.Slope - value * right.Slope) / right.Value);
    }

    /// <inheritdoc/>
    public static Dual operator -(Dual value) => new(-value.Value, -value.Slope);

    /// <inheritdoc/>
    public static Dual FusedMultiplyAdd(Dual a, Dual b, Dual c) =>
        new(Math.FusedMultiplyAdd(a.Value, b.Value, c.Value), a.Slope * b.Value + a.Value * b.Slope + c.Slope);

    /// <inheritdoc/>
    public static Dual FusedMultiplyAdd(Dual a, Dual b, double c) => FusedMultiplyAdd(a, b, Constant(c));

    /// <summary>The value without its sign; the slope at zero is that of the sign bit's side.</summary>
    public static Dual Abs(Dual value) => double.IsNegative(value.Value) ? -value : value;

    /// <inheritdoc/>
    public static Dual Min(Dual left, Dual right) => Choose(Math.Min(left.Value, right.Value), left, right);

    /// <inheritdoc/>
    public static Dual Max(Dual left, Dual right) => Choose(Math.Max(left.Value, right.Value), left, right);

    /// <inheritdoc/>
    public static Dual Sqrt(Dual value)
    {
        var root = Math.Sqrt(value.Value);
        return new(root, value.Slope / (2 * root));
    }

    /// <summary>The nearest whole number, ties to even; its slope is zero.</summary>
    public static Dual Round(Dual value) => new(Math.Round(value.Value), 0);

    /// <summary>The largest whole number not above the value; its slope is zero.</summary>
    public static Dual Floor(Dual value) => new(Math.Floor(value.Value), 0);

    /// <inheritdoc/>
    public static Dual CopySign(Dual magnitude, Dual sign) =>
        double.IsNegative(magnitude.Value) == double.IsNegative(sign.Value) ? magnitude : -magnitude;

    /// <inheritdoc/>
    public static Dual ScaleByPowerOfTwo(Dual value, Dual exponent) =>
        new(Scale(value.Value, exponent.Value), Scale(value.Slope, exponent.Value));

    /// <inheritdoc/>
    public static (Dual Mantissa, Dual Exponent) SplitExponent(Dual value)
    {
        var (mantissa, exponent) = Lane<double>.SplitExponent(new(value.Value));
        return (new(mantissa.Value, Scale(value.Slope, -exponent.Value)), new(exponent.Value, 0));
    }

    /// <inheritdoc/>
    public static Dual GreaterThan(Dual left, Dual right) => Mask(left.Value > right.Value);

    /// <inheritdoc/>
    public static Dual GreaterOrEqual(Dual left, Dual right) => Mask(left.Value >= right.Value);

    /// <inheritdoc/>
    public static Dual Equal(Dual left, Dual right) => Mask(left.Value == right.Value);

    /// <inheritdoc/>
    public static Dual NotEqual(Dual left, Dual right) => Mask(left.Value != right.Value);

    /// <inheritdoc/>
    public static Dual Where(Dual mask, Dual whenTrue, Dual whenFalse) =>
        BitConverter.DoubleToUInt64Bits(mask.Value) != 0 ? whenTrue : whenFalse;

    /// <inheritdoc/>
    public static Dual Exp(Dual value)
    {
        var result = Lane<double>.Exp(new(value.Value)).Value;
        return new(result, value.Slope * result);
    }

    /// <inheritdoc/>
    public static Dual Expm1(Dual value) =>
        new(Lane<double>.Expm1(new(value.Value)).Value, value.Slope * Lane<double>.Exp(new(value.Value)).Value);

    /// <inheritdoc/>
    public static Dual Log(Dual value) => new(Lane<double>.Log(new(value.Value)).Value, value.Slope / value.Value);

    /// <inheritdoc/>
    public static Dual Log1p(Dual value) =>
        new(Lane<double>.Log1p(new(value.Value)).Value, value.Slope / (1 + value.Value));

    /// <inheritdoc/>
    public static Dual Tanh(Dual value)
    {
        // 1 − tanh² x = 4 σ(2x) σ(−2x), without the cancellation.
        var twice = 2 * value.Value;
        var slope = 4 * Logistic(twice) * Logistic(-twice);
        return new(Lane<double>.Tanh(new(value.Value)).Value, value.Slope * slope);
    }

    /// <inheritdoc/>
    public static Dual Sigmoid(Dual value) =>
        new(Logistic(value.Value), value.Slope * Logistic(value.Value) * Logistic(-value.Value));

    /// <inheritdoc/>
    public static Dual Erf(Dual value)
    {
        const double TwoOverRootPi = 1.1283791670955126;
        var bell = Lane<double>.Exp(new(-value.Value * value.Value)).Value;
        return new(Lane<double>.Erf(new(value.Value)).Value, value.Slope * TwoOverRootPi * bell);
    }

    private static Dual Choose(double value, Dual left, Dual right) =>
        double.IsNaN(value) ? new(value, value)
        : BitConverter.DoubleToUInt64Bits(value) == BitConverter.DoubleToUInt64Bits(left.Value) ? left
        : right;

    private static Dual Mask(bool holds) => new(holds ? BitConverter.UInt64BitsToDouble(ulong.MaxValue) : 0, 0);

    private static double Scale(double value, double exponent) =>
        Lane<double>.ScaleByPowerOfTwo(new(value), new(exponent)).Value;

    private static double Logistic(double value) => Lane<double>.Sigmoid(new(value)).Value;
}
