using System.Numerics;
using System.Runtime.CompilerServices;
using Descent.Backends.Cpu;
using Descent.Numerics;

namespace Descent.Baselines;

/// <summary>The few smallest distances of each row in rising order and where they stand; of equals the first, NaN after all others.</summary>
internal readonly unsafe struct NearestFew<TElement>(
    TElement* distances,
    long columns,
    int count,
    TElement* nearest,
    long* places
) : IRangeBody
    where TElement : unmanaged, IFloatingPointIeee754<TElement>
{
    public void Invoke(long start, long end)
    {
        for (var row = start; row < end; row++)
        {
            Lanes.Run<Row, TElement>(
                new Row(distances + row * columns, columns, count, nearest + row * count, places + row * count)
            );
        }
    }

    private readonly struct Row(TElement* distances, long columns, int count, TElement* nearest, long* places)
        : ILanesBody<TElement>
    {
        // Most vectors hold nothing nearer than the farthest that was kept: one comparison for all of their lanes.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Invoke<T>()
            where T : struct, IMemoryLanes<T, TElement>
        {
            long i = 0;
            for (; i < count; i++)
            {
                Insert(distances[i], i, (int)i);
            }

            var all = (uint)((1UL << T.Count) - 1);
            var farthest = LaneMemory.Broadcast<T, TElement>(nearest + count - 1);
            for (; i + T.Count <= columns; i += T.Count)
            {
                if (LaneMemory.Bits<T, TElement>(T.GreaterOrEqual(T.Load(distances + i), farthest)) != all)
                {
                    Consider(i, i + T.Count);
                    farthest = LaneMemory.Broadcast<T, TElement>(nearest + count - 1);
                }
            }

            Consider(i, columns);
        }

        private void Consider(long start, long end)
        {
            for (var i = start; i < end; i++)
            {
                if (IsNearer(distances[i], nearest[count - 1]))
                {
                    Insert(distances[i], i, count - 1);
                }
            }
        }

        // The farthest of those kept, in the free place, gives way.
        private void Insert(TElement distance, long place, int free)
        {
            for (; free > 0 && IsNearer(distance, nearest[free - 1]); free--)
            {
                nearest[free] = nearest[free - 1];
                places[free] = places[free - 1];
            }

            nearest[free] = distance;
            places[free] = place;
        }

        private static bool IsNearer(TElement a, TElement b) => a < b || (TElement.IsNaN(b) && !TElement.IsNaN(a));
    }
}
