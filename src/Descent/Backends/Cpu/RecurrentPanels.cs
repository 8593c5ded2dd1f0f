using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The weights of a recurrence, packed once for all its steps, and the product of a few rows with them.</summary>
/// <remarks>
/// <code>
///                 columns, in panels of two vectors
///               ┌───────┬───────┬──
///       depth   │ panel │ panel │       a block of the depth of a panel (16 KB) stays in the first-level cache
///               ├───────┼───────┼──     while all rows of the batch's part meet it; all panels lie in the
///               │       │       │       second-level cache from one step to the next
///               └───────┴───────┴──
/// </code>
/// Order of summation: as in <see cref="MatrixProduct"/>, with blocks of <see cref="DepthBlock"/>.
/// </remarks>
internal static unsafe class RecurrentPanels<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    /// <summary>Length of the blocks of the inner dimension; part of the results' definition.</summary>
    public const long DepthBlock = 128;

    /// <summary>Columns of a panel.</summary>
    public static int Width => ProductTile<TOps, TVector, TElement>.Columns;

    /// <summary>Columns rounded up to whole panels: the distance of the rows of a result.</summary>
    public static long Padded(long columns) => (columns + Width - 1) / Width * Width;

    /// <summary>Packs depth × columns numbers into panels.</summary>
    public static void Pack(TElement* b, long bRow, long bColumn, long depth, long columns, TElement* to)
    {
        NativeMemory.Clear(to, (nuint)(depth * Padded(columns) * sizeof(TElement)));
        for (long column = 0; column < columns; column += Width)
        {
            var count = (int)Math.Min(Width, columns - column);
            ProductPacking<TOps, TVector, TElement>.Panel(b + column * bColumn, bRow, bColumn, depth, count, to);
            to += depth * Width;
        }
    }

    /// <summary>c = a · b, or c += a · b; the rows of c are as long as whole panels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Multiply(
        TElement* a,
        long aRow,
        long rows,
        TElement* panels,
        long depth,
        long columns,
        TElement* c,
        bool add
    )
    {
        var cRow = Padded(columns);
        for (long column = 0; column < columns; column += Width, panels += depth * Width)
        {
            for (long k = 0; k < depth; k += DepthBlock)
            {
                var length = Math.Min(DepthBlock, depth - k);
                int count;
                for (long i = 0; i < rows; i += count)
                {
                    count = ProductTiling.Rows(rows - i, TOps.TileRows);
                    ProductTile<TOps, TVector, TElement>.Run(
                        count,
                        Width,
                        a + i * aRow + k,
                        aRow,
                        1,
                        panels + k * Width,
                        Width,
                        length,
                        c + i * cRow + column,
                        cRow,
                        add || k > 0
                    );
                }
            }
        }
    }
}

/// <summary>How the steps of a recurrence are shared out: parts of the batch go through all steps on their own.</summary>
internal static class RecurrentBatch
{
    /// <summary>Sequences of one part; a function of nothing, so that sums over parts have one order.</summary>
    public const int Rows = 32;

    // What one core does in some microseconds: less is not worth another thread.
    private const long LeastProducts = 1_000_000;

    /// <summary>The number of parts.</summary>
    public static long Parts(RecurrentPass pass) => (pass.Hidden.Shape[0] + Rows - 1) / Rows;

    /// <summary>How many parts are worth a thread.</summary>
    public static long Grain(RecurrentPass pass) =>
        Math.Max(1, LeastProducts / Math.Max(1, Rows * pass.Weight.Count * pass.BatchSizes.Count));

    /// <summary>The first row of each step.</summary>
    public static long[] Starts(RecurrentPass pass)
    {
        var starts = new long[pass.BatchSizes.Count];
        for (var step = 1; step < starts.Length; step++)
        {
            starts[step] = starts[step - 1] + pass.BatchSizes[step - 1];
        }

        return starts;
    }
}
