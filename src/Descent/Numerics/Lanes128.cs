using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Numerics;

/// <summary>A 128-bit register: 4 floats or 2 doubles side by side.</summary>
/// <typeparam name="TElement"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly unsafe struct Lanes128<TElement> : IMemoryLanes<Lanes128<TElement>, TElement>
    where TElement : unmanaged
{
    // Everything here is kept flat (the field, sizeof instead of typeof, BitCast instead of a constructor, no
    // helpers): the compiler's budget for inlining counts calls and locals, and long formulas come close to it.
    private readonly Vector128<TElement> register;

    /// <summary>Wraps a register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes128(Vector128<TElement> vector) => register = vector;

    /// <summary>The register.</summary>
    public Vector128<TElement> Vector
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => register;
    }

    /// <inheritdoc/>
    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(Vector128<TElement>) / sizeof(TElement);
    }

    /// <inheritdoc/>
    public static bool IsDouble
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(TElement) == sizeof(double);
    }

    /// <inheritdoc/>
    public static Lanes128<TElement> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => default;
    }

    /// <inheritdoc/>
    public static Lanes128<TElement> One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Constant(1);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> Constant(double value) =>
        sizeof(TElement) == sizeof(double)
            ? Unsafe.BitCast<Vector128<double>, Lanes128<TElement>>(Vector128.Create(value))
            : Unsafe.BitCast<Vector128<float>, Lanes128<TElement>>(Vector128.Create((float)value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> operator +(Lanes128<TElement> left, Lanes128<TElement> right) =>
        Unsafe.BitCast<Vector128<TElement>, Lanes128<TElement>>(left.register + right.register);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> operator -(Lanes128<TElement> left, Lanes128<TElement> right) =>
        Unsafe.BitCast<Vector128<TElement>, Lanes128<TElement>>(left.register - right.register);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> operator *(Lanes128<TElement> left, Lanes128<TElement> right) =>
        Unsafe.BitCast<Vector128<TElement>, Lanes128<TElement>>(left.register * right.register);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> operator /(Lanes128<TElement> left, Lanes128<TElement> right) =>
        Unsafe.BitCast<Vector128<TElement>, Lanes128<TElement>>(left.register / right.register);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> operator -(Lanes128<TElement> value) =>
        Unsafe.BitCast<Vector128<TElement>, Lanes128<TElement>>(value.register ^ Constant(-0.0).register);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> FusedMultiplyAdd(
        Lanes128<TElement> a,
        Lanes128<TElement> b,
        Lanes128<TElement> c
    ) =>
        sizeof(TElement) == sizeof(double)
            ? Unsafe.BitCast<Vector128<double>, Lanes128<TElement>>(
                Vector128.FusedMultiplyAdd(a.register.AsDouble(), b.register.AsDouble(), c.register.AsDouble())
            )
            : Unsafe.BitCast<Vector128<float>, Lanes128<TElement>>(
                Vector128.FusedMultiplyAdd(a.register.AsSingle(), b.register.AsSingle(), c.register.AsSingle())
            );

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> FusedMultiplyAdd(Lanes128<TElement> a, Lanes128<TElement> b, double c) =>
        sizeof(TElement) == sizeof(double)
            ? Unsafe.BitCast<Vector128<double>, Lanes128<TElement>>(
                Vector128.FusedMultiplyAdd(a.register.AsDouble(), b.register.AsDouble(), Vector128.Create(c))
            )
            : Unsafe.BitCast<Vector128<float>, Lanes128<TElement>>(
                Vector128.FusedMultiplyAdd(a.register.AsSingle(), b.register.AsSingle(), Vector128.Create((float)c))
            );

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> Abs(Lanes128<TElement> value) =>
        Unsafe.BitCast<Vector128<TElement>, Lanes128<TElement>>(Vector128.Abs(value.register));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> Min(Lanes128<TElement> left, Lanes128<TElement> right) =>
        Unsafe.BitCast<Vector128<TElement>, Lanes128<TElement>>(Vector128.Min(left.register, right.register));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> Max(Lanes128<TElement> left, Lanes128<TElement> right) =>
        Unsafe.BitCast<Vector128<TElement>, Lanes128<TElement>>(Vector128.Max(left.register, right.register));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> Sqrt(Lanes128<TElement> value) =>
        Unsafe.BitCast<Vector128<TElement>, Lanes128<TElement>>(Vector128.Sqrt(value.register));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> Round(Lanes128<TElement> value) =>
        sizeof(TElement) == sizeof(double)
            ? Unsafe.BitCast<Vector128<double>, Lanes128<TElement>>(Vector128.Round(value.register.AsDouble()))
            : Unsafe.BitCast<Vector128<float>, Lanes128<TElement>>(Vector128.Round(value.register.AsSingle()));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> Floor(Lanes128<TElement> value) =>
        sizeof(TElement) == sizeof(double)
            ? Unsafe.BitCast<Vector128<double>, Lanes128<TElement>>(Vector128.Floor(value.register.AsDouble()))
            : Unsafe.BitCast<Vector128<float>, Lanes128<TElement>>(Vector128.Floor(value.register.AsSingle()));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> CopySign(Lanes128<TElement> magnitude, Lanes128<TElement> sign) =>
        Unsafe.BitCast<Vector128<TElement>, Lanes128<TElement>>(
            Vector128.ConditionalSelect(Constant(-0.0).register, sign.register, magnitude.register)
        );

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> ScaleByPowerOfTwo(Lanes128<TElement> value, Lanes128<TElement> exponent)
    {
        if (Avx512F.VL.IsSupported)
        {
            return sizeof(TElement) == sizeof(double)
                ? Unsafe.BitCast<Vector128<double>, Lanes128<TElement>>(
                    Avx512F.VL.Scale(value.register.AsDouble(), exponent.register.AsDouble())
                )
                : Unsafe.BitCast<Vector128<float>, Lanes128<TElement>>(
                    Avx512F.VL.Scale(value.register.AsSingle(), exponent.register.AsSingle())
                );
        }

        // Two steps, of which the first is exact, so that a subnormal result is rounded once.
        var half = Floor(exponent * Constant(0.5));
        return value * PowerOfTwo(half) * PowerOfTwo(exponent - half);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Lanes128<TElement> Mantissa, Lanes128<TElement> Exponent) SplitExponent(Lanes128<TElement> value)
    {
        if (sizeof(TElement) == sizeof(double))
        {
            var bits = value.register.AsUInt64();
            var biased = (bits + Vector128.Create(ExponentBits.DoubleShift)) >>> 52;
            var mantissa = bits - (biased << 52) + Vector128.Create(ExponentBits.DoubleOne);
            var whole = (biased | Vector128.Create(ExponentBits.DoubleWhole)).AsDouble();
            return (
                Unsafe.BitCast<Vector128<double>, Lanes128<TElement>>(mantissa.AsDouble()),
                Unsafe.BitCast<Vector128<double>, Lanes128<TElement>>(
                    (whole - Vector128.Create(ExponentBits.DoubleOffset))
                )
            );
        }
        else
        {
            var bits = value.register.AsUInt32();
            var biased = (bits + Vector128.Create(ExponentBits.SingleShift)) >>> 23;
            var mantissa = bits - (biased << 23) + Vector128.Create(ExponentBits.SingleOne);
            var whole = (biased | Vector128.Create(ExponentBits.SingleWhole)).AsSingle();
            return (
                Unsafe.BitCast<Vector128<float>, Lanes128<TElement>>(mantissa.AsSingle()),
                Unsafe.BitCast<Vector128<float>, Lanes128<TElement>>(
                    (whole - Vector128.Create(ExponentBits.SingleOffset))
                )
            );
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> GreaterThan(Lanes128<TElement> left, Lanes128<TElement> right) =>
        Unsafe.BitCast<Vector128<TElement>, Lanes128<TElement>>(Vector128.GreaterThan(left.register, right.register));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> GreaterOrEqual(Lanes128<TElement> left, Lanes128<TElement> right) =>
        Unsafe.BitCast<Vector128<TElement>, Lanes128<TElement>>(
            Vector128.GreaterThanOrEqual(left.register, right.register)
        );

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> Equal(Lanes128<TElement> left, Lanes128<TElement> right) =>
        Unsafe.BitCast<Vector128<TElement>, Lanes128<TElement>>(Vector128.Equals(left.register, right.register));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> NotEqual(Lanes128<TElement> left, Lanes128<TElement> right) =>
        Unsafe.BitCast<Vector128<TElement>, Lanes128<TElement>>(~Vector128.Equals(left.register, right.register));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> Where(
        Lanes128<TElement> mask,
        Lanes128<TElement> whenTrue,
        Lanes128<TElement> whenFalse
    ) =>
        Unsafe.BitCast<Vector128<TElement>, Lanes128<TElement>>(
            Vector128.ConditionalSelect(mask.register, whenTrue.register, whenFalse.register)
        );

    // The processor's maximum and minimum give their second operand where either is NaN or both are zeros.
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> AtLeast(Lanes128<TElement> value, Lanes128<TElement> bound) =>
        !Sse2.IsSupported ? Where(GreaterThan(bound, value), bound, value)
        : sizeof(TElement) == sizeof(double)
            ? Unsafe.BitCast<Vector128<double>, Lanes128<TElement>>(
                Sse2.Max(bound.register.AsDouble(), value.register.AsDouble())
            )
        : Unsafe.BitCast<Vector128<float>, Lanes128<TElement>>(
            Sse.Max(bound.register.AsSingle(), value.register.AsSingle())
        );

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> AtMost(Lanes128<TElement> value, Lanes128<TElement> bound) =>
        !Sse2.IsSupported ? Where(GreaterThan(value, bound), bound, value)
        : sizeof(TElement) == sizeof(double)
            ? Unsafe.BitCast<Vector128<double>, Lanes128<TElement>>(
                Sse2.Min(bound.register.AsDouble(), value.register.AsDouble())
            )
        : Unsafe.BitCast<Vector128<float>, Lanes128<TElement>>(
            Sse.Min(bound.register.AsSingle(), value.register.AsSingle())
        );

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> Exp(Lanes128<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? ElementaryDouble.Exp(value) : ElementarySingle.Exp(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> Expm1(Lanes128<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? ElementaryDouble.Expm1(value) : ElementarySingle.Expm1(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> Log(Lanes128<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? ElementaryDouble.Log(value) : ElementarySingle.Log(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> Log1p(Lanes128<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? ElementaryDouble.Log1p(value) : ElementarySingle.Log1p(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> Tanh(Lanes128<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? ElementaryDouble.Tanh(value) : ElementarySingle.Tanh(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> Sigmoid(Lanes128<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? ElementaryDouble.Sigmoid(value) : ElementarySingle.Sigmoid(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> Erf(Lanes128<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? ElementaryDouble.Erf(value) : ElementarySingle.Erf(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> Load(TElement* source) => Unsafe.ReadUnaligned<Lanes128<TElement>>(source);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TElement* destination, Lanes128<TElement> value) =>
        Unsafe.WriteUnaligned(destination, value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128<TElement> LoadPartial(TElement* source, int count)
    {
        if (Avx2.IsSupported)
        {
            return sizeof(TElement) == sizeof(double)
                ? Unsafe.BitCast<Vector128<double>, Lanes128<TElement>>(
                    Avx.MaskLoad((double*)source, FirstDoubles(count))
                )
                : Unsafe.BitCast<Vector128<float>, Lanes128<TElement>>(
                    Avx.MaskLoad((float*)source, FirstSingles(count))
                );
        }

        var padded = Zero;
        Unsafe.CopyBlockUnaligned(&padded, source, (uint)(count * sizeof(TElement)));
        return padded;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial(TElement* destination, Lanes128<TElement> value, int count)
    {
        if (!Avx2.IsSupported)
        {
            Unsafe.CopyBlockUnaligned(destination, &value, (uint)(count * sizeof(TElement)));
        }
        else if (sizeof(TElement) == sizeof(double))
        {
            Avx.MaskStore((double*)destination, FirstDoubles(count), value.register.AsDouble());
        }
        else
        {
            Avx.MaskStore((float*)destination, FirstSingles(count), value.register.AsSingle());
        }
    }

    // Adding 1.5 · 2^p + bias leaves the biased exponent in the low bits; a shift moves it to its place.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes128<TElement> PowerOfTwo(Lanes128<TElement> exponent) =>
        sizeof(TElement) == sizeof(double)
            ? Unsafe.BitCast<Vector128<double>, Lanes128<TElement>>(
                (
                    (exponent.register.AsDouble() + Vector128.Create(ExponentBits.DoubleMagic)).AsUInt64() << 52
                ).AsDouble()
            )
            : Unsafe.BitCast<Vector128<float>, Lanes128<TElement>>(
                (
                    (exponent.register.AsSingle() + Vector128.Create(ExponentBits.SingleMagic)).AsUInt32() << 23
                ).AsSingle()
            );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> FirstDoubles(int count) =>
        Vector128.LessThan(Vector128<long>.Indices, Vector128.Create((long)count)).AsDouble();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> FirstSingles(int count) =>
        Vector128.LessThan(Vector128<int>.Indices, Vector128.Create(count)).AsSingle();
}
