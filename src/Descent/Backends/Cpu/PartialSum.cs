using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Adds partial results to the first one, in order: ((first + p₀) + p₁) + …</summary>
internal readonly unsafe struct PartialSum<TOps, TVector, TElement>(
    TElement* first,
    TElement* partial,
    long length,
    int count
) : IRangeBody
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        for (var i = start; i < end; i += TOps.Count)
        {
            var lanes = (int)Math.Min(TOps.Count, end - i);
            if (lanes == TOps.Count)
            {
                var sum = TOps.Load(first + i);
                for (var p = 0; p < count; p++)
                {
                    sum = TOps.Add(sum, TOps.Load(partial + p * length + i));
                }

                TOps.Store(first + i, sum);
            }
            else
            {
                var sum = TOps.LoadPartial(first + i, lanes);
                for (var p = 0; p < count; p++)
                {
                    sum = TOps.Add(sum, TOps.LoadPartial(partial + p * length + i, lanes));
                }

                TOps.StorePartial(first + i, sum, lanes);
            }
        }
    }
}
