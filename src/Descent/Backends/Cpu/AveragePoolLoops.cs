using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The mean of each window, summed row by row.</summary>
internal readonly unsafe struct AveragePoolBody<TElement>(
    PoolGeometry geometry,
    bool countPadding,
    TElement* x,
    TElement* y
) : IRangeBody
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        for (var plane = start; plane < end; plane++)
        {
            var from = x + plane * geometry.InputSize;
            var to = y + plane * geometry.OutputSize;
            for (var row = 0; row < geometry.OutputHeight; row++, to += geometry.OutputWidth)
            {
                var rows = geometry.RowsOf(row);
                for (var column = 0; column < geometry.OutputWidth; )
                {
                    if (typeof(TElement) == typeof(float) && column == geometry.WideFrom)
                    {
                        AveragePoolWide.Row(geometry, rows, countPadding, (float*)from, (float*)to);
                        column = geometry.WideTo;
                        continue;
                    }

                    var columns = geometry.ColumnsOf(column);
                    var sum = Lane<TElement>.Zero;
                    for (var i = rows.First; i < rows.End; i += rows.Step)
                    {
                        for (var j = columns.First; j < columns.End; j += columns.Step)
                        {
                            sum += new Lane<TElement>(from[i * geometry.Width + j]);
                        }
                    }

                    var divisor = Lane<TElement>.Constant(geometry.Divisor(rows, columns, countPadding));
                    to[column++] = (sum / divisor).Value;
                }
            }
        }
    }
}

/// <summary>Average pools on float32 planes: eight neighbouring windows at a time, where all lie inside the plane; each is summed in the same order as alone.</summary>
internal static unsafe class AveragePoolWide
{
    /// <summary>The windows of one output row from <see cref="PoolGeometry.WideFrom"/> to before <see cref="PoolGeometry.WideTo"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Row(in PoolGeometry geometry, PoolGeometry.Span1d rows, bool countPadding, float* x, float* y)
    {
        var window = geometry.Window;
        var inside = geometry.ColumnsOf(geometry.WideFrom);
        var divisor = Vector256.Create((float)geometry.Divisor(rows, inside, countPadding));
        for (var column = geometry.WideFrom; column < geometry.WideTo; column += 8)
        {
            var at = Math.Min(column, geometry.WideTo - 8);
            var left = at * window.StrideX - window.PaddingX;
            var sum = Vector256<float>.Zero;
            for (var i = rows.First; i < rows.End; i += rows.Step)
            {
                for (var s = 0; s < window.KernelWidth; s++)
                {
                    sum += EvenOdd.Load(x + i * geometry.Width + left + s * window.DilationX, window.StrideX);
                }
            }

            (sum / divisor).Store(y + at);
        }
    }

    /// <summary>dx of 2×2 windows with stride 2: each gradient, divided by four, goes to its four places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SpreadHalving(in PoolGeometry geometry, float* dy, float* dx)
    {
        var width = geometry.Width;
        for (var row = 0; row < geometry.OutputHeight; row++, dy += geometry.OutputWidth)
        {
            var first = dx + 2 * row * width;
            for (var column = 0; column < geometry.OutputWidth; column += 4)
            {
                var at = Math.Min(column, geometry.OutputWidth - 4);
                var share = Vector128.Load(dy + at) / Vector128.Create(4f);
                EvenOdd.Join(share, share, first + 2 * at);
                EvenOdd.Join(share, share, first + width + 2 * at);
            }
        }

        geometry.ClearUncovered(dx);
    }
}

/// <summary>dx of an average pool: each gradient, divided, goes to every place of its window; where windows overlap they add up in order.</summary>
internal readonly unsafe struct AveragePoolGradientBody<TElement>(
    PoolGeometry geometry,
    bool countPadding,
    TElement* dy,
    TElement* dx
) : IRangeBody
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        for (var plane = start; plane < end; plane++)
        {
            var from = dy + plane * geometry.OutputSize;
            var to = dx + plane * geometry.InputSize;
            if (typeof(TElement) == typeof(float) && geometry.IsHalving && EvenOdd.IsSupported)
            {
                AveragePoolWide.SpreadHalving(geometry, (float*)from, (float*)to);
                continue;
            }

            if (typeof(TElement) == typeof(float) && PoolLine.CanRun(geometry) && geometry.Window.StrideX <= 2)
            {
                AveragePoolGradientRows.Run(geometry, (float*)from, countPadding, (float*)to);
                continue;
            }

            new Span<TElement>(to, geometry.InputSize).Clear();
            for (var row = 0; row < geometry.OutputHeight; row++)
            {
                var rows = geometry.RowsOf(row);
                for (var column = 0; column < geometry.OutputWidth; column++)
                {
                    var columns = geometry.ColumnsOf(column);
                    var divisor = Lane<TElement>.Constant(geometry.Divisor(rows, columns, countPadding));
                    var share = new Lane<TElement>(*from++) / divisor;
                    for (var i = rows.First; i < rows.End; i += rows.Step)
                    {
                        for (var j = columns.First; j < columns.End; j += columns.Step)
                        {
                            var place = to + i * geometry.Width + j;
                            *place = (new Lane<TElement>(*place) + share).Value;
                        }
                    }
                }
            }
        }
    }
}
