using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>A table changed by the gradients of some of its rows, a few rows at a time: the gradient of the whole is never in memory.</summary>
/// <remarks>
/// <code>
///   heads[row] → i → next[i] → …     the places whose gradients belong to a row, in order; their sum from the first on
/// </code>
/// </remarks>
internal readonly unsafe struct TableUpdateBody<TKernel, T, TElement>(
    TableOperands operands,
    UpdateConstants<double> constants
) : IRangeBody
    where TKernel : struct, IUpdateKernel
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    // The gradients of so many numbers stay in the first-level cache beside the table's.
    private const long Chunk = 2048;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var length = operands.Length;
        var rows = Math.Clamp(Chunk / length, 1, end - start);
        Ask(start, Math.Min(end, start + rows));
        using var scratch = new Scratch(rows * length * sizeof(TElement));
        var slopes = (TElement*)scratch.Pointer;
        for (var row = start; row < end; row += rows)
        {
            rows = Math.Min(rows, end - row);
            for (long i = 0; i < rows; i++)
            {
                Slope(operands.Heads[row + i], slopes + i * length);
            }

            Ask(row + rows, Math.Min(end, row + 2 * rows));

            var at = (nint)(row * length) * sizeof(TElement);
            CpuBackend.UpdateBody<TKernel, T, TElement>.Block(
                operands.Table + at,
                (nint)slopes,
                operands.First + at,
                operands.Second + at,
                0,
                constants,
                0,
                rows * length
            );
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Slope(int place, TElement* to)
    {
        var length = operands.Length;
        if (place < 0)
        {
            new Span<TElement>(to, (int)length).Clear();
            return;
        }

        var from = (TElement*)operands.Gradient;
        ShortCopy.Run(from + place * operands.GradientRow, to, length);
        for (place = operands.Next[place]; place >= 0; place = operands.Next[place])
        {
            RecurrentRows.Add<T, TElement>(from + place * operands.GradientRow, to, length);
        }
    }

    /// <summary>Asks for the first gradients of some rows: they lie in no order that the processor could guess.</summary>
    private void Ask(long row, long end)
    {
        for (; row < end; row++)
        {
            var place = operands.Heads[row];
            if (place >= 0)
            {
                RecurrentRows.Prefetch((TElement*)operands.Gradient + place * operands.GradientRow, operands.Length);
            }
        }
    }
}

/// <summary>Where a table, its states and its gradients lie, and which of these belong to which row.</summary>
internal readonly unsafe record struct TableOperands(
    nint Table,
    nint First,
    nint Second,
    nint Gradient,
    long GradientRow,
    long Length,
    nint HeadsAddress,
    nint NextAddress
)
{
    /// <summary>The first gradient of each row; −1 for none.</summary>
    public int* Heads => (int*)HeadsAddress;

    /// <summary>The gradient after each of the same row; −1 for none.</summary>
    public int* Next => (int*)NextAddress;
}
