using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
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
    /// <param name="first">The row.</param>
    /// <param name="second">The other row.</param>
    /// <param name="to">Where the terms go.</param>
    /// <param name="count">Elements of a row.</param>
    /// <param name="term">The term.</param>
    /// <param name="streams">Whether to write past the cache, without reading what was there; <see cref="LaneMemory.EndStream"/> comes last.</param>
    /// <param name="ahead">Where what is written next lies, in elements from here; memory there is on its way to the cache then.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TTerm, T, TElement>(
        TElement* first,
        TElement* second,
        TElement* to,
        long count,
        in TTerm term,
        bool streams = false,
        long ahead = 0
    )
        where TTerm : struct, ITerm<T>
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        var own = term;
        long i = 0;
        if (streams)
        {
            var bytes = T.Count * sizeof(TElement);
            var head = (int)(-(nint)to & (bytes - 1)) / sizeof(TElement);
            if (head != 0 && head <= count)
            {
                Partial<TTerm, T, TElement>(own, first, second, to, head);
                i = head;
            }

            if (((nint)(to + i) & (bytes - 1)) == 0)
            {
                for (; i + T.Count <= count; i += T.Count)
                {
                    var value = own.Of(T.Load(first + i), TTerm.UsesSecond ? T.Load(second + i) : default);
                    LaneMemory.StoreStreamed(to + i, value);
                }
            }
        }

        for (; i + T.Count <= count; i += T.Count)
        {
            if (ahead != 0 && Sse.IsSupported)
            {
                Sse.Prefetch1(to + i + ahead);
            }

            T.Store(to + i, own.Of(T.Load(first + i), TTerm.UsesSecond ? T.Load(second + i) : default));
        }

        if (i < count)
        {
            Partial<TTerm, T, TElement>(own, first + i, second + i, to + i, (int)(count - i));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Partial<TTerm, T, TElement>(
        in TTerm term,
        TElement* first,
        TElement* second,
        TElement* to,
        int count
    )
        where TTerm : struct, ITerm<T>
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        var other = TTerm.UsesSecond ? T.LoadPartial(second, count) : default;
        T.StorePartial(to, term.Of(T.LoadPartial(first, count), other), count);
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
