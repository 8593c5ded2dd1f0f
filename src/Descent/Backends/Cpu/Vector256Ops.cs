using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Backends.Cpu;

/// <summary>256-bit vectors of float or double.</summary>
internal readonly unsafe struct Vector256Ops<TElement> : IVectorOps<Vector256<TElement>, TElement>
    where TElement : unmanaged
{
    public static int Count => sizeof(Vector256<TElement>) / sizeof(TElement);

    public static int TileRows => 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<TElement> Load(TElement* source) => Unsafe.ReadUnaligned<Vector256<TElement>>(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TElement* destination, Vector256<TElement> value) =>
        Unsafe.WriteUnaligned(destination, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<TElement> LoadPartial(TElement* source, int count)
    {
        if (Avx.IsSupported)
        {
            return sizeof(TElement) == sizeof(float)
                ? Avx.MaskLoad((float*)source, Mask(count).AsSingle()).As<float, TElement>()
                : Avx.MaskLoad((double*)source, Mask(count).AsDouble()).As<double, TElement>();
        }

        var value = Vector256<TElement>.Zero;
        Unsafe.CopyBlockUnaligned(&value, source, (uint)(count * sizeof(TElement)));
        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial(TElement* destination, Vector256<TElement> value, int count)
    {
        if (Avx.IsSupported && sizeof(TElement) == sizeof(float))
        {
            Avx.MaskStore((float*)destination, Mask(count).AsSingle(), value.AsSingle());
        }
        else if (Avx.IsSupported)
        {
            Avx.MaskStore((double*)destination, Mask(count).AsDouble(), value.AsDouble());
        }
        else
        {
            Unsafe.CopyBlockUnaligned(destination, &value, (uint)(count * sizeof(TElement)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<TElement> Constant(double value) =>
        typeof(TElement) == typeof(float)
            ? Vector256.Create((float)value).As<float, TElement>()
            : Vector256.Create(value).As<double, TElement>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<TElement> Broadcast(TElement* source) => Vector256.Create(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<TElement> FusedMultiplyAdd(
        Vector256<TElement> a,
        Vector256<TElement> b,
        Vector256<TElement> c
    ) =>
        sizeof(TElement) == sizeof(float)
            ? Vector256.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, TElement>()
            : Vector256.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, TElement>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<TElement> FusedMultiplySubtract(
        Vector256<TElement> a,
        Vector256<TElement> b,
        Vector256<TElement> c
    ) =>
        !Fma.IsSupported ? FusedMultiplyAdd(a, b, -c)
        : sizeof(TElement) == sizeof(float)
            ? Fma.MultiplySubtract(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, TElement>()
        : Fma.MultiplySubtract(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, TElement>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<TElement> Add(Vector256<TElement> left, Vector256<TElement> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<TElement> Subtract(Vector256<TElement> left, Vector256<TElement> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<TElement> Abs(Vector256<TElement> value) => Vector256.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<TElement> And(Vector256<TElement> value, Vector256<TElement> mask) => value & mask;

    // All bits set in the first lanes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<TElement> Mask(int count) =>
        sizeof(TElement) == sizeof(float)
            ? Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).As<int, TElement>()
            : Vector256.LessThan(Vector256<long>.Indices, Vector256.Create((long)count)).As<long, TElement>();
}
