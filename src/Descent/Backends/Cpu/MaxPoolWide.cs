using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Backends.Cpu;

/// <summary>Maximum pools of any window on float32 planes: eight neighbouring windows at a time, where all lie inside the plane.</summary>
internal static unsafe class MaxPoolWide
{
    /// <summary>The windows of one output row from <see cref="PoolGeometry.WideFrom"/> to before <see cref="PoolGeometry.WideTo"/>.</summary>
    /// <remarks>The last step moves back to end with the row; what it does again, it does with the same result.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Row(in PoolGeometry geometry, int outputRow, float* x, float* y, byte* places)
    {
        var window = geometry.Window;
        var rows = geometry.RowsOf(outputRow);
        for (var column = geometry.WideFrom; column < geometry.WideTo; column += 8)
        {
            var at = Math.Min(column, geometry.WideTo - 8);
            var from = x + rows.First * geometry.Width + at * window.StrideX - window.PaddingX;
            var place = Vector256.Create(rows.Skipped * window.KernelWidth);
            var best = EvenOdd.Load(from, window.StrideX);
            var winners = place;
            for (var r = 0; r < rows.Count; r++)
            {
                for (var s = 0; s < window.KernelWidth; s++)
                {
                    if (r + s != 0)
                    {
                        place += Vector256<int>.One;
                        var value = EvenOdd.Load(from + s * window.DilationX, window.StrideX);
                        MaxPoolHalving.Take(value, place, ref best, ref winners);
                    }
                }

                from += rows.Step * geometry.Width;
            }

            best.Store(y + at);
            if (places != null)
            {
                MaxPoolHalving.Store(winners, places + at);
            }
        }
    }
}
