using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Raises a flag if a number is infinite or NaN.</summary>
internal readonly unsafe struct FiniteLoop<T, TElement>(nint x, int* broken) : IRangeBody
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

        // x − x is 0 for a finite x and NaN otherwise, and a NaN stays in the sum.
        var from = (TElement*)x + start;
        var count = end - start;
        T a = T.Zero,
            b = T.Zero;
        long i = 0;
        for (; i + 2 * T.Count <= count; i += 2 * T.Count)
        {
            var (first, second) = (T.Load(from + i), T.Load(from + i + T.Count));
            a += first - first;
            b += second - second;
        }

        while (i < count)
        {
            var length = (int)Math.Min(T.Count, count - i);
            var rest = T.LoadPartial(from + i, length);
            a += rest - rest;
            i += length;
        }

        if (LaneMemory.Bits<T, TElement>(T.NotEqual(a + b, T.Zero)) != 0)
        {
            Volatile.Write(ref *broken, 1);
        }
    }
}
