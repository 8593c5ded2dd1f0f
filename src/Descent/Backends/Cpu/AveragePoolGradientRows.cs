using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Gradients of average pools of any window on float32 planes: every place collects its shares from the windows that see it, eight places at a time.</summary>
/// <remarks>Where windows overlap, their gradients add up in order of the windows: rows of windows in order, and in each the places of a window from the last to the first.</remarks>
internal static unsafe class AveragePoolGradientRows
{
    /// <summary>The gradient of one plane, where <see cref="PoolLine.CanRun"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in PoolGeometry geometry, float* dy, bool countPadding, float* dx)
    {
        var line = new PoolLine(geometry);
        var window = geometry.Window;
        var (height, stride) = (window.KernelHeight, window.StrideX);
        var outputs = geometry.OutputWidth;

        // The rows of windows that see one row of the plane, each between zeros.
        var ring = (height - 1) * window.DilationY / window.StrideY + 1;
        var lead = (window.KernelWidth - 1) * window.DilationX / stride;
        var phaseLength = line.Length / stride;
        var pitch = lead + phaseLength + 8;
        var most = height * window.KernelWidth;
        var lists = outputs + most + height + 2 * window.KernelWidth;
        using var scratch = new Scratch(((long)ring * pitch + line.Length + 8 + lists) * sizeof(float));
        var shares = (float*)scratch.Pointer;
        var columns = shares + ring * pitch;
        var counts = (int*)(columns + line.Length + 8);
        var offsets = counts + outputs;
        var rows = offsets + most;
        var phases = rows + height;
        var shifts = phases + window.KernelWidth;
        new Span<float>(shares, ring * pitch).Clear();
        for (var column = 0; column < outputs; column++)
        {
            counts[column] = geometry.ColumnsOf(column).Count;
        }

        for (var s = 0; s < window.KernelWidth; s++)
        {
            (shifts[s], phases[s]) = Math.DivRem(s * window.DilationX, stride);
        }

        var next = 0;
        for (var y = 0; y < geometry.Height; y++)
        {
            var last = Math.Min((y + window.PaddingY) / window.StrideY, geometry.OutputHeight - 1);
            for (; next <= last; next++)
            {
                var slot = next % ring * pitch + lead;
                Divide(geometry, dy + next * outputs, next, countPadding, counts, shares + slot);
            }

            var count = 0;
            for (var row = Math.Max(0, last - ring + 1); row <= last; row++)
            {
                var down = y + window.PaddingY - row * window.StrideY;
                var r = window.DilationY == 1 ? down : down / window.DilationY;
                if (r < height && r * window.DilationY == down)
                {
                    rows[count++] = row % ring * pitch + lead;
                }
            }

            for (var phase = 0; phase < stride; phase++)
            {
                var terms = 0;
                for (var row = 0; row < count; row++)
                {
                    for (var s = window.KernelWidth - 1; s >= 0; s--)
                    {
                        if (phases[s] == phase)
                        {
                            offsets[terms++] = rows[row] - shifts[s];
                        }
                    }
                }

                var to = columns + phase * phaseLength;
                Collect(shares, offsets, terms, phaseLength, to);
            }

            line.Save(columns, dx + y * geometry.Width);
        }
    }

    // dy of one row of windows, divided.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Divide(in PoolGeometry geometry, float* dy, int row, bool countPadding, int* counts, float* to)
    {
        var rows = geometry.RowsOf(row).Count;
        var all = geometry.Window.KernelHeight * geometry.Window.KernelWidth;
        for (var column = 0; column < geometry.OutputWidth; column++)
        {
            to[column] = dy[column] / (countPadding ? all : rows * counts[column]);
        }
    }

    // Whole vectors: what the last one leaves behind its end, the next phase overwrites.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Collect(float* shares, int* offsets, int count, int length, float* to)
    {
        for (var i = 0; i < length; i += 8)
        {
            var sum = Vector256<float>.Zero;
            for (var term = 0; term < count; term++)
            {
                sum += Vector256.Load(shares + offsets[term] + i);
            }

            sum.Store(to + i);
        }
    }
}
