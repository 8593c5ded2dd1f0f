using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Backends.Cpu;

/// <summary>Maximum pools of any window on float32 planes: eight neighbouring windows at a time, where all lie inside the plane.</summary>
internal static unsafe class MaxPoolWide
{
    /// <summary>The windows of one output row from <see cref="PoolGeometry.WideFrom"/> to before <see cref="PoolGeometry.WideTo"/>.</summary>
    /// <remarks>The last step moves back to end with the row; what it does again, it does with the same result.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Row(in PoolGeometry geometry, PoolGeometry.Span1d rows, float* x, float* y, int* places)
    {
        var window = geometry.Window;
        for (var column = geometry.WideFrom; column < geometry.WideTo; column += 8)
        {
            var at = Math.Min(column, geometry.WideTo - 8);
            var left = at * window.StrideX - window.PaddingX;
            var own = Vector256<int>.Indices * window.StrideX;
            var best = Vector256<float>.Zero;
            var winners = Vector256<int>.Zero;
            for (var i = rows.First; i < rows.End; i += rows.Step)
            {
                for (var s = 0; s < window.KernelWidth; s++)
                {
                    var place = i * geometry.Width + left + s * window.DilationX;
                    var value = EvenOdd.Load(x + place, window.StrideX);
                    var here = own + Vector256.Create(place);
                    if (i == rows.First && s == 0)
                    {
                        best = value;
                        winners = here;
                    }
                    else
                    {
                        MaxPoolHalving.Take(value, here, ref best, ref winners);
                    }
                }
            }

            best.Store(y + at);
            if (places != null)
            {
                winners.Store(places + at);
            }
        }
    }
}
