using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Raises a flag if a number is larger than a bound, whatever its sign, or NaN.</summary>
internal readonly unsafe struct BoundLoop<T, TElement>(nint x, double bound, int* broken) : IRangeBody
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        if (Volatile.Read(ref *broken) != 0)
        {
            return;
        }

        var from = (TElement*)x + start;
        var count = end - start;
        var most = T.Constant(bound);
        T a = T.Zero,
            b = T.Zero;
        long i = 0;
        for (; i + 2 * T.Count <= count; i += 2 * T.Count)
        {
            a = Check(T.Load(from + i), most, a);
            b = Check(T.Load(from + i + T.Count), most, b);
        }

        while (i < count)
        {
            var length = (int)Math.Min(T.Count, count - i);
            a = Check(T.LoadPartial(from + i, length), most, a);
            i += length;
        }

        if (LaneMemory.Bits<T, TElement>(T.NotEqual(a + b, T.Zero)) != 0)
        {
            Volatile.Write(ref *broken, 1);
        }
    }

    // A comparison with NaN does not hold, so NaN is found too.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Check(T value, T most, T found) => T.Where(T.GreaterOrEqual(most, T.Abs(value)), found, T.One);
}
