using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>One or two numbers made of an element, or of a pair of them: what goes into the sums over a plane.</summary>
internal interface IPlaneTerms<T>
    where T : struct, ILanes<T>
{
    /// <summary>Whether the other plane is read at all.</summary>
    static abstract bool UsesOther { get; }

    /// <summary>Whether there is a second number.</summary>
    static abstract bool HasSecond { get; }

    /// <summary>The first number.</summary>
    T First(T x, T other);

    /// <summary>The second number.</summary>
    T Second(T x, T first);
}

/// <summary>Sums one or two terms over a plane in one pass, in the order of <see cref="RowReduction"/>.</summary>
internal static unsafe class PlaneSums
{
    private const int VirtualLanes = 32;
    private const int Half = VirtualLanes / 2;

    /// <summary>The sums; memory <paramref name="ahead"/> elements behind x and <paramref name="otherAhead"/> behind the other is on its way to the cache then.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (double First, double Second) Run<TTerms, T, TElement>(
        TElement* x,
        TElement* other,
        long count,
        long ahead,
        long otherAhead,
        in TTerms terms
    )
        where TTerms : struct, IPlaneTerms<T>
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        if (T.Count < 8)
        {
            return RunInMemory<TTerms, T, TElement>(x, other, count, terms);
        }

        // The lanes fit into two registers of sixteen or four of eight: a for the first half, b for the second.
        var own = terms;
        T a0 = T.Zero,
            a1 = a0,
            b0 = a0,
            b1 = a0,
            c0 = a0,
            c1 = a0,
            d0 = a0,
            d1 = a0;
        long i = 0;
        for (; i + VirtualLanes <= count; i += VirtualLanes)
        {
            Prefetch(x + i + ahead);
            if (TTerms.UsesOther)
            {
                Prefetch(other + i + otherAhead);
            }

            Add<TTerms, T, TElement>(own, x + i, other + i, ref a0, ref c0);
            Add<TTerms, T, TElement>(own, x + i + Half, other + i + Half, ref b0, ref d0);
            if (T.Count < Half)
            {
                Add<TTerms, T, TElement>(own, x + i + T.Count, other + i + T.Count, ref a1, ref c1);
                Add<TTerms, T, TElement>(own, x + i + Half + T.Count, other + i + Half + T.Count, ref b1, ref d1);
            }
        }

        if (i < count)
        {
            var rest = (int)(count - i);
            AddRest<TTerms, T, TElement>(own, x + i, other + i, rest, ref a0, ref c0);
            AddRest<TTerms, T, TElement>(own, x + i + Half, other + i + Half, rest - Half, ref b0, ref d0);
            if (T.Count < Half)
            {
                var j = i + T.Count;
                AddRest<TTerms, T, TElement>(own, x + j, other + j, (int)(count - j), ref a1, ref c1);
                j += Half;
                AddRest<TTerms, T, TElement>(own, x + j, other + j, (int)(count - j), ref b1, ref d1);
            }
        }

        return (Fold<T, TElement>(a0, a1, b0, b1), TTerms.HasSecond ? Fold<T, TElement>(c0, c1, d0, d1) : 0);
    }

    /// <summary>An element in double precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double ToDouble<TElement>(TElement value)
        where TElement : unmanaged => typeof(TElement) == typeof(float) ? *(float*)&value : *(double*)&value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TTerms, T, TElement>(in TTerms terms, TElement* x, TElement* other, ref T sum, ref T second)
        where TTerms : struct, IPlaneTerms<T>
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        var value = T.Load(x);
        var first = terms.First(value, TTerms.UsesOther ? T.Load(other) : default);
        sum += first;
        if (TTerms.HasSecond)
        {
            second += terms.Second(value, first);
        }
    }

    // Lanes beyond the end of the plane stay as they are.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRest<TTerms, T, TElement>(
        in TTerms terms,
        TElement* x,
        TElement* other,
        int rest,
        ref T sum,
        ref T second
    )
        where TTerms : struct, IPlaneTerms<T>
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        if (rest > 0)
        {
            var length = Math.Min(rest, T.Count);
            var present = LaneMemory.Mask<T, TElement>((1u << length) - 1);
            var value = T.LoadPartial(x, length);
            var first = terms.First(value, TTerms.UsesOther ? T.LoadPartial(other, length) : default);
            sum = T.Where(present, sum + first, sum);
            if (TTerms.HasSecond)
            {
                second = T.Where(present, second + terms.Second(value, first), second);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Fold<T, TElement>(T a0, T a1, T b0, T b1)
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        var sixteen = a0 + b0;
        return ToDouble(LaneFold.Run<Total, T, TElement>(T.Count < Half ? sixteen + (a1 + b1) : sixteen));
    }

    // Two lines of the cache: what a turn of the loop reads of floats.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch<TElement>(TElement* address)
        where TElement : unmanaged
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch1(address);
            Sse.Prefetch1((byte*)address + 64);
        }
    }

    private static (double First, double Second) RunInMemory<TTerms, T, TElement>(
        TElement* x,
        TElement* other,
        long count,
        in TTerms terms
    )
        where TTerms : struct, IPlaneTerms<T>
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        var first = new FirstOf<TTerms, T>(terms);
        var sum = ToDouble(RowReduction.Run<Total, FirstOf<TTerms, T>, T, TElement>(x, other, count, first));
        if (!TTerms.HasSecond)
        {
            return (sum, 0);
        }

        var second = new SecondOf<TTerms, T>(terms);
        return (sum, ToDouble(RowReduction.Run<Total, SecondOf<TTerms, T>, T, TElement>(x, other, count, second)));
    }

    private readonly struct FirstOf<TTerms, T>(TTerms terms) : ITerm<T>
        where TTerms : struct, IPlaneTerms<T>
        where T : struct, ILanes<T>
    {
        public static bool UsesSecond => TTerms.UsesOther;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Of(T first, T second) => terms.First(first, second);
    }

    private readonly struct SecondOf<TTerms, T>(TTerms terms) : ITerm<T>
        where TTerms : struct, IPlaneTerms<T>
        where T : struct, ILanes<T>
    {
        public static bool UsesSecond => TTerms.UsesOther;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Of(T first, T second) => terms.Second(first, terms.First(first, second));
    }
}
