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
            if (
                typeof(TElement) == typeof(float)
                && geometry.OutputWidth > 4
                && HalvingRows.CanRun<Lanes512<float>, float>(geometry)
            )
            {
                HalvingRows.Pool<Itself<Lanes512<float>>, Lanes512<float>>(
                    geometry,
                    (float*)from,
                    (float*)to,
                    (byte*)where,
                    default,
                    geometry.IsFar
                );
            }
            else if (typeof(TElement) == typeof(float) && geometry.IsHalving && MaxPoolHalving.IsSupported)
            {
                MaxPoolHalving.Forward(geometry, (float*)from, (float*)to, (byte*)where);
            }
            else if (
                typeof(TElement) == typeof(float)
                && typeof(TPlace) == typeof(byte)
                && MaxPoolThree.CanRun(geometry)
                && MaxPoolThree.Forward<Itself<Lanes512<float>>, Lanes512<float>>(
                    geometry,
                    (float*)from,
                    (float*)to,
                    (byte*)where,
                    default,
                    geometry.IsFar
                )
            )
            {
                continue;
            }
            else if (typeof(TElement) == typeof(float) && typeof(TPlace) == typeof(byte) && PoolLine.CanRun(geometry))
            {
                MaxPoolRows.Run(geometry, (float*)from, (float*)to, (byte*)where);
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
            for (var column = 0; column < geometry.OutputWidth; column++)
            {
                (*to++, var place) = MaxPoolWindow.Largest(geometry, from, row, column);
                if (where != null)
                {
                    *where++ = TPlace.CreateTruncating(place);
                }
            }
        }
    }
}

/// <summary>One window of a maximum pool.</summary>
internal static unsafe class MaxPoolWindow
{
    /// <summary>The largest element and its place in the window; −∞ and −1 where the window lies in the padding altogether.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (TElement Value, int Place) Largest<TElement>(
        in PoolGeometry geometry,
        TElement* from,
        int outputRow,
        int outputColumn
    )
        where TElement : unmanaged
    {
        var (rows, columns) = (geometry.RowsOf(outputRow), geometry.ColumnsOf(outputColumn));
        if (rows.Count <= 0 || columns.Count <= 0)
        {
            return (Lane<TElement>.Constant(double.NegativeInfinity).Value, -1);
        }

        var line = from + rows.First * geometry.Width + columns.First;
        var largest = *line;
        var (row, column) = (0, 0);
        for (var r = 0; r < rows.Count; r++, line += rows.Step * geometry.Width)
        {
            for (var s = 0; s < columns.Count; s++)
            {
                var value = line[s * columns.Step];
                if (IsLarger(value, largest))
                {
                    (largest, row, column) = (value, r, s);
                }
            }
        }

        return (largest, (rows.Skipped + row) * geometry.Window.KernelWidth + columns.Skipped + column);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsLarger<TElement>(TElement value, TElement largest)
        where TElement : unmanaged =>
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
        // From the corner of a window to each of its places.
        var window = geometry.Window;
        var count = window.KernelHeight * window.KernelWidth;
        using var scratch = new Scratch(count * sizeof(int));
        var distances = (int*)scratch.Pointer;
        for (var place = 0; place < count; place++)
        {
            var (r, s) = Math.DivRem(place, window.KernelWidth);
            distances[place] = r * window.DilationY * geometry.Width + s * window.DilationX;
        }

        for (var plane = start; plane < end; plane++)
        {
            var from = dy + plane * geometry.OutputSize;
            var where = places + plane * geometry.OutputSize;
            var to = dx + plane * geometry.InputSize;
            if (typeof(TElement) == typeof(float) && geometry.IsHalving && MaxPoolHalving.IsSupported)
            {
                MaxPoolHalving.Backward(geometry, (float*)from, (byte*)where, (float*)to);
            }
            else if (
                typeof(TElement) == typeof(float)
                && typeof(TPlace) == typeof(byte)
                && MaxPoolThree.CanRun(geometry)
            )
            {
                MaxPoolThree.Backward(geometry, (float*)from, (byte*)where, (float*)to);
            }
            else
            {
                Plane(from, where, to, distances);
            }
        }
    }

    // Windows may overlap: their gradients add up in order of the windows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Plane(TElement* from, TPlace* where, TElement* to, int* distances)
    {
        new Span<TElement>(to, geometry.InputSize).Clear();
        var window = geometry.Window;
        var (outputs, step) = (geometry.OutputWidth, window.StrideX);
        for (var row = 0; row < geometry.OutputHeight; row++)
        {
            var corner = to + (row * window.StrideY - window.PaddingY) * geometry.Width - window.PaddingX;
            for (var column = 0; column < outputs; column++, corner += step)
            {
                if (where[column] != TPlace.AllBitsSet)
                {
                    var at = corner + distances[int.CreateTruncating(where[column])];
                    *at = (new Lane<TElement>(*at) + new Lane<TElement>(from[column])).Value;
                }
            }

            from += outputs;
            where += outputs;
        }
    }
}
