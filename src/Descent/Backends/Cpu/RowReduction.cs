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

    /// <summary>Combines the terms of a row; <paramref name="second"/> is read only by terms of pairs.</summary>
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
        var lanes = stackalloc TElement[VirtualLanes];
        var whole = count - count % VirtualLanes;
        if (T.Count >= 8)
        {
            // The lanes fit into two or four registers.
            const int Half = VirtualLanes / 2;
            T a0 = T.Constant(TKernel.Identity),
                a1 = a0,
                b0 = a0,
                b1 = a0;
            for (long i = 0; i < whole; i += VirtualLanes)
            {
                a0 = TKernel.Combine(a0, Term<TTerm, T, TElement>(term, first, second, i));
                b0 = TKernel.Combine(b0, Term<TTerm, T, TElement>(term, first, second, i + Half));
                if (T.Count < Half)
                {
                    a1 = TKernel.Combine(a1, Term<TTerm, T, TElement>(term, first, second, i + T.Count));
                    b1 = TKernel.Combine(b1, Term<TTerm, T, TElement>(term, first, second, i + Half + T.Count));
                }
            }

            T.Store(lanes, a0);
            T.Store(lanes + Half, b0);
            if (T.Count < Half)
            {
                T.Store(lanes + T.Count, a1);
                T.Store(lanes + Half + T.Count, b1);
            }
        }
        else
        {
            for (var lane = 0; lane < VirtualLanes; lane += T.Count)
            {
                T.Store(lanes + lane, T.Constant(TKernel.Identity));
            }

            for (long i = 0; i < whole; i += VirtualLanes)
            {
                for (var lane = 0; lane < VirtualLanes; lane += T.Count)
                {
                    var value = Term<TTerm, T, TElement>(term, first, second, i + lane);
                    T.Store(lanes + lane, TKernel.Combine(T.Load(lanes + lane), value));
                }
            }
        }

        for (int lane = 0, rest = (int)(count - whole); rest > 0; lane += T.Count, rest -= T.Count)
        {
            var length = Math.Min(rest, T.Count);
            var value = term.Of(
                T.LoadPartial(first + whole + lane, length),
                TTerm.UsesSecond ? T.LoadPartial(second + whole + lane, length) : default
            );
            T.StorePartial(lanes + lane, TKernel.Combine(T.Load(lanes + lane), value), length);
        }

        return Fold<TKernel, T, TElement>(lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Term<TTerm, T, TElement>(in TTerm term, TElement* first, TElement* second, long i)
        where TTerm : struct, ITerm<T>
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged => term.Of(T.Load(first + i), TTerm.UsesSecond ? T.Load(second + i) : default);

    // The tree: each step combines the first half of the lanes with the second.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TElement Fold<TKernel, T, TElement>(TElement* lanes)
        where TKernel : struct, IReduceKernel
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        for (var half = VirtualLanes / 2; half >= T.Count; half /= 2)
        {
            for (var lane = 0; lane < half; lane += T.Count)
            {
                T.Store(lanes + lane, TKernel.Combine(T.Load(lanes + lane), T.Load(lanes + half + lane)));
            }
        }

        if (T.Count == 1)
        {
            return lanes[0];
        }

        // Only floating-point lanes are wider than one.
        for (var half = T.Count / 2; half > 0; half /= 2)
        {
            for (var lane = 0; lane < half; lane++)
            {
                var (a, b) = (new Lane<TElement>(lanes[lane]), new Lane<TElement>(lanes[half + lane]));
                lanes[lane] = TKernel.Combine(a, b).Value;
            }
        }

        return lanes[0];
    }
}
