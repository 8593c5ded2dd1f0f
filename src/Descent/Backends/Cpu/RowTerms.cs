using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>A number made of an element, or of a pair of them, and of constants of the row: what goes into a sum or into another row.</summary>
internal interface ITerm<T>
    where T : struct, ILanes<T>
{
    /// <summary>Whether the second row is read at all.</summary>
    static abstract bool UsesSecond { get; }

    /// <summary>The number.</summary>
    T Of(T first, T second);
}

/// <summary>Writes a term for every element of a contiguous row.</summary>
internal static unsafe class RowMap
{
    /// <summary>to[i] = term(first[i], second[i]); the second row is read only by terms of pairs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TTerm, T, TElement>(
        TElement* first,
        TElement* second,
        TElement* to,
        long count,
        in TTerm term
    )
        where TTerm : struct, ITerm<T>
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        long i = 0;
        for (; i + T.Count <= count; i += T.Count)
        {
            T.Store(to + i, term.Of(T.Load(first + i), TTerm.UsesSecond ? T.Load(second + i) : default));
        }

        var rest = (int)(count - i);
        if (rest != 0)
        {
            var value = term.Of(
                T.LoadPartial(first + i, rest),
                TTerm.UsesSecond ? T.LoadPartial(second + i, rest) : default
            );
            T.StorePartial(to + i, value, rest);
        }
    }
}

/// <summary>The element itself.</summary>
internal readonly struct Itself<T> : ITerm<T>
    where T : struct, ILanes<T>
{
    public static bool UsesSecond => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Of(T first, T second) => first;
}

/// <summary>The product of a pair.</summary>
internal readonly struct ProductOfPair<T> : ITerm<T>
    where T : struct, ILanes<T>
{
    public static bool UsesSecond => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Of(T first, T second) => first * second;
}

/// <summary>x · factor.</summary>
internal readonly struct Scaled<T>(T factor) : ITerm<T>
    where T : struct, ILanes<T>
{
    public static bool UsesSecond => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Of(T first, T second) => first * factor;
}

/// <summary>x / divisor.</summary>
internal readonly struct Divided<T>(T divisor) : ITerm<T>
    where T : struct, ILanes<T>
{
    public static bool UsesSecond => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Of(T first, T second) => first / divisor;
}
