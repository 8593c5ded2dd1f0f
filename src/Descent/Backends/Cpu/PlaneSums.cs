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

    /// <summary>A sum of second numbers, and one more.</summary>
    T AddSecond(T sum, T x, T first);
}

/// <summary>Sums one or two terms over a plane in one pass, in the order of <see cref="RowReduction"/>.</summary>
internal static unsafe class PlaneSums
{
    private const int VirtualLanes = 32;
    private const int Half = VirtualLanes / 2;

    /// <summary>The sums; memory <paramref name="ahead"/> elements behind x and <paramref name="otherAhead"/> behind the other is on its way to the cache then, unless they are zero.</summary>
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
            if (ahead != 0)
            {
                Prefetch(x + i + ahead);
            }

            if (TTerms.UsesOther && otherAhead != 0)
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
            second = terms.AddSecond(second, value, first);
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
                second = T.Where(present, terms.AddSecond(second, value, first), second);
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

    // Narrow vectors and single elements: the lanes are in memory.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
        var lanes = stackalloc TElement[2 * VirtualLanes];
        var seconds = lanes + VirtualLanes;
        new Span<TElement>(lanes, 2 * VirtualLanes).Clear();
        for (long i = 0; i < count; i += VirtualLanes)
        {
            for (var lane = 0; lane < VirtualLanes && i + lane < count; lane += T.Count)
            {
                var (at, length) = (i + lane, (int)Math.Min(T.Count, count - i - lane));
                var value = T.LoadPartial(x + at, length);
                var first = terms.First(value, TTerms.UsesOther ? T.LoadPartial(other + at, length) : default);
                T.StorePartial(lanes + lane, T.Load(lanes + lane) + first, length);
                if (TTerms.HasSecond)
                {
                    var sum = terms.AddSecond(T.Load(seconds + lane), value, first);
                    T.StorePartial(seconds + lane, sum, length);
                }
            }
        }

        return (FoldInMemory<T, TElement>(lanes), FoldInMemory<T, TElement>(seconds));
    }

    private static double FoldInMemory<T, TElement>(TElement* lanes)
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        for (var half = Half; half >= T.Count; half /= 2)
        {
            for (var lane = 0; lane < half; lane += T.Count)
            {
                T.Store(lanes + lane, T.Load(lanes + lane) + T.Load(lanes + half + lane));
            }
        }

        return ToDouble(T.Count == 1 ? lanes[0] : LaneFold.Run<Total, T, TElement>(T.Load(lanes)));
    }
}
