using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Combines the elements of a contiguous row into one.</summary>
/// <remarks>
/// The order, whatever the width of the vectors: element i goes to virtual lane i mod 32, and each lane is combined in
/// order; then lane j is combined with lane j + 16, j + 8, j + 4, j + 2 and j + 1. Two chains of sixteen lanes hide the
/// latency of one.
/// </remarks>
internal static unsafe class RowReduction
{
    private const int VirtualLanes = 32;
    private const int Half = VirtualLanes / 2;

    /// <summary>Combines the terms of a row; <paramref name="second"/> is read only by terms of pairs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static TElement Run<TKernel, TTerm, T, TElement>(
        TElement* first,
        TElement* second,
        long count,
        in TTerm term
    )
        where TKernel : struct, IReduceKernel
        where TTerm : struct, ITerm<T>
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        if (T.Count < 8)
        {
            return RunInMemory<TKernel, TTerm, T, TElement>(first, second, count, term);
        }

        // The lanes fit into two registers of sixteen or four of eight: a for the first half, b for the second.
        T a0 = T.Constant(TKernel.Identity),
            a1 = a0,
            b0 = a0,
            b1 = a0;
        long i = 0;
        for (; i + VirtualLanes <= count; i += VirtualLanes)
        {
            a0 = TKernel.Combine(a0, Term<TTerm, T, TElement>(term, first, second, i));
            b0 = TKernel.Combine(b0, Term<TTerm, T, TElement>(term, first, second, i + Half));
            if (T.Count < Half)
            {
                a1 = TKernel.Combine(a1, Term<TTerm, T, TElement>(term, first, second, i + T.Count));
                b1 = TKernel.Combine(b1, Term<TTerm, T, TElement>(term, first, second, i + Half + T.Count));
            }
        }

        if (i < count)
        {
            AddRest<TKernel, TTerm, T, TElement>(ref a0, term, first + i, second + i, (int)(count - i));
            AddRest<TKernel, TTerm, T, TElement>(
                ref b0,
                term,
                first + i + Half,
                second + i + Half,
                (int)(count - i) - Half
            );
            if (T.Count < Half)
            {
                var j = i + T.Count;
                AddRest<TKernel, TTerm, T, TElement>(ref a1, term, first + j, second + j, (int)(count - j));
                j += Half;
                AddRest<TKernel, TTerm, T, TElement>(ref b1, term, first + j, second + j, (int)(count - j));
            }
        }

        var sixteen = TKernel.Combine(a0, b0);
        return LaneFold.Run<TKernel, T, TElement>(
            T.Count < Half ? TKernel.Combine(sixteen, TKernel.Combine(a1, b1)) : sixteen
        );
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Term<TTerm, T, TElement>(in TTerm term, TElement* first, TElement* second, long i)
        where TTerm : struct, ITerm<T>
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged => term.Of(T.Load(first + i), TTerm.UsesSecond ? T.Load(second + i) : default);

    // Lanes beyond the end of the row stay as they are.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRest<TKernel, TTerm, T, TElement>(
        ref T sum,
        in TTerm term,
        TElement* first,
        TElement* second,
        int rest
    )
        where TKernel : struct, IReduceKernel
        where TTerm : struct, ITerm<T>
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        if (rest > 0)
        {
            var length = Math.Min(rest, T.Count);
            var value = term.Of(
                T.LoadPartial(first, length),
                TTerm.UsesSecond ? T.LoadPartial(second, length) : default
            );
            var present = LaneMemory.Mask<T, TElement>((1u << length) - 1);
            sum = T.Where(present, TKernel.Combine(sum, value), sum);
        }
    }

    // Narrow vectors and single elements: the lanes are in memory.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TElement RunInMemory<TKernel, TTerm, T, TElement>(
        TElement* first,
        TElement* second,
        long count,
        in TTerm term
    )
        where TKernel : struct, IReduceKernel
        where TTerm : struct, ITerm<T>
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        var lanes = stackalloc TElement[VirtualLanes];
        for (var lane = 0; lane < VirtualLanes; lane += T.Count)
        {
            T.Store(lanes + lane, T.Constant(TKernel.Identity));
        }

        for (long i = 0; i < count; i += VirtualLanes)
        {
            for (var lane = 0; lane < VirtualLanes && i + lane < count; lane += T.Count)
            {
                var length = (int)Math.Min(T.Count, count - i - lane);
                var value = term.Of(
                    T.LoadPartial(first + i + lane, length),
                    TTerm.UsesSecond ? T.LoadPartial(second + i + lane, length) : default
                );
                T.StorePartial(lanes + lane, TKernel.Combine(T.Load(lanes + lane), value), length);
            }
        }

        for (var half = Half; half >= T.Count; half /= 2)
        {
            for (var lane = 0; lane < half; lane += T.Count)
            {
                T.Store(lanes + lane, TKernel.Combine(T.Load(lanes + lane), T.Load(lanes + half + lane)));
            }
        }

        return T.Count == 1 ? lanes[0] : LaneFold.Run<TKernel, T, TElement>(T.Load(lanes));
    }
}
