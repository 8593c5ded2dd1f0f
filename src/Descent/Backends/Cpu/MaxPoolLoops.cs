using System.Numerics;
using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The largest element of each window and where it stands; a NaN is larger than any number, and the first of equals wins.</summary>
/// <remarks>A window that lies in the padding altogether gives −∞ and a place with all bits set.</remarks>
internal readonly unsafe struct MaxPoolBody<TElement, TPlace>(
    PoolGeometry geometry,
    TElement* x,
    TElement* y,
    TPlace* places
) : IRangeBody
    where TElement : unmanaged
    where TPlace : unmanaged, IBinaryInteger<TPlace>
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
                MaxPoolHalving.Forward(geometry, (float*)from, (float*)to, (byte*)where);
            }
            else
            {
                Plane(from, to, where);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Plane(TElement* from, TElement* to, TPlace* where)
    {
        for (var row = 0; row < geometry.OutputHeight; row++)
        {
            var rows = geometry.RowsOf(row);
            for (var column = 0; column < geometry.OutputWidth; )
            {
                if (
                    typeof(TElement) == typeof(float)
                    && typeof(TPlace) == typeof(byte)
                    && column == geometry.WideFrom
                    && rows.Count > 0
                )
                {
                    MaxPoolWide.Row(geometry, row, (float*)from, (float*)to, (byte*)where);
                    column = geometry.WideTo;
                    continue;
                }

                var (largest, place) = Largest(from, row, column);
                to[column] = largest;
                if (where != null)
                {
                    where[column] = TPlace.CreateTruncating(place);
                }

                column++;
            }

            to += geometry.OutputWidth;
            where = where == null ? null : where + geometry.OutputWidth;
        }
    }

    private (TElement Value, int Place) Largest(TElement* from, int outputRow, int outputColumn)
    {
        var (rows, columns) = (geometry.RowsOf(outputRow), geometry.ColumnsOf(outputColumn));
        var largest = Lane<TElement>.Constant(double.NegativeInfinity).Value;
        var place = -1;
        for (var r = 0; r < rows.Count; r++)
        {
            for (var s = 0; s < columns.Count; s++)
            {
                var value = from[(rows.First + r * rows.Step) * geometry.Width + columns.First + s * columns.Step];
                if (place < 0 || IsLarger(value, largest))
                {
                    largest = value;
                    place = (rows.Skipped + r) * geometry.Window.KernelWidth + columns.Skipped + s;
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
internal readonly unsafe struct MaxPoolGradientBody<TElement, TPlace>(
    PoolGeometry geometry,
    TElement* dy,
    TPlace* places,
    TElement* dx
) : IRangeBody
    where TElement : unmanaged
    where TPlace : unmanaged, IBinaryInteger<TPlace>
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
                MaxPoolHalving.Backward(geometry, (float*)from, (byte*)where, (float*)to);
            }
            else
            {
                Plane(from, where, to);
            }
        }
    }

    // Windows may overlap: their gradients add up in order of the windows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Plane(TElement* from, TPlace* where, TElement* to)
    {
        new Span<TElement>(to, geometry.InputSize).Clear();
        var window = geometry.Window;
        for (var row = 0; row < geometry.OutputHeight; row++)
        {
            var corner = (row * window.StrideY - window.PaddingY) * geometry.Width - window.PaddingX;
            for (var column = 0; column < geometry.OutputWidth; column++)
            {
                if (where[column] != TPlace.AllBitsSet)
                {
                    var (r, s) = Math.DivRem(uint.CreateTruncating(where[column]), (uint)window.KernelWidth);
                    var at = corner + (int)r * window.DilationY * geometry.Width + (int)s * window.DilationX;
                    to[at] = (new Lane<TElement>(to[at]) + new Lane<TElement>(from[column])).Value;
                }

                corner += window.StrideX;
            }

            from += geometry.OutputWidth;
            where += geometry.OutputWidth;
        }
    }
}
