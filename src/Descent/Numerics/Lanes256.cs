using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Numerics;

/// <summary>A 256-bit register: 8 floats or 4 doubles side by side.</summary>
/// <typeparam name="TElement"><see cref="float"/> or <see cref="double"/>.</typeparam>
public readonly unsafe struct Lanes256<TElement> : IMemoryLanes<Lanes256<TElement>, TElement>
    where TElement : unmanaged
{
    // Everything here is kept flat (the field, sizeof instead of typeof, BitCast instead of a constructor, no
    // helpers): the compiler's budget for inlining counts calls and locals, and long formulas come close to it.
    private readonly Vector256<TElement> register;

    /// <summary>Wraps a register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes256(Vector256<TElement> vector) => register = vector;

    /// <summary>The register.</summary>
    public Vector256<TElement> Vector
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => register;
    }

    /// <inheritdoc/>
    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(Vector256<TElement>) / sizeof(TElement);
    }

    /// <inheritdoc/>
    public static bool IsDouble
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => sizeof(TElement) == sizeof(double);
    }

    /// <inheritdoc/>
    public static Lanes256<TElement> Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => default;
    }

    /// <inheritdoc/>
    public static Lanes256<TElement> One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Constant(1);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> Constant(double value) =>
        sizeof(TElement) == sizeof(double)
            ? Unsafe.BitCast<Vector256<double>, Lanes256<TElement>>(Vector256.Create(value))
            : Unsafe.BitCast<Vector256<float>, Lanes256<TElement>>(Vector256.Create((float)value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> operator +(Lanes256<TElement> left, Lanes256<TElement> right) =>
        Unsafe.BitCast<Vector256<TElement>, Lanes256<TElement>>(left.register + right.register);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> operator -(Lanes256<TElement> left, Lanes256<TElement> right) =>
        Unsafe.BitCast<Vector256<TElement>, Lanes256<TElement>>(left.register - right.register);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> operator *(Lanes256<TElement> left, Lanes256<TElement> right) =>
        Unsafe.BitCast<Vector256<TElement>, Lanes256<TElement>>(left.register * right.register);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> operator /(Lanes256<TElement> left, Lanes256<TElement> right) =>
        Unsafe.BitCast<Vector256<TElement>, Lanes256<TElement>>(left.register / right.register);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> operator -(Lanes256<TElement> value) =>
        Unsafe.BitCast<Vector256<TElement>, Lanes256<TElement>>(value.register ^ Constant(-0.0).register);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> FusedMultiplyAdd(
        Lanes256<TElement> a,
        Lanes256<TElement> b,
        Lanes256<TElement> c
    ) =>
        sizeof(TElement) == sizeof(double)
            ? Unsafe.BitCast<Vector256<double>, Lanes256<TElement>>(
                Vector256.FusedMultiplyAdd(a.register.AsDouble(), b.register.AsDouble(), c.register.AsDouble())
            )
            : Unsafe.BitCast<Vector256<float>, Lanes256<TElement>>(
                Vector256.FusedMultiplyAdd(a.register.AsSingle(), b.register.AsSingle(), c.register.AsSingle())
            );

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> FusedMultiplyAdd(Lanes256<TElement> a, Lanes256<TElement> b, double c) =>
        sizeof(TElement) == sizeof(double)
            ? Unsafe.BitCast<Vector256<double>, Lanes256<TElement>>(
                Vector256.FusedMultiplyAdd(a.register.AsDouble(), b.register.AsDouble(), Vector256.Create(c))
            )
            : Unsafe.BitCast<Vector256<float>, Lanes256<TElement>>(
                Vector256.FusedMultiplyAdd(a.register.AsSingle(), b.register.AsSingle(), Vector256.Create((float)c))
            );

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> Abs(Lanes256<TElement> value) =>
        Unsafe.BitCast<Vector256<TElement>, Lanes256<TElement>>(Vector256.Abs(value.register));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> Min(Lanes256<TElement> left, Lanes256<TElement> right) =>
        Unsafe.BitCast<Vector256<TElement>, Lanes256<TElement>>(Vector256.Min(left.register, right.register));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> Max(Lanes256<TElement> left, Lanes256<TElement> right) =>
        Unsafe.BitCast<Vector256<TElement>, Lanes256<TElement>>(Vector256.Max(left.register, right.register));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> Sqrt(Lanes256<TElement> value) =>
        Unsafe.BitCast<Vector256<TElement>, Lanes256<TElement>>(Vector256.Sqrt(value.register));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> Round(Lanes256<TElement> value) =>
        sizeof(TElement) == sizeof(double)
            ? Unsafe.BitCast<Vector256<double>, Lanes256<TElement>>(Vector256.Round(value.register.AsDouble()))
            : Unsafe.BitCast<Vector256<float>, Lanes256<TElement>>(Vector256.Round(value.register.AsSingle()));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> Floor(Lanes256<TElement> value) =>
        sizeof(TElement) == sizeof(double)
            ? Unsafe.BitCast<Vector256<double>, Lanes256<TElement>>(Vector256.Floor(value.register.AsDouble()))
            : Unsafe.BitCast<Vector256<float>, Lanes256<TElement>>(Vector256.Floor(value.register.AsSingle()));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> CopySign(Lanes256<TElement> magnitude, Lanes256<TElement> sign) =>
        Unsafe.BitCast<Vector256<TElement>, Lanes256<TElement>>(
            Vector256.ConditionalSelect(Constant(-0.0).register, sign.register, magnitude.register)
        );

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> ScaleByPowerOfTwo(Lanes256<TElement> value, Lanes256<TElement> exponent)
    {
        if (Avx512F.VL.IsSupported)
        {
            return sizeof(TElement) == sizeof(double)
                ? Unsafe.BitCast<Vector256<double>, Lanes256<TElement>>(
                    Avx512F.VL.Scale(value.register.AsDouble(), exponent.register.AsDouble())
                )
                : Unsafe.BitCast<Vector256<float>, Lanes256<TElement>>(
                    Avx512F.VL.Scale(value.register.AsSingle(), exponent.register.AsSingle())
                );
        }

        // Two steps, of which the first is exact, so that a subnormal result is rounded once.
        var half = Floor(exponent * Constant(0.5));
        return value * PowerOfTwo(half) * PowerOfTwo(exponent - half);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Lanes256<TElement> Mantissa, Lanes256<TElement> Exponent) SplitExponent(Lanes256<TElement> value)
    {
        if (sizeof(TElement) == sizeof(double))
        {
            var bits = value.register.AsUInt64();
            var biased = (bits + Vector256.Create(ExponentBits.DoubleShift)) >>> 52;
            var mantissa = bits - (biased << 52) + Vector256.Create(ExponentBits.DoubleOne);
            var whole = (biased | Vector256.Create(ExponentBits.DoubleWhole)).AsDouble();
            return (
                Unsafe.BitCast<Vector256<double>, Lanes256<TElement>>(mantissa.AsDouble()),
                Unsafe.BitCast<Vector256<double>, Lanes256<TElement>>(
                    (whole - Vector256.Create(ExponentBits.DoubleOffset))
                )
            );
        }
        else
        {
            var bits = value.register.AsUInt32();
            var biased = (bits + Vector256.Create(ExponentBits.SingleShift)) >>> 23;
            var mantissa = bits - (biased << 23) + Vector256.Create(ExponentBits.SingleOne);
            var whole = (biased | Vector256.Create(ExponentBits.SingleWhole)).AsSingle();
            return (
                Unsafe.BitCast<Vector256<float>, Lanes256<TElement>>(mantissa.AsSingle()),
                Unsafe.BitCast<Vector256<float>, Lanes256<TElement>>(
                    (whole - Vector256.Create(ExponentBits.SingleOffset))
                )
            );
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> GreaterThan(Lanes256<TElement> left, Lanes256<TElement> right) =>
        Unsafe.BitCast<Vector256<TElement>, Lanes256<TElement>>(Vector256.GreaterThan(left.register, right.register));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> GreaterOrEqual(Lanes256<TElement> left, Lanes256<TElement> right) =>
        Unsafe.BitCast<Vector256<TElement>, Lanes256<TElement>>(
            Vector256.GreaterThanOrEqual(left.register, right.register)
        );

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> Equal(Lanes256<TElement> left, Lanes256<TElement> right) =>
        Unsafe.BitCast<Vector256<TElement>, Lanes256<TElement>>(Vector256.Equals(left.register, right.register));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> NotEqual(Lanes256<TElement> left, Lanes256<TElement> right) =>
        Unsafe.BitCast<Vector256<TElement>, Lanes256<TElement>>(~Vector256.Equals(left.register, right.register));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> Where(
        Lanes256<TElement> mask,
        Lanes256<TElement> whenTrue,
        Lanes256<TElement> whenFalse
    ) =>
        Unsafe.BitCast<Vector256<TElement>, Lanes256<TElement>>(
            Vector256.ConditionalSelect(mask.register, whenTrue.register, whenFalse.register)
        );

    // The processor's maximum and minimum give their second operand where either is NaN or both are zeros.
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> AtLeast(Lanes256<TElement> value, Lanes256<TElement> bound) =>
        !Avx.IsSupported ? Where(GreaterThan(bound, value), bound, value)
        : sizeof(TElement) == sizeof(double)
            ? Unsafe.BitCast<Vector256<double>, Lanes256<TElement>>(
                Avx.Max(bound.register.AsDouble(), value.register.AsDouble())
            )
        : Unsafe.BitCast<Vector256<float>, Lanes256<TElement>>(
            Avx.Max(bound.register.AsSingle(), value.register.AsSingle())
        );

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> AtMost(Lanes256<TElement> value, Lanes256<TElement> bound) =>
        !Avx.IsSupported ? Where(GreaterThan(value, bound), bound, value)
        : sizeof(TElement) == sizeof(double)
            ? Unsafe.BitCast<Vector256<double>, Lanes256<TElement>>(
                Avx.Min(bound.register.AsDouble(), value.register.AsDouble())
            )
        : Unsafe.BitCast<Vector256<float>, Lanes256<TElement>>(
            Avx.Min(bound.register.AsSingle(), value.register.AsSingle())
        );

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> Exp(Lanes256<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? ElementaryDouble.Exp(value) : ElementarySingle.Exp(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> Expm1(Lanes256<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? ElementaryDouble.Expm1(value) : ElementarySingle.Expm1(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> Log(Lanes256<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? ElementaryDouble.Log(value) : ElementarySingle.Log(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> Log1p(Lanes256<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? ElementaryDouble.Log1p(value) : ElementarySingle.Log1p(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> Tanh(Lanes256<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? ElementaryDouble.Tanh(value) : ElementarySingle.Tanh(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> Sigmoid(Lanes256<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? ElementaryDouble.Sigmoid(value) : ElementarySingle.Sigmoid(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> Erf(Lanes256<TElement> value) =>
        sizeof(TElement) == sizeof(double) ? ElementaryDouble.Erf(value) : ElementarySingle.Erf(value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> Load(TElement* source) => Unsafe.ReadUnaligned<Lanes256<TElement>>(source);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TElement* destination, Lanes256<TElement> value) =>
        Unsafe.WriteUnaligned(destination, value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256<TElement> LoadPartial(TElement* source, int count)
    {
        if (Avx2.IsSupported)
        {
            return sizeof(TElement) == sizeof(double)
                ? Unsafe.BitCast<Vector256<double>, Lanes256<TElement>>(
                    Avx.MaskLoad((double*)source, FirstDoubles(count))
                )
                : Unsafe.BitCast<Vector256<float>, Lanes256<TElement>>(
                    Avx.MaskLoad((float*)source, FirstSingles(count))
                );
        }

        var padded = Zero;
        Unsafe.CopyBlockUnaligned(&padded, source, (uint)(count * sizeof(TElement)));
        return padded;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial(TElement* destination, Lanes256<TElement> value, int count)
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
    private static Lanes256<TElement> PowerOfTwo(Lanes256<TElement> exponent) =>
        sizeof(TElement) == sizeof(double)
            ? Unsafe.BitCast<Vector256<double>, Lanes256<TElement>>(
                (
                    (exponent.register.AsDouble() + Vector256.Create(ExponentBits.DoubleMagic)).AsUInt64() << 52
                ).AsDouble()
            )
            : Unsafe.BitCast<Vector256<float>, Lanes256<TElement>>(
                (
                    (exponent.register.AsSingle() + Vector256.Create(ExponentBits.SingleMagic)).AsUInt32() << 23
                ).AsSingle()
            );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> FirstDoubles(int count) =>
        Vector256.LessThan(Vector256<long>.Indices, Vector256.Create((long)count)).AsDouble();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> FirstSingles(int count) =>
        Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle();
}
