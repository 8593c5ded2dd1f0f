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

    /// <summary>Columns rounded up to whole panels.</summary>
    public static long Padded(long columns) => (columns + Width - 1) / Width * Width;

    /// <summary>The distance of the rows of a result: whole panels, and an odd number of lines of the cache, which keeps the rows out of each other's sets.</summary>
    public static long RowOf(long columns) => ((Padded(columns) + 15) / 16 | 1) * 16;

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

    /// <summary>c = a · b, or c += a · b; the rows of c have room for whole panels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Multiply(
        TElement* a,
        long aRow,
        long rows,
        TElement* panels,
        long depth,
        long columns,
        TElement* c,
        long cRow,
        bool add
    )
    {
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
                        columns - column,
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

    /// <summary>c += aᵀ · b over a few samples: a block of the columns of b stays in the first-level cache. Rows of b and c have room for whole panels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void AddAcross(
        TElement* a,
        long aRow,
        long rows,
        TElement* b,
        long bRow,
        long samples,
        long columns,
        TElement* c,
        long cRow
    )
    {
        for (long column = 0; column < columns; column += Width)
        {
            int count;
            for (long i = 0; i < rows; i += count)
            {
                count = ProductTiling.Rows(rows - i, TOps.TileRows);
                ProductTile<TOps, TVector, TElement>.Run(
                    count,
                    columns - column,
                    a + i,
                    1,
                    aRow,
                    b + column,
                    bRow,
                    samples,
                    c + i * cRow + column,
                    cRow,
                    add: true
                );
            }
        }
    }
}
