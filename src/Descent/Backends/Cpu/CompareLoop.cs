using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>mask = relation(a, b): lanes in, one byte an element out.</summary>
internal readonly unsafe struct CompareLoop<TKernel, T, TElement>(LoopNest nest, nint a, nint b, nint mask) : IRangeBody
    where TKernel : struct, ICompareKernel
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var (row, column) = Math.DivRem(start, nest.RowLength);
        var cursor = nest.At(row);
        var (stepA, stepB) = (nest.RowStep(1), nest.RowStep(2));
        var held = stackalloc TElement[2 * T.Count];
        while (start < end)
        {
            var length = Math.Min(end - start, nest.RowLength - column);
            var fromA = (TElement*)a + cursor.Places[1] + column * stepA;
            var fromB = (TElement*)b + cursor.Places[2] + column * stepB;
            if (stepA == 0)
            {
                T.Store(held, LaneMemory.Broadcast<T, TElement>(fromA));
                fromA = held;
            }

            if (stepB == 0)
            {
                T.Store(held + T.Count, LaneMemory.Broadcast<T, TElement>(fromB));
                fromB = held + T.Count;
            }

            Row(fromA, stepA, fromB, stepB, (byte*)mask + cursor.Places[0] + column, length);
            start += length;
            column = 0;
            nest.Advance(ref cursor);
        }
    }

    // Steps are 1, or 0 for one repeated number that stands in all lanes.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row(TElement* a, long stepA, TElement* b, long stepB, byte* mask, long length)
    {
        long i = 0;
        for (; i + T.Count <= length; i += T.Count)
        {
            var holds = TKernel.Compare(T.Load(a + i * stepA), T.Load(b + i * stepB));
            LaneMemory.StoreTruth(mask + i, LaneMemory.Bits<T, TElement>(holds), T.Count);
        }

        var rest = (int)(length - i);
        if (rest != 0)
        {
            var holds = TKernel.Compare(T.LoadPartial(a + i * stepA, rest), T.LoadPartial(b + i * stepB, rest));
            LaneMemory.StoreTruth(mask + i, LaneMemory.Bits<T, TElement>(holds), rest);
        }
    }
}
