using System.Runtime.CompilerServices;

namespace Descent.Backends.Cpu;

/// <summary>How one row of a float32 plane is laid out for pooling: its columns sorted by their remainder modulo the stride, with what lies beyond its ends.</summary>
/// <remarks>
/// <code>
///   stride 2, padding 1:   · a b c d e f ·   →   · b d f | a c e ·
/// </code>
/// So what neighbouring windows see of one of their columns lies side by side, at <see cref="Offset"/>.
/// </remarks>
internal readonly unsafe struct PoolLine
{
    private readonly int width;
    private readonly int stride;
    private readonly int padding;
    private readonly int dilation;
    private readonly int phaseLength;

    public PoolLine(in PoolGeometry geometry)
    {
        width = geometry.Width;
        (stride, padding, dilation) = (geometry.Window.StrideX, geometry.Window.PaddingX, geometry.Window.DilationX);
        Pitch = (geometry.OutputWidth + 7) / 8 * 8;
        phaseLength = Pitch + (geometry.Window.KernelWidth - 1) * dilation / stride + 2;
    }

    /// <summary>Whether rows are long enough for vectors, and the machine has them.</summary>
    public static bool CanRun(in PoolGeometry geometry) =>
        EvenOdd.IsSupported && geometry.OutputWidth >= 8 && geometry.Width >= 8 && geometry.Window.StrideX <= 8;

    /// <summary>Elements that hold one number for each window of a row, in whole vectors.</summary>
    public int Pitch { get; }

    /// <summary>Elements of the line.</summary>
    public int Length => phaseLength * stride;

    /// <summary>Where the first window of a row sees its column <paramref name="s"/>.</summary>
    public int Offset(int s) => s * dilation % stride * phaseLength + s * dilation / stride;

    /// <summary>Lays a row out, −∞ beyond its ends.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Load(float* row, float* line)
    {
        for (var phase = 0; phase < stride; phase++, line += phaseLength)
        {
            var (first, end) = Inside(phase);
            Fill(line, first);
            StridedRow.Gather(row + first * stride + phase - padding, stride, line + first, end - first);
            Fill(line + end, phaseLength - end);
        }
    }

    /// <summary>Brings a row back; columns that no window reaches become zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Save(float* line, float* row)
    {
        if (stride == 1)
        {
            ShortCopy.Run(line + padding, row, width);
            return;
        }

        if (stride == 2)
        {
            var even = line + padding % 2 * phaseLength + padding / 2;
            var odd = line + (padding + 1) % 2 * phaseLength + (padding + 1) / 2;
            EvenOdd.Join(even, odd, width / 2, row);
            if (width % 2 == 1)
            {
                row[width - 1] = even[width / 2];
            }

            return;
        }

        new Span<float>(row, width).Clear();
        for (var phase = 0; phase < stride; phase++, line += phaseLength)
        {
            var (first, end) = Inside(phase);
            for (var i = first; i < end; i++)
            {
                row[i * stride + phase - padding] = line[i];
            }
        }
    }

    // The places of a phase that lie inside the plane: 0 ≤ i · stride + phase − padding < width.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (int First, int End) Inside(int phase)
    {
        var first = Math.Clamp(Steps(padding - phase + stride - 1), 0, phaseLength);
        return (first, Math.Clamp(Steps(width + padding - phase + stride - 1), first, phaseLength));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fill(float* to, int count)
    {
        for (var i = 0; i < count; i++)
        {
            to[i] = float.NegativeInfinity;
        }
    }

    // Divisions, which would take as long as a row, only where the stride is rare.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Steps(int distance) =>
        stride switch
        {
            1 => distance,
            2 => distance >> 1,
            _ => distance / stride,
        };
}
