using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Backends.Cpu;

/// <summary>512-bit vectors of float or double.</summary>
internal readonly unsafe struct Vector512Ops<TElement> : IVectorOps<Vector512<TElement>, TElement>
    where TElement : unmanaged
{
    public static int Count => Vector512<TElement>.Count;

    public static int TileRows => 12;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<TElement> Load(TElement* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TElement* destination, Vector512<TElement> value) => value.Store(destination);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Vector512<TElement> LoadPartial(TElement* source, int count)
    {
        var value = Vector512<TElement>.Zero;
        Unsafe.CopyBlockUnaligned(&value, source, (uint)(count * sizeof(TElement)));
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void StorePartial(TElement* destination, Vector512<TElement> value, int count) =>
        Unsafe.CopyBlockUnaligned(destination, &value, (uint)(count * sizeof(TElement)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<TElement> Broadcast(TElement* source) => Vector512.Create(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<TElement> FusedMultiplyAdd(
        Vector512<TElement> a,
        Vector512<TElement> b,
        Vector512<TElement> c
    ) =>
        typeof(TElement) == typeof(float)
            ? Vector512.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, TElement>()
            : Vector512.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, TElement>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<TElement> Add(Vector512<TElement> left, Vector512<TElement> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<TElement> Max(Vector512<TElement> left, Vector512<TElement> right) =>
        Vector512.Max(left, right);
}
