using System.Runtime.CompilerServices;

namespace Descent.Backends.Cpu;

/// <summary>How a window slides over one plane.</summary>
internal readonly struct PoolGeometry
{
    public PoolGeometry(Shape input, Shape output, in Window2d window)
    {
        Planes = (long)input[0] * input[1];
        (Height, Width) = (input[2], input[3]);
        (OutputHeight, OutputWidth) = (output[2], output[3]);
        Window = window;
        if (EvenOdd.IsSupported && window.StrideX is 1 or 2)
        {
            // Windows whose columns all lie inside the plane.
            var first = (window.PaddingX + window.StrideX - 1) / window.StrideX;
            var reach = Width - 1 + window.PaddingX - window.DilationX * (window.KernelWidth - 1);
            var end = reach < 0 ? 0 : Math.Min(OutputWidth, reach / window.StrideX + 1);
            (WideFrom, WideTo) = end - first >= 8 ? (first, end) : (-1, -1);
        }
        else
        {
            (WideFrom, WideTo) = (-1, -1);
        }
    }

    /// <summary>Pictures times channels.</summary>
    public long Planes { get; }

    public int Height { get; }

    public int Width { get; }

    public int OutputHeight { get; }

    public int OutputWidth { get; }

    public Window2d Window { get; }

    /// <summary>The first output column that vectors can do: eight or more windows follow each other inside the plane; −1 when there are none.</summary>
    public int WideFrom { get; }

    /// <summary>The end of the output columns that vectors can do.</summary>
    public int WideTo { get; }

    /// <summary>Elements of a plane that comes in.</summary>
    public int InputSize => Height * Width;

    /// <summary>Elements of a plane that goes out.</summary>
    public int OutputSize => OutputHeight * OutputWidth;

    /// <summary>Whether the planes are more than the caches hold, 16 MB, so that they are asked for ahead; in a cache that only costs time.</summary>
    public bool IsFar => Planes * (InputSize + OutputSize) > 4 << 20;

    /// <summary>Planes that make a piece of work.</summary>
    public long Grain => Math.Max(1, 16384 / Math.Max(1, InputSize));

    /// <summary>Whether the window is the usual one, 2×2 side by side, on planes wide enough for vectors.</summary>
    public bool IsHalving =>
        Window is { KernelHeight: 2, KernelWidth: 2, StrideY: 2, StrideX: 2, PaddingY: 0, PaddingX: 0 }
        && Window is { DilationY: 1, DilationX: 1 }
        && OutputWidth >= 4;

    /// <summary>The rows of a window that lie inside the plane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Span1d RowsOf(int outputRow) =>
        new(outputRow * Window.StrideY - Window.PaddingY, Window.KernelHeight, Window.DilationY, Height);

    /// <summary>The columns of a window that lie inside the plane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Span1d ColumnsOf(int outputColumn) =>
        new(outputColumn * Window.StrideX - Window.PaddingX, Window.KernelWidth, Window.DilationX, Width);

    /// <summary>What a window's sum is divided by for its mean: all its places, or those inside the plane.</summary>
    public int Divisor(Span1d rows, Span1d columns, bool countPadding) =>
        countPadding ? Window.KernelHeight * Window.KernelWidth : rows.Count * columns.Count;

    /// <summary>Zeros for what halving windows leave out: an odd last column and an odd last row.</summary>
    public unsafe void ClearUncovered(float* plane)
    {
        if (Width % 2 == 1)
        {
            for (var row = 0; row < 2 * OutputHeight; row++)
            {
                plane[row * Width + Width - 1] = 0;
            }
        }

        var covered = 2 * OutputHeight * Width;
        new Span<float>(plane + covered, InputSize - covered).Clear();
    }

    /// <summary>Places inside the plane along one axis: from <see cref="First"/> to before <see cref="End"/> in steps.</summary>
    internal readonly struct Span1d
    {
        public Span1d(int start, int count, int step, int size)
        {
            var skipped = start < 0 ? (-start + step - 1) / step : 0;
            var fitting = start >= size ? 0 : (size - start + step - 1) / step;
            Count = Math.Max(0, Math.Min(count, fitting) - skipped);
            Skipped = skipped;
            First = start + skipped * step;
            Step = step;
        }

        public int First { get; }

        /// <summary>Places of the window before the plane begins.</summary>
        public int Skipped { get; }

        public int Step { get; }

        public int Count { get; }

        public int End => First + Count * Step;
    }
}
