using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>dw[k, c, r, s] = sum[k, r, s, c].</summary>
internal readonly unsafe struct WeightReorder<TElement>(ConvolutionShape shape, TElement* sum, TElement* dw)
    : IRangeBody
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var filter = shape.R * shape.S;
        for (var k = start; k < end; k++)
        {
            var from = sum + k * shape.Taps;
            var to = dw + k * shape.Taps;
            var tap = filter / 8 * 8;
            Transpose.Run(from, shape.GroupC, tap, shape.GroupC, to, filter);
            for (from += tap * shape.GroupC; tap < filter; tap++, from += shape.GroupC)
            {
                for (var c = 0; c < shape.GroupC; c++)
                {
                    to[c * filter + tap] = from[c];
                }
            }
        }
    }
}
