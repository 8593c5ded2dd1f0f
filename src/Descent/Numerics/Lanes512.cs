using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Numerics;

/// <summary>A 512-bit register: 16 floats or 8 doubles side by side.</summary>
/// <typeparam name="TElement"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly unsafe struct Lanes512<TElement> : IMemoryLanes<Lanes512<TElement>, TElement>
    where TElement : unmanaged
{
    // Everything here is kept flat (the field, sizeof instead of typeof, BitCast instead of a constructor, no
    // helpers): the compiler's budget for inlining counts calls and locals, and long formulas come close to it.
    private readonly Vector512<TElement> register;

    /// <summary>Wraps a register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes512(Vector512<TElement> vector) => register = vector;

    /// <summary>The register.</summary>
    public Vector512<TElement> Vector
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => register;
    }

    /// <inheritdoc/>
    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(Vector512<TElement>) / sizeof(TElement);
    }

    /// <inheritdoc/>
    public static bool IsDouble
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(TElement) == sizeof(double);
    }

    /// <inheritdoc/>
    public static Lanes512<TElement> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => default;
    }

    /// <inheritdoc/>
    public static Lanes512<TElement> One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Constant(1);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> Constant(double value) =>
        sizeof(TElement) == sizeof(double)
            ? Unsafe.BitCast<Vector512<double>, Lanes512<TElement>>(Vector512.Create(value))
            : Unsafe.BitCast<Vector512<float>, Lanes512<TElement>>(Vector512.Create((float)value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> operator +(Lanes512<TElement> left, Lanes512<TElement> right) =>
        Unsafe.BitCast<Vector512<TElement>, Lanes512<TElement>>(left.register + right.register);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> operator -(Lanes512<TElement> left, Lanes512<TElement> right) =>
        Unsafe.BitCast<Vector512<TElement>, Lanes512<TElement>>(left.register - right.register);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> operator *(Lanes512<TElement> left, Lanes512<TElement> right) =>
        Unsafe.BitCast<Vector512<TElement>, Lanes512<TElement>>(left.register * right.register);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> operator /(Lanes512<TElement> left, Lanes512<TElement> right) =>
        Unsafe.BitCast<Vector512<TElement>, Lanes512<TElement>>(left.register / right.register);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> operator -(Lanes512<TElement> value) =>
        Unsafe.BitCast<Vector512<TElement>, Lanes512<TElement>>(value.register ^ Constant(-0.0).register);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> FusedMultiplyAdd(
        Lanes512<TElement> a,
        Lanes512<TElement> b,
        Lanes512<TElement> c
    ) =>
        sizeof(TElement) == sizeof(double)
            ? Unsafe.BitCast<Vector512<double>, Lanes512<TElement>>(
                Vector512.FusedMultiplyAdd(a.register.AsDouble(), b.register.AsDouble(), c.register.AsDouble())
            )
            : Unsafe.BitCast<Vector512<float>, Lanes512<TElement>>(
                Vector512.FusedMultiplyAdd(a.register.AsSingle(), b.register.AsSingle(), c.register.AsSingle())
            );

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> FusedMultiplyAdd(Lanes512<TElement> a, Lanes512<TElement> b, double c) =>
        sizeof(TElement) == sizeof(double)
            ? Unsafe.BitCast<Vector512<double>, Lanes512<TElement>>(
                Vector512.FusedMultiplyAdd(a.register.AsDouble(), b.register.AsDouble(), Vector512.Create(c))
            )
            : Unsafe.BitCast<Vector512<float>, Lanes512<TElement>>(
                Vector512.FusedMultiplyAdd(a.register.AsSingle(), b.register.AsSingle(), Vector512.Create((float)c))
            );

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> Abs(Lanes512<TElement> value) =>
        Unsafe.BitCast<Vector512<TElement>, Lanes512<TElement>>(Vector512.Abs(value.register));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> Min(Lanes512<TElement> left, Lanes512<TElement> right) =>
        Unsafe.BitCast<Vector512<TElement>, Lanes512<TElement>>(Vector512.Min(left.register, right.register));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> Max(Lanes512<TElement> left, Lanes512<TElement> right) =>
        Unsafe.BitCast<Vector512<TElement>, Lanes512<TElement>>(Vector512.Max(left.register, right.register));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> Sqrt(Lanes512<TElement> value) =>
        Unsafe.BitCast<Vector512<TElement>, Lanes512<TElement>>(Vector512.Sqrt(value.register));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> Round(Lanes512<TElement> value) =>
        sizeof(TElement) == sizeof(double)
            ? Unsafe.BitCast<Vector512<double>, Lanes512<TElement>>(Vector512.Round(value.register.AsDouble()))
            : Unsafe.BitCast<Vector512<float>, Lanes512<TElement>>(Vector512.Round(value.register.AsSingle()));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> Floor(Lanes512<TElement> value) =>
        sizeof(TElement) == sizeof(double)
            ? Unsafe.BitCast<Vector512<double>, Lanes512<TElement>>(Vector512.Floor(value.register.AsDouble()))
            : Unsafe.BitCast<Vector512<float>, Lanes512<TElement>>(Vector512.Floor(value.register.AsSingle()));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> CopySign(Lanes512<TElement> magnitude, Lanes512<TElement> sign) =>
        Unsafe.BitCast<Vector512<TElement>, Lanes512<TElement>>(
            Vector512.ConditionalSelect(Constant(-0.0).register, sign.register, magnitude.register)
        );

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> ScaleByPowerOfTwo(Lanes512<TElement> value, Lanes512<TElement> exponent)
    {
        if (Avx512F.IsSupported)
        {
            return sizeof(TElement) == sizeof(double)
                ? Unsafe.BitCast<Vector512<double>, Lanes512<TElement>>(
                    Avx512F.Scale(value.register.AsDouble(), exponent.register.AsDouble())
                )
                : Unsafe.BitCast<Vector512<float>, Lanes512<TElement>>(
                    Avx512F.Scale(value.register.AsSingle(), exponent.register.AsSingle())
                );
        }

        // Two steps, of which the first is exact, so that a subnormal result is rounded once.
        var half = Floor(exponent * Constant(0.5));
        return value * PowerOfTwo(half) * PowerOfTwo(exponent - half);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Lanes512<TElement> Mantissa, Lanes512<TElement> Exponent) SplitExponent(Lanes512<TElement> value)
    {
        if (sizeof(TElement) == sizeof(double))
        {
            var bits = value.register.AsUInt64();
            var biased = (bits + Vector512.Create(ExponentBits.DoubleShift)) >>> 52;
            var mantissa = bits - (biased << 52) + Vector512.Create(ExponentBits.DoubleOne);
            var whole = (biased | Vector512.Create(ExponentBits.DoubleWhole)).AsDouble();
            return (
                Unsafe.BitCast<Vector512<double>, Lanes512<TElement>>(mantissa.AsDouble()),
                Unsafe.BitCast<Vector512<double>, Lanes512<TElement>>(
                    (whole - Vector512.Create(ExponentBits.DoubleOffset))
                )
            );
        }
        else
        {
            var bits = value.register.AsUInt32();
            var biased = (bits + Vector512.Create(ExponentBits.SingleShift)) >>> 23;
            var mantissa = bits - (biased << 23) + Vector512.Create(ExponentBits.SingleOne);
            var whole = (biased | Vector512.Create(ExponentBits.SingleWhole)).AsSingle();
            return (
                Unsafe.BitCast<Vector512<float>, Lanes512<TElement>>(mantissa.AsSingle()),
                Unsafe.BitCast<Vector512<float>, Lanes512<TElement>>(
                    (whole - Vector512.Create(ExponentBits.SingleOffset))
                )
            );
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> GreaterThan(Lanes512<TElement> left, Lanes512<TElement> right) =>
        Unsafe.BitCast<Vector512<TElement>, Lanes512<TElement>>(Vector512.GreaterThan(left.register, right.register));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> GreaterOrEqual(Lanes512<TElement> left, Lanes512<TElement> right) =>
        Unsafe.BitCast<Vector512<TElement>, Lanes512<TElement>>(
            Vector512.GreaterThanOrEqual(left.register, right.register)
        );

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> Equal(Lanes512<TElement> left, Lanes512<TElement> right) =>
        Unsafe.BitCast<Vector512<TElement>, Lanes512<TElement>>(Vector512.Equals(left.register, right.register));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> NotEqual(Lanes512<TElement> left, Lanes512<TElement> right) =>
        Unsafe.BitCast<Vector512<TElement>, Lanes512<TElement>>(~Vector512.Equals(left.register, right.register));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> Where(
        Lanes512<TElement> mask,
        Lanes512<TElement> whenTrue,
        Lanes512<TElement> whenFalse
    ) =>
        Unsafe.BitCast<Vector512<TElement>, Lanes512<TElement>>(
            Vector512.ConditionalSelect(mask.register, whenTrue.register, whenFalse.register)
        );

    // The processor's maximum and minimum give their second operand where either is NaN or both are zeros.
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> AtLeast(Lanes512<TElement> value, Lanes512<TElement> bound) =>
        !Avx512F.IsSupported ? Where(GreaterThan(bound, value), bound, value)
        : sizeof(TElement) == sizeof(double)
            ? Unsafe.BitCast<Vector512<double>, Lanes512<TElement>>(
                Avx512F.Max(bound.register.AsDouble(), value.register.AsDouble())
            )
        : Unsafe.BitCast<Vector512<float>, Lanes512<TElement>>(
            Avx512F.Max(bound.register.AsSingle(), value.register.AsSingle())
        );

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> AtMost(Lanes512<TElement> value, Lanes512<TElement> bound) =>
        !Avx512F.IsSupported ? Where(GreaterThan(value, bound), bound, value)
        : sizeof(TElement) == sizeof(double)
            ? Unsafe.BitCast<Vector512<double>, Lanes512<TElement>>(
                Avx512F.Min(bound.register.AsDouble(), value.register.AsDouble())
            )
        : Unsafe.BitCast<Vector512<float>, Lanes512<TElement>>(
            Avx512F.Min(bound.register.AsSingle(), value.register.AsSingle())
        );

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> Exp(Lanes512<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? ElementaryDouble.Exp(value) : ElementarySingle.Exp(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> Expm1(Lanes512<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? ElementaryDouble.Expm1(value) : ElementarySingle.Expm1(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> Log(Lanes512<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? ElementaryDouble.Log(value) : ElementarySingle.Log(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> Log1p(Lanes512<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? ElementaryDouble.Log1p(value) : ElementarySingle.Log1p(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> Tanh(Lanes512<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? ElementaryDouble.Tanh(value) : ElementarySingle.Tanh(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> Sigmoid(Lanes512<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? ElementaryDouble.Sigmoid(value) : ElementarySingle.Sigmoid(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> Erf(Lanes512<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? ElementaryDouble.Erf(value) : ElementarySingle.Erf(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> Load(TElement* source) => Unsafe.ReadUnaligned<Lanes512<TElement>>(source);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TElement* destination, Lanes512<TElement> value) =>
        Unsafe.WriteUnaligned(destination, value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512<TElement> LoadPartial(TElement* source, int count)
    {
        if (Avx512F.IsSupported)
        {
            return sizeof(TElement) == sizeof(double)
                ? Unsafe.BitCast<Vector512<double>, Lanes512<TElement>>(
                    Avx512F.MaskLoad((double*)source, FirstDoubles(count), Vector512<double>.Zero)
                )
                : Unsafe.BitCast<Vector512<float>, Lanes512<TElement>>(
                    Avx512F.MaskLoad((float*)source, FirstSingles(count), Vector512<float>.Zero)
                );
        }

        var padded = Zero;
        Unsafe.CopyBlockUnaligned(&padded, source, (uint)(count * sizeof(TElement)));
        return padded;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial(TElement* destination, Lanes512<TElement> value, int count)
    {
        if (!Avx512F.IsSupported)
        {
            Unsafe.CopyBlockUnaligned(destination, &value, (uint)(count * sizeof(TElement)));
        }
        else if (sizeof(TElement) == sizeof(double))
        {
            Avx512F.MaskStore((double*)destination, FirstDoubles(count), value.register.AsDouble());
        }
        else
        {
            Avx512F.MaskStore((float*)destination, FirstSingles(count), value.register.AsSingle());
        }
    }

    // Adding 1.5 · 2^p + bias leaves the biased exponent in the low bits; a shift moves it to its place.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes512<TElement> PowerOfTwo(Lanes512<TElement> exponent) =>
        sizeof(TElement) == sizeof(double)
            ? Unsafe.BitCast<Vector512<double>, Lanes512<TElement>>(
                (
                    (exponent.register.AsDouble() + Vector512.Create(ExponentBits.DoubleMagic)).AsUInt64() << 52
                ).AsDouble()
            )
            : Unsafe.BitCast<Vector512<float>, Lanes512<TElement>>(
                (
                    (exponent.register.AsSingle() + Vector512.Create(ExponentBits.SingleMagic)).AsUInt32() << 23
                ).AsSingle()
            );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> FirstDoubles(int count) =>
        Vector512.LessThan(Vector512<long>.Indices, Vector512.Create((long)count)).AsDouble();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> FirstSingles(int count) =>
        Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();
}
