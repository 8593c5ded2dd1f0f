using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Rows of products of contiguous matrices, (B, M, K) × (B, K, N): each row is a sum of multiples of rows, in order of K.</summary>
internal readonly unsafe struct PlainProductLoop<T, TElement>(
    TElement* a,
    TElement* b,
    TElement* y,
    long rows,
    long inner,
    long columns,
    bool accumulate
) : IRangeBody
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        for (var item = start; item < end; item++)
        {
            var left = a + item * inner;
            var right = b + item / rows * inner * columns;
            var result = y + item * columns;
            for (long column = 0; column < columns; column += T.Count)
            {
                var count = (int)Math.Min(T.Count, columns - column);
                var sum = accumulate ? T.LoadPartial(result + column, count) : T.Zero;
                for (long k = 0; k < inner; k++)
                {
                    var factor = LaneMemory.Broadcast<T, TElement>(left + k);
                    sum = T.FusedMultiplyAdd(factor, T.LoadPartial(right + k * columns + column, count), sum);
                }

                T.StorePartial(result + column, sum, count);
            }
        }
    }
}
