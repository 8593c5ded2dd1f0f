using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Combines the lanes of one vector, or of sixteen in memory, into one element: at each step the first half with the second, in registers.</summary>
internal static unsafe class LaneFold
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

    /// <summary>The sum of 16 lanes: lane j is combined with lane j + 8, j + 4, j + 2 and j + 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TElement SumOfSixteen<TElement>(TElement* lanes)
        where TElement : unmanaged
    {
        var four = sizeof(TElement) == sizeof(float) ? Eight(lanes, 0) + Eight(lanes, 4) : Quarter(lanes);
        return Run<Total, Lanes128<TElement>, TElement>(new(four));
    }

    // Lanes 0 and 1 of doubles after the lanes beyond 8, 4 and 2 were added.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<TElement> Quarter<TElement>(TElement* lanes)
        where TElement : unmanaged => (Eight(lanes, 0) + Eight(lanes, 4)) + (Eight(lanes, 2) + Eight(lanes, 6));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<TElement> Eight<TElement>(TElement* lanes, int lane)
        where TElement : unmanaged => Vector128.Load(lanes + lane) + Vector128.Load(lanes + lane + 8);
}
