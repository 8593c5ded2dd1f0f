using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Descent.Backends.Cpu;

/// <summary>Copies blocks of matrices into the order in which the register tile reads them. Values move, none changes.</summary>
internal static unsafe class ProductPacking<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    /// <summary>Copies whole panels of a B with unit column stride, row by row, so that memory is read in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Panels(TElement* b, long bRow, long depth, long columns, TElement* to)
    {
        const int Ahead = 8;
        var width = ProductTile<TOps, TVector, TElement>.Columns;
        for (long k = 0; k < depth; k++)
        {
            var into = to;
            for (long column = 0; column < columns; column += width)
            {
                if (Sse.IsSupported)
                {
                    Sse.Prefetch0(b + column + Ahead * bRow);
                    Sse.Prefetch0(b + column + Ahead * bRow + TOps.Count);
                }

                TOps.Store(into, TOps.Load(b + column));
                TOps.Store(into + TOps.Count, TOps.Load(b + column + TOps.Count));
                into += depth * width;
            }

            to += width;
            b += bRow;
        }
    }

    /// <summary>Asks for a block of A, so that it is in the second-level cache when its turn comes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Prefetch(TElement* a, long aRow, long aColumn, int rows, long depth)
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        // Along the unit stride a line holds many elements; across it every step is another line.
        var line = 64 / sizeof(TElement);
        var rowStep = aRow == 1 ? line : 1;
        var depthStep = aColumn == 1 ? line : 1;
        for (var row = 0; row < rows; row += rowStep)
        {
            for (long k = 0; k < depth; k += depthStep)
            {
                Sse.Prefetch1(a + row * aRow + k * aColumn);
            }
        }

        // Rows that lie side by side may end on another line than they begin on.
        for (long k = 0; aRow == 1 && k < depth; k++)
        {
            Sse.Prefetch1(a + rows - 1 + k * aColumn);
        }
    }

    /// <summary>Copies <paramref name="columns"/> columns (at most a tile's) of B to depth × tile columns; what is right of them is undefined.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Panel(TElement* b, long bRow, long bColumn, long depth, int columns, TElement* to)
    {
        var width = ProductTile<TOps, TVector, TElement>.Columns;
        if (bColumn == 1)
        {
            for (long k = 0; k < depth; k++)
            {
                ShortCopy.Run(b + k * bRow, to + k * width, columns);
            }

            return;
        }

        if (bRow == 1)
        {
            Transpose.Run(b, bColumn, columns, depth, to, width);
            return;
        }

        for (long k = 0; k < depth; k++)
        {
            var row = b + k * bRow;
            for (var column = 0; column < columns; column++)
            {
                to[k * width + column] = row[column * bColumn];
            }
        }
    }

    /// <summary>Copies rows × depth of A to rows a given distance apart, each with its elements side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block(TElement* a, long aRow, long aColumn, int rows, long depth, TElement* to, long toRow)
    {
        for (var row = 0; row < rows; row++)
        {
            var from = a + row * aRow;
            var into = to + row * toRow;
            if (aColumn == 1)
            {
                ShortCopy.Run(from, into, depth);
                continue;
            }

            for (long k = 0; k < depth; k++)
            {
                into[k] = from[k * aColumn];
            }
        }
    }

    /// <summary>Copies rows × depth of an A whose rows lie side by side to depth × rows without gaps. Writes up to a vector past the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Across(TElement* a, long aColumn, int rows, long depth, TElement* to)
    {
        // What a vector writes too much the next one writes over; the last reads no further than it may.
        for (; depth > 1; depth--)
        {
            for (var row = 0; row < rows; row += TOps.Count)
            {
                TOps.Store(to + row, TOps.Load(a + row));
            }

            a += aColumn;
            to += rows;
        }

        for (var row = 0; row < rows; row++)
        {
            to[row] = a[row];
        }
    }
}
