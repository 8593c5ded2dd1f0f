using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The place of the largest or smallest element of each row: the extreme value is found first, then its first place.</summary>
internal readonly unsafe struct ArgLoop<TKernel, T, TElement>(TElement* x, long length, long* y) : IRangeBody
    where TKernel : struct, IReduceKernel
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        for (var row = start; row < end; row++)
        {
            var from = x + row * length;
            var extreme = RowReduction.Run<TKernel, Itself<T>, T, TElement>(from, null, length, default);
            y[row] = FirstPlace(from, LaneMemory.Broadcast<T, TElement>(&extreme));
        }
    }

    // A NaN wins, and only a NaN differs from itself.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private long FirstPlace(TElement* from, T extreme)
    {
        var isNumber = LaneMemory.Bits<T, TElement>(T.NotEqual(extreme, extreme)) == 0;
        for (long i = 0; ; i += T.Count)
        {
            var count = (int)Math.Min(T.Count, length - i);
            var values = T.LoadPartial(from + i, count);
            var found = isNumber ? T.Equal(values, extreme) : T.NotEqual(values, values);
            var bits = LaneMemory.Bits<T, TElement>(found) & (uint)((1 << count) - 1);
            if (bits != 0)
            {
                return i + System.Numerics.BitOperations.TrailingZeroCount(bits);
            }
        }
    }
}

/// <summary>The larger of two.</summary>
internal readonly struct Largest : IReduceKernel
{
    public static double Identity => double.NegativeInfinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Combine<T>(T a, T b)
        where T : struct, ILanes<T> => T.Max(a, b);
}

/// <summary>The smaller of two.</summary>
internal readonly struct Smallest : IReduceKernel
{
    public static double Identity => double.PositiveInfinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Combine<T>(T a, T b)
        where T : struct, ILanes<T> => T.Min(a, b);
}

/// <summary>The sum of two.</summary>
internal readonly struct Total : IReduceKernel
{
    public static double Identity => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Combine<T>(T a, T b)
        where T : struct, ILanes<T> => a + b;
}
