using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Combines the lanes of one vector into one element: at each step the first half with the second, in registers.</summary>
internal static class LaneFold
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TElement Run<TKernel, T, TElement>(T lanes)
        where TKernel : struct, IReduceKernel
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        if (typeof(T) == typeof(Lanes512<TElement>))
        {
            var vector = Unsafe.BitCast<T, Lanes512<TElement>>(lanes).Vector;
            return Fold<TKernel, TElement>(
                TKernel.Combine(new Lanes256<TElement>(vector.GetLower()), new Lanes256<TElement>(vector.GetUpper()))
            );
        }

        return typeof(T) == typeof(Lanes256<TElement>)
            ? Fold<TKernel, TElement>(Unsafe.BitCast<T, Lanes256<TElement>>(lanes))
            : Fold<TKernel, TElement>(Unsafe.BitCast<T, Lanes128<TElement>>(lanes));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TElement Fold<TKernel, TElement>(Lanes256<TElement> lanes)
        where TKernel : struct, IReduceKernel
        where TElement : unmanaged =>
        Fold<TKernel, TElement>(
            TKernel.Combine(
                new Lanes128<TElement>(lanes.Vector.GetLower()),
                new Lanes128<TElement>(lanes.Vector.GetUpper())
            )
        );

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TElement Fold<TKernel, TElement>(Lanes128<TElement> lanes)
        where TKernel : struct, IReduceKernel
        where TElement : unmanaged
    {
        if (typeof(TElement) == typeof(float))
        {
            var swapped = Vector128.Shuffle(lanes.Vector.AsInt32(), Vector128.Create(2, 3, 0, 1));
            lanes = TKernel.Combine(lanes, new Lanes128<TElement>(swapped.As<int, TElement>()));
        }

        return TKernel
            .Combine(new Lane<TElement>(lanes.Vector.GetElement(0)), new Lane<TElement>(lanes.Vector.GetElement(1)))
            .Value;
    }
}
