using System.Runtime.CompilerServices;

namespace Descent.Numerics;

/// <summary>One number: the scalar form of the lanes, with the same bits as the vectors.</summary>
/// <typeparam name="TElement"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly unsafe struct Lane<TElement> : IMemoryLanes<Lane<TElement>, TElement>
    where TElement : unmanaged
{
    /// <summary>The number.</summary>
    public TElement Value { get; }

    /// <summary>Wraps a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lane(TElement value) => Value = value;

    /// <inheritdoc/>
    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1;
    }

    /// <inheritdoc/>
    public static bool IsDouble
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(TElement) == sizeof(double);
    }

    /// <inheritdoc/>
    public static Lane<TElement> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => default;
    }

    /// <inheritdoc/>
    public static Lane<TElement> One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Constant(1);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TElement> Constant(double value) =>
        sizeof(TElement) == sizeof(double) ? Wrap(value) : Wrap((float)value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TElement> operator +(Lane<TElement> left, Lane<TElement> right) =>
        sizeof(TElement) == sizeof(double) ? Wrap(left.Double + right.Double) : Wrap(left.Single + right.Single);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TElement> operator -(Lane<TElement> left, Lane<TElement> right) =>
        sizeof(TElement) == sizeof(double) ? Wrap(left.Double - right.Double) : Wrap(left.Single - right.Single);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TElement> operator *(Lane<TElement> left, Lane<TElement> right) =>
        sizeof(TElement) == sizeof(double) ? Wrap(left.Double * right.Double) : Wrap(left.Single * right.Single);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TElement> operator /(Lane<TElement> left, Lane<TElement> right) =>
        sizeof(TElement) == sizeof(double) ? Wrap(left.Double / right.Double) : Wrap(left.Single / right.Single);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TElement> operator -(Lane<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? Wrap(value.Bits64 ^ (1UL << 63)) : Wrap(value.Bits32 ^ (1U << 31));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TElement> FusedMultiplyAdd(Lane<TElement> a, Lane<TElement> b, Lane<TElement> c) =>
        sizeof(TElement) == sizeof(double)
            ? Wrap(Math.FusedMultiplyAdd(a.Double, b.Double, c.Double))
            : Wrap(MathF.FusedMultiplyAdd(a.Single, b.Single, c.Single));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TElement> FusedMultiplyAdd(Lane<TElement> a, Lane<TElement> b, double c) =>
        sizeof(TElement) == sizeof(double)
            ? Wrap(Math.FusedMultiplyAdd(a.Double, b.Double, c))
            : Wrap(MathF.FusedMultiplyAdd(a.Single, b.Single, (float)c));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TElement> Abs(Lane<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? Wrap(Math.Abs(value.Double)) : Wrap(MathF.Abs(value.Single));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TElement> Min(Lane<TElement> left, Lane<TElement> right) =>
        sizeof(TElement) == sizeof(double)
            ? Wrap(Math.Min(left.Double, right.Double))
            : Wrap(MathF.Min(left.Single, right.Single));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TElement> Max(Lane<TElement> left, Lane<TElement> right) =>
        sizeof(TElement) == sizeof(double)
            ? Wrap(Math.Max(left.Double, right.Double))
            : Wrap(MathF.Max(left.Single, right.Single));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TElement> Sqrt(Lane<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? Wrap(Math.Sqrt(value.Double)) : Wrap(MathF.Sqrt(value.Single));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TElement> Round(Lane<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? Wrap(Math.Round(value.Double)) : Wrap(MathF.Round(value.Single));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TElement> Floor(Lane<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? Wrap(Math.Floor(value.Double)) : Wrap(MathF.Floor(value.Single));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TElement> CopySign(Lane<TElement> magnitude, Lane<TElement> sign) =>
        Where(Constant(-0.0), sign, magnitude);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TElement> ScaleByPowerOfTwo(Lane<TElement> value, Lane<TElement> exponent)
    {
        // Two steps, of which the first is exact, so that a subnormal result is rounded once.
        var half = Floor(exponent * Constant(0.5));
        return value * PowerOfTwo(half) * PowerOfTwo(exponent - half);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Lane<TElement> Mantissa, Lane<TElement> Exponent) SplitExponent(Lane<TElement> value)
    {
        if (sizeof(TElement) == sizeof(double))
        {
            var bits = value.Bits64;
            var biased = (bits + ExponentBits.DoubleShift) >>> 52;
            var mantissa = bits - (biased << 52) + ExponentBits.DoubleOne;
            var whole = BitConverter.UInt64BitsToDouble(biased | ExponentBits.DoubleWhole);
            return (Wrap(mantissa), Wrap(whole - ExponentBits.DoubleOffset));
        }
        else
        {
            var bits = value.Bits32;
            var biased = (bits + ExponentBits.SingleShift) >>> 23;
            var mantissa = bits - (biased << 23) + ExponentBits.SingleOne;
            var whole = BitConverter.UInt32BitsToSingle(biased | ExponentBits.SingleWhole);
            return (Wrap(mantissa), Wrap(whole - ExponentBits.SingleOffset));
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TElement> GreaterThan(Lane<TElement> left, Lane<TElement> right) =>
        Mask(sizeof(TElement) == sizeof(double) ? left.Double > right.Double : left.Single > right.Single);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TElement> GreaterOrEqual(Lane<TElement> left, Lane<TElement> right) =>
        Mask(sizeof(TElement) == sizeof(double) ? left.Double >= right.Double : left.Single >= right.Single);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TElement> Equal(Lane<TElement> left, Lane<TElement> right) =>
        Mask(sizeof(TElement) == sizeof(double) ? left.Double == right.Double : left.Single == right.Single);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TElement> NotEqual(Lane<TElement> left, Lane<TElement> right) =>
        Mask(sizeof(TElement) == sizeof(double) ? left.Double != right.Double : left.Single != right.Single);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TElement> Where(Lane<TElement> mask, Lane<TElement> whenTrue, Lane<TElement> whenFalse) =>
        sizeof(TElement) == sizeof(double)
            ? Wrap((mask.Bits64 & whenTrue.Bits64) | (~mask.Bits64 & whenFalse.Bits64))
            : Wrap((mask.Bits32 & whenTrue.Bits32) | (~mask.Bits32 & whenFalse.Bits32));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TElement> Exp(Lane<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? ElementaryDouble.Exp(value) : ElementarySingle.Exp(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TElement> Expm1(Lane<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? ElementaryDouble.Expm1(value) : ElementarySingle.Expm1(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TElement> Log(Lane<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? ElementaryDouble.Log(value) : ElementarySingle.Log(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TElement> Log1p(Lane<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? ElementaryDouble.Log1p(value) : ElementarySingle.Log1p(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TElement> Tanh(Lane<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? ElementaryDouble.Tanh(value) : ElementarySingle.Tanh(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TElement> Sigmoid(Lane<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? ElementaryDouble.Sigmoid(value) : ElementarySingle.Sigmoid(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TElement> Erf(Lane<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? ElementaryDouble.Erf(value) : ElementarySingle.Erf(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TElement> Load(TElement* source) => new(*source);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TElement* destination, Lane<TElement> value) => *destination = value.Value;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane<TElement> LoadPartial(TElement* source, int count) => count > 0 ? new(*source) : default;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial(TElement* destination, Lane<TElement> value, int count)
    {
        if (count > 0)
        {
            *destination = value.Value;
        }
    }

    private float Single
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unsafe.BitCast<TElement, float>(Value);
    }

    private double Double
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unsafe.BitCast<TElement, double>(Value);
    }

    private uint Bits32
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unsafe.BitCast<TElement, uint>(Value);
    }

    private ulong Bits64
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unsafe.BitCast<TElement, ulong>(Value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lane<TElement> Wrap<TBits>(TBits bits)
        where TBits : unmanaged => new(Unsafe.BitCast<TBits, TElement>(bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lane<TElement> Mask(bool holds) =>
        sizeof(TElement) == sizeof(double) ? Wrap(holds ? ulong.MaxValue : 0UL) : Wrap(holds ? uint.MaxValue : 0U);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lane<TElement> PowerOfTwo(Lane<TElement> exponent) =>
        sizeof(TElement) == sizeof(double)
            ? Wrap(BitConverter.DoubleToUInt64Bits(exponent.Double + ExponentBits.DoubleMagic) << 52)
            : Wrap(BitConverter.SingleToUInt32Bits(exponent.Single + ExponentBits.SingleMagic) << 23);
}
