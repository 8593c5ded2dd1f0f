using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Backends.Cpu;

/// <summary>256-bit vectors of float or double.</summary>
internal readonly unsafe struct Vector256Ops<TElement> : IVectorOps<Vector256<TElement>, TElement>
    where TElement : unmanaged
{
    public static int Count => Vector256<TElement>.Count;

    public static int TileRows => 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<TElement> Load(TElement* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TElement* destination, Vector256<TElement> value) => value.Store(destination);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Vector256<TElement> LoadPartial(TElement* source, int count)
    {
        var value = Vector256<TElement>.Zero;
        Unsafe.CopyBlockUnaligned(&value, source, (uint)(count * sizeof(TElement)));
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void StorePartial(TElement* destination, Vector256<TElement> value, int count) =>
        Unsafe.CopyBlockUnaligned(destination, &value, (uint)(count * sizeof(TElement)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<TElement> Broadcast(TElement* source) => Vector256.Create(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<TElement> FusedMultiplyAdd(
        Vector256<TElement> a,
        Vector256<TElement> b,
        Vector256<TElement> c
    ) =>
        typeof(TElement) == typeof(float)
            ? Vector256.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, TElement>()
            : Vector256.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, TElement>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<TElement> Add(Vector256<TElement> left, Vector256<TElement> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<TElement> Max(Vector256<TElement> left, Vector256<TElement> right) =>
        Vector256.Max(left, right);
}
