using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Backends.Cpu;

/// <summary>512-bit vectors of float or double.</summary>
internal readonly unsafe struct Vector512Ops<TElement> : IVectorOps<Vector512<TElement>, TElement>
    where TElement : unmanaged
{
    public static int Count => sizeof(Vector512<TElement>) / sizeof(TElement);

    public static int TileRows => 12;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<TElement> Load(TElement* source) => Unsafe.ReadUnaligned<Vector512<TElement>>(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TElement* destination, Vector512<TElement> value) =>
        Unsafe.WriteUnaligned(destination, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<TElement> LoadPartial(TElement* source, int count)
    {
        if (Avx512F.IsSupported)
        {
            return sizeof(TElement) == sizeof(float)
                ? Avx512F.MaskLoad((float*)source, Mask(count).AsSingle(), Vector512<float>.Zero).As<float, TElement>()
                : Avx512F
                    .MaskLoad((double*)source, Mask(count).AsDouble(), Vector512<double>.Zero)
                    .As<double, TElement>();
        }

        var value = Vector512<TElement>.Zero;
        Unsafe.CopyBlockUnaligned(&value, source, (uint)(count * sizeof(TElement)));
        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial(TElement* destination, Vector512<TElement> value, int count)
    {
        if (Avx512F.IsSupported && sizeof(TElement) == sizeof(float))
        {
            Avx512F.MaskStore((float*)destination, Mask(count).AsSingle(), value.AsSingle());
        }
        else if (Avx512F.IsSupported)
        {
            Avx512F.MaskStore((double*)destination, Mask(count).AsDouble(), value.AsDouble());
        }
        else
        {
            Unsafe.CopyBlockUnaligned(destination, &value, (uint)(count * sizeof(TElement)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<TElement> Constant(double value) =>
        typeof(TElement) == typeof(float)
            ? Vector512.Create((float)value).As<float, TElement>()
            : Vector512.Create(value).As<double, TElement>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<TElement> Broadcast(TElement* source) => Vector512.Create(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<TElement> FusedMultiplyAdd(
        Vector512<TElement> a,
        Vector512<TElement> b,
        Vector512<TElement> c
    ) =>
        sizeof(TElement) == sizeof(float)
            ? Vector512.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, TElement>()
            : Vector512.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, TElement>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<TElement> FusedMultiplySubtract(
        Vector512<TElement> a,
        Vector512<TElement> b,
        Vector512<TElement> c
    ) =>
        !Avx512F.IsSupported ? FusedMultiplyAdd(a, b, -c)
        : sizeof(TElement) == sizeof(float)
            ? Avx512F.FusedMultiplySubtract(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, TElement>()
        : Avx512F.FusedMultiplySubtract(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, TElement>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<TElement> Add(Vector512<TElement> left, Vector512<TElement> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<TElement> Subtract(Vector512<TElement> left, Vector512<TElement> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<TElement> Abs(Vector512<TElement> value) => Vector512.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<TElement> And(Vector512<TElement> value, Vector512<TElement> mask) => value & mask;

    // All bits set in the first lanes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<TElement> Mask(int count) =>
        sizeof(TElement) == sizeof(float)
            ? Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).As<int, TElement>()
            : Vector512.LessThan(Vector512<long>.Indices, Vector512.Create((long)count)).As<long, TElement>();
}
