using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Descent.Backends.Cpu;

/// <summary>128-bit vectors of float or double.</summary>
internal readonly unsafe struct Vector128Ops<TElement> : IVectorOps<Vector128<TElement>, TElement>
    where TElement : unmanaged
{
    public static int Count => sizeof(Vector128<TElement>) / sizeof(TElement);

    public static int TileRows => AdvSimd.IsSupported ? 12 : 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<TElement> Load(TElement* source) => Unsafe.ReadUnaligned<Vector128<TElement>>(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TElement* destination, Vector128<TElement> value) =>
        Unsafe.WriteUnaligned(destination, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<TElement> LoadPartial(TElement* source, int count)
    {
        if (Avx.IsSupported)
        {
            return sizeof(TElement) == sizeof(float)
                ? Avx.MaskLoad((float*)source, Mask(count).AsSingle()).As<float, TElement>()
                : Avx.MaskLoad((double*)source, Mask(count).AsDouble()).As<double, TElement>();
        }

        var value = Vector128<TElement>.Zero;
        Unsafe.CopyBlockUnaligned(&value, source, (uint)(count * sizeof(TElement)));
        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial(TElement* destination, Vector128<TElement> value, int count)
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
    public static Vector128<TElement> Constant(double value) =>
        typeof(TElement) == typeof(float)
            ? Vector128.Create((float)value).As<float, TElement>()
            : Vector128.Create(value).As<double, TElement>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<TElement> Broadcast(TElement* source) => Vector128.Create(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<TElement> FusedMultiplyAdd(
        Vector128<TElement> a,
        Vector128<TElement> b,
        Vector128<TElement> c
    ) =>
        sizeof(TElement) == sizeof(float)
            ? Vector128.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, TElement>()
            : Vector128.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, TElement>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<TElement> FusedMultiplySubtract(
        Vector128<TElement> a,
        Vector128<TElement> b,
        Vector128<TElement> c
    ) =>
        !Fma.IsSupported ? FusedMultiplyAdd(a, b, -c)
        : sizeof(TElement) == sizeof(float)
            ? Fma.MultiplySubtract(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, TElement>()
        : Fma.MultiplySubtract(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, TElement>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<TElement> Add(Vector128<TElement> left, Vector128<TElement> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<TElement> Subtract(Vector128<TElement> left, Vector128<TElement> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<TElement> Abs(Vector128<TElement> value) => Vector128.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<TElement> And(Vector128<TElement> value, Vector128<TElement> mask) => value & mask;

    // All bits set in the first lanes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<TElement> Mask(int count) =>
        sizeof(TElement) == sizeof(float)
            ? Vector128.LessThan(Vector128<int>.Indices, Vector128.Create(count)).As<int, TElement>()
            : Vector128.LessThan(Vector128<long>.Indices, Vector128.Create((long)count)).As<long, TElement>();
}
