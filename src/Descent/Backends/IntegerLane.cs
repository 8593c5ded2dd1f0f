using System.Numerics;
using Descent.Numerics;

namespace Descent.Backends;

/// <summary>One integer as a lane, so that formulas of +, −, ×, ÷, minimum, maximum and comparison run on integer tensors too; arithmetic wraps around.</summary>
/// <typeparam name="T">The element, <see cref="int"/> or <see cref="long"/>.</typeparam>
internal readonly unsafe struct IntegerLane<T>(T value) : IMemoryLanes<IntegerLane<T>, T>
    where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
{
    public T Value { get; } = value;

    public static int Count => 1;

    public static IntegerLane<T> Zero => default;

    public static IntegerLane<T> One => new(T.One);

    public static bool IsDouble => true;

    public static IntegerLane<T> Constant(double value) => new(T.CreateSaturating(value));

    public static IntegerLane<T> operator +(IntegerLane<T> left, IntegerLane<T> right) => new(left.Value + right.Value);

    public static IntegerLane<T> operator -(IntegerLane<T> left, IntegerLane<T> right) => new(left.Value - right.Value);

    public static IntegerLane<T> operator *(IntegerLane<T> left, IntegerLane<T> right) => new(left.Value * right.Value);

    // The smallest integer divided by −1 would trap; it wraps around like every other operation.
    public static IntegerLane<T> operator /(IntegerLane<T> left, IntegerLane<T> right) =>
        new(right.Value == -T.One ? T.Zero - left.Value : left.Value / right.Value);

    public static IntegerLane<T> operator -(IntegerLane<T> value) => new(T.Zero - value.Value);

    public static IntegerLane<T> FusedMultiplyAdd(IntegerLane<T> a, IntegerLane<T> b, IntegerLane<T> c) =>
        new(a.Value * b.Value + c.Value);

    public static IntegerLane<T> FusedMultiplyAdd(IntegerLane<T> a, IntegerLane<T> b, double c) =>
        FusedMultiplyAdd(a, b, Constant(c));

    public static IntegerLane<T> Abs(IntegerLane<T> value) => T.IsNegative(value.Value) ? -value : value;

    public static IntegerLane<T> Min(IntegerLane<T> left, IntegerLane<T> right) => new(T.Min(left.Value, right.Value));

    public static IntegerLane<T> Max(IntegerLane<T> left, IntegerLane<T> right) => new(T.Max(left.Value, right.Value));

    public static IntegerLane<T> Round(IntegerLane<T> value) => value;

    public static IntegerLane<T> Floor(IntegerLane<T> value) => value;

    public static IntegerLane<T> CopySign(IntegerLane<T> magnitude, IntegerLane<T> sign) =>
        T.IsNegative(magnitude.Value) == T.IsNegative(sign.Value) ? magnitude : -magnitude;

    public static IntegerLane<T> GreaterThan(IntegerLane<T> left, IntegerLane<T> right) =>
        Mask(left.Value > right.Value);

    public static IntegerLane<T> GreaterOrEqual(IntegerLane<T> left, IntegerLane<T> right) =>
        Mask(left.Value >= right.Value);

    public static IntegerLane<T> Equal(IntegerLane<T> left, IntegerLane<T> right) => Mask(left.Value == right.Value);

    public static IntegerLane<T> NotEqual(IntegerLane<T> left, IntegerLane<T> right) => Mask(left.Value != right.Value);

    public static IntegerLane<T> Where(IntegerLane<T> mask, IntegerLane<T> whenTrue, IntegerLane<T> whenFalse) =>
        T.IsZero(mask.Value) ? whenFalse : whenTrue;

    public static IntegerLane<T> Sqrt(IntegerLane<T> value) => throw NotForIntegers("square root");

    public static IntegerLane<T> ScaleByPowerOfTwo(IntegerLane<T> value, IntegerLane<T> exponent) =>
        throw NotForIntegers("scaling by a power of two");

    public static (IntegerLane<T> Mantissa, IntegerLane<T> Exponent) SplitExponent(IntegerLane<T> value) =>
        throw NotForIntegers("split into mantissa and exponent");

    public static IntegerLane<T> Exp(IntegerLane<T> value) => throw NotForIntegers("exponential");

    public static IntegerLane<T> Expm1(IntegerLane<T> value) => throw NotForIntegers("exponential");

    public static IntegerLane<T> Log1p(IntegerLane<T> value) => throw NotForIntegers("logarithm");

    public static IntegerLane<T> Log(IntegerLane<T> value) => throw NotForIntegers("logarithm");

    public static IntegerLane<T> Tanh(IntegerLane<T> value) => throw NotForIntegers("hyperbolic tangent");

    public static IntegerLane<T> Sigmoid(IntegerLane<T> value) => throw NotForIntegers("sigmoid");

    public static IntegerLane<T> Erf(IntegerLane<T> value) => throw NotForIntegers("error function");

    public static IntegerLane<T> Load(T* source) => new(*source);

    public static void Store(T* destination, IntegerLane<T> value) => *destination = value.Value;

    public static IntegerLane<T> LoadPartial(T* source, int count) => count == 0 ? default : new(*source);

    public static void StorePartial(T* destination, IntegerLane<T> value, int count)
    {
        if (count != 0)
        {
            *destination = value.Value;
        }
    }

    private static IntegerLane<T> Mask(bool holds) => new(holds ? -T.One : T.Zero);

    private static DTypeException NotForIntegers(string function) =>
        new(
            $"The {function} is not defined on {DTypes.For<T>().Name()} tensors. Convert with To(DType.Float32) first."
        );
}
