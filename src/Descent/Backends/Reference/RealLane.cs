using Descent.Numerics;

namespace Descent.Backends.Reference;

/// <summary>One double as a lane.</summary>
internal readonly unsafe struct RealLane(double value) : IMemoryLanes<RealLane, double>
{
    private static readonly double AllBits = BitConverter.Int64BitsToDouble(-1);

    public double Value { get; } = value;

    public static int Count => 1;

    public static RealLane Zero => default;

    public static RealLane One => new(1);

    public static bool IsDouble => true;

    public static RealLane Constant(double value) => new(value);

    public static RealLane operator +(RealLane left, RealLane right) => new(left.Value + right.Value);

    public static RealLane operator -(RealLane left, RealLane right) => new(left.Value - right.Value);

    public static RealLane operator *(RealLane left, RealLane right) => new(left.Value * right.Value);

    public static RealLane operator /(RealLane left, RealLane right) => new(left.Value / right.Value);

    public static RealLane operator -(RealLane value) => new(-value.Value);

    public static RealLane FusedMultiplyAdd(RealLane a, RealLane b, RealLane c) =>
        new(Math.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    public static RealLane Abs(RealLane value) => new(Math.Abs(value.Value));

    public static RealLane Min(RealLane left, RealLane right) => new(Math.Min(left.Value, right.Value));

    public static RealLane Max(RealLane left, RealLane right) => new(Math.Max(left.Value, right.Value));

    public static RealLane Sqrt(RealLane value) => new(Math.Sqrt(value.Value));

    public static RealLane Round(RealLane value) => new(Math.Round(value.Value));

    public static RealLane Floor(RealLane value) => new(Math.Floor(value.Value));

    public static RealLane CopySign(RealLane magnitude, RealLane sign) =>
        new(Math.CopySign(magnitude.Value, sign.Value));

    public static RealLane ScaleByPowerOfTwo(RealLane value, RealLane exponent) =>
        new(Math.ScaleB(value.Value, (int)exponent.Value));

    public static (RealLane Mantissa, RealLane Exponent) SplitExponent(RealLane value)
    {
        var exponent = Math.ILogB(value.Value * Math.Sqrt(2));
        return (new(Math.ScaleB(value.Value, -exponent)), new(exponent));
    }

    public static RealLane GreaterThan(RealLane left, RealLane right) => Mask(left.Value > right.Value);

    public static RealLane GreaterOrEqual(RealLane left, RealLane right) => Mask(left.Value >= right.Value);

    public static RealLane Equal(RealLane left, RealLane right) => Mask(left.Value == right.Value);

    public static RealLane NotEqual(RealLane left, RealLane right) => Mask(left.Value != right.Value);

    public static RealLane Where(RealLane mask, RealLane whenTrue, RealLane whenFalse) =>
        BitConverter.DoubleToInt64Bits(mask.Value) != 0 ? whenTrue : whenFalse;

    public static RealLane Exp(RealLane value) => new(Math.Exp(value.Value));

    public static RealLane Log(RealLane value) => new(Math.Log(value.Value));

    public static RealLane Tanh(RealLane value) => new(Math.Tanh(value.Value));

    public static RealLane Sigmoid(RealLane value) => new(1 / (1 + Math.Exp(-value.Value)));

    public static RealLane Erf(RealLane value)
    {
        // The power series below 3, the continued fraction of the complement above.
        var x = Math.Abs(value.Value);
        if (x < 3)
        {
            double sum = x,
                term = x;
            for (var n = 1; n < 120; n++)
            {
                term *= -x * x / n;
                sum += term / (2 * n + 1);
            }

            return new(Math.CopySign(2 / Math.Sqrt(Math.PI) * sum, value.Value));
        }

        double fraction = 0;
        for (var n = 120; n > 0; n--)
        {
            fraction = n / 2.0 / (x + fraction);
        }

        return new(Math.CopySign(1 - Math.Exp(-x * x) / Math.Sqrt(Math.PI) / (x + fraction), value.Value));
    }

    public static RealLane Load(double* source) => new(*source);

    public static void Store(double* destination, RealLane value) => *destination = value.Value;

    public static RealLane LoadPartial(double* source, int count) => count == 0 ? default : new(*source);

    public static void StorePartial(double* destination, RealLane value, int count)
    {
        if (count != 0)
        {
            *destination = value.Value;
        }
    }

    private static RealLane Mask(bool holds) => new(holds ? AllBits : 0);
}
