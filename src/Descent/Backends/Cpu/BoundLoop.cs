using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Raises a flag if a number of rows of one length is larger than a bound, whatever its sign, or NaN.</summary>
internal readonly unsafe struct BoundLoop<T, TElement>(nint x, long step, long length, double bound, int* broken)
    : IRangeBody
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

        while (start < end)
        {
            var (row, at) = Math.DivRem(start, length);
            var count = Math.Min(length - at, end - start);
            Check((TElement*)x + row * step + at, count);
            start += count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Check(TElement* from, long count)
    {
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
            var left = (int)Math.Min(T.Count, count - i);
            a = Check(T.LoadPartial(from + i, left), most, a);
            i += left;
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
