using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Maximum pools of any window on float32 planes: eight neighbouring windows at a time, first across every row, once for all windows that see it, then down the rows.</summary>
/// <remarks>The last step of a row moves back to end with the row; what it does again, it does with the same result.</remarks>
internal static unsafe class MaxPoolRows
{
    /// <summary>The windows of one plane, where <see cref="PoolLine.CanRun"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in PoolGeometry geometry, float* x, float* y, byte* places)
    {
        var line = new PoolLine(geometry);
        var window = geometry.Window;
        var (pitch, outputs) = (line.Pitch, geometry.OutputWidth);
        var ring = (window.KernelHeight - 1) * window.DilationY + 1;
        var lists = window.KernelWidth + window.KernelHeight;
        using var scratch = new Scratch((line.Length + 2L * ring * pitch + lists) * sizeof(float));
        var columns = (float*)scratch.Pointer;
        var values = columns + line.Length;
        var wheres = (int*)(values + ring * pitch);
        var offsets = wheres + ring * pitch;
        var slots = offsets + window.KernelWidth;
        for (var s = 0; s < window.KernelWidth; s++)
        {
            offsets[s] = line.Offset(s);
        }

        var next = 0;
        for (var row = 0; row < geometry.OutputHeight; row++)
        {
            var rows = geometry.RowsOf(row);
            for (next = Math.Max(next, row * window.StrideY - window.PaddingY); next < rows.End - rows.Step + 1; next++)
            {
                var slot = next % ring * pitch;
                line.Load(x + next * geometry.Width, columns);
                Across(columns, offsets, window.KernelWidth, outputs, values + slot, wheres + slot);
            }

            if (rows.Count <= 0)
            {
                Again(geometry, x, row, 0, outputs, y, places);
            }
            else
            {
                for (var r = 0; r < rows.Count; r++)
                {
                    slots[r] = (rows.First + r * rows.Step) % ring * pitch;
                }

                Down(geometry, x, row, rows, slots, values, wheres, y, places);
            }

            y += outputs;
            places = places == null ? null : places + outputs;
        }
    }

    // The largest of each window's columns in one row, and which one it is.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Across(float* line, int* offsets, int count, int outputs, float* values, int* wheres)
    {
        var first = line + offsets[0];
        var second = line + offsets[Math.Min(1, count - 1)];
        var third = line + offsets[Math.Min(2, count - 1)];
        for (var column = 0; column < outputs; column += 8)
        {
            var best = Vector256.Load(first + column);
            var winners = Vector256<int>.Zero;
            if (count > 1)
            {
                MaxPoolHalving.Take(Vector256.Load(second + column), Vector256<int>.One, ref best, ref winners);
            }

            if (count > 2)
            {
                MaxPoolHalving.Take(Vector256.Load(third + column), Vector256.Create(2), ref best, ref winners);
            }

            for (var s = 3; s < count; s++)
            {
                var value = Vector256.Load(line + offsets[s] + column);
                MaxPoolHalving.Take(value, Vector256.Create(s), ref best, ref winners);
            }

            best.Store(values + column);
            winners.Store(wheres + column);
        }
    }

    // The largest of those of a window's rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Down(
        in PoolGeometry geometry,
        float* x,
        int row,
        PoolGeometry.Span1d rows,
        int* slots,
        float* values,
        int* wheres,
        float* y,
        byte* places
    )
    {
        var (count, outputs, width) = (rows.Count, geometry.OutputWidth, geometry.Window.KernelWidth);
        var skipped = Vector256.Create(rows.Skipped * width);
        var (first, second, third) = (slots[0], slots[Math.Min(1, count - 1)], slots[Math.Min(2, count - 1)]);
        var lowest = Vector256.Create(float.NegativeInfinity);
        for (var column = 0; column < outputs; column += 8)
        {
            var at = Math.Min(column, outputs - 8);
            var best = Vector256.Load(values + first + at);
            var winners = Vector256.Load(wheres + first + at);
            if (count > 1)
            {
                var place = Vector256.Load(wheres + second + at) + Vector256.Create(width);
                MaxPoolHalving.Take(Vector256.Load(values + second + at), place, ref best, ref winners);
            }

            if (count > 2)
            {
                var place = Vector256.Load(wheres + third + at) + Vector256.Create(2 * width);
                MaxPoolHalving.Take(Vector256.Load(values + third + at), place, ref best, ref winners);
            }

            for (var r = 3; r < count; r++)
            {
                var place = Vector256.Load(wheres + slots[r] + at) + Vector256.Create(r * width);
                MaxPoolHalving.Take(Vector256.Load(values + slots[r] + at), place, ref best, ref winners);
            }

            best.Store(y + at);
            if (places != null)
            {
                MaxPoolHalving.Store(winners + skipped, places + at);
            }

            // Padding has a place only where nothing else has.
            if (Vector256.EqualsAny(best, lowest))
            {
                Again(geometry, x, row, at, at + 8, y, places);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Again(in PoolGeometry geometry, float* x, int row, int column, int end, float* y, byte* places)
    {
        for (; column < end; column++)
        {
            (y[column], var place) = MaxPoolWindow.Largest(geometry, x, row, column);
            if (places != null)
            {
                places[column] = (byte)place;
            }
        }
    }
}
