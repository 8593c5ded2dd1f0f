using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The largest element of each window and where it stands; a NaN is larger than any number, and the first of equals wins.</summary>
/// <remarks>A window that lies in the padding altogether gives −∞ and the place −1.</remarks>
internal readonly unsafe struct MaxPoolBody<TElement>(PoolGeometry geometry, TElement* x, TElement* y, int* places)
    : IRangeBody
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        for (var plane = start; plane < end; plane++)
        {
            var from = x + plane * geometry.InputSize;
            var to = y + plane * geometry.OutputSize;
            var where = places == null ? null : places + plane * geometry.OutputSize;
            if (typeof(TElement) == typeof(float) && geometry.IsHalving && MaxPoolHalving.IsSupported)
            {
                MaxPoolHalving.Forward(geometry, (float*)from, (float*)to, where);
            }
            else
            {
                Plane(from, to, where);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Plane(TElement* from, TElement* to, int* where)
    {
        for (var row = 0; row < geometry.OutputHeight; row++)
        {
            var rows = geometry.RowsOf(row);
            for (var column = 0; column < geometry.OutputWidth; )
            {
                if (typeof(TElement) == typeof(float) && column == geometry.WideFrom && rows.Count > 0)
                {
                    MaxPoolWide.Row(geometry, rows, (float*)from, (float*)to, where);
                    column = geometry.WideTo;
                    continue;
                }

                var (largest, place) = Largest(from, rows, geometry.ColumnsOf(column));
                to[column] = largest;
                if (where != null)
                {
                    where[column] = place;
                }

                column++;
            }

            to += geometry.OutputWidth;
            where = where == null ? null : where + geometry.OutputWidth;
        }
    }

    private (TElement Value, int Place) Largest(TElement* from, PoolGeometry.Span1d rows, PoolGeometry.Span1d columns)
    {
        var largest = Lane<TElement>.Constant(double.NegativeInfinity).Value;
        var place = -1;
        for (var i = rows.First; i < rows.End; i += rows.Step)
        {
            for (var j = columns.First; j < columns.End; j += columns.Step)
            {
                var value = from[i * geometry.Width + j];
                if (place < 0 || IsLarger(value, largest))
                {
                    largest = value;
                    place = i * geometry.Width + j;
                }
            }
        }

        return (largest, place);
    }

    private static bool IsLarger(TElement value, TElement largest) =>
        typeof(TElement) == typeof(float)
            ? !(*(float*)&value <= *(float*)&largest) && !float.IsNaN(*(float*)&largest)
            : !(*(double*)&value <= *(double*)&largest) && !double.IsNaN(*(double*)&largest);
}

/// <summary>dx of a maximum pool: each gradient goes to the place that won its window.</summary>
internal readonly unsafe struct MaxPoolGradientBody<TElement>(
    PoolGeometry geometry,
    TElement* dy,
    int* places,
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
            var where = places + plane * geometry.OutputSize;
            var to = dx + plane * geometry.InputSize;
            if (typeof(TElement) == typeof(float) && geometry.IsHalving && MaxPoolHalving.IsSupported)
            {
                MaxPoolHalving.Backward(geometry, (float*)from, where, (float*)to);
            }
            else
            {
                Plane(from, where, to);
            }
        }
    }

    // Windows may overlap: their gradients add up in order of the windows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Plane(TElement* from, int* where, TElement* to)
    {
        new Span<TElement>(to, geometry.InputSize).Clear();
        for (var i = 0; i < geometry.OutputSize; i++)
        {
            if (where[i] >= 0)
            {
                var sum = new Lane<TElement>(to[where[i]]) + new Lane<TElement>(from[i]);
                to[where[i]] = sum.Value;
            }
        }
    }
}
