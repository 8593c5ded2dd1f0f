using System.Runtime.CompilerServices;

namespace Descent.Backends.Cpu;

/// <summary>Copies blocks of matrices into the order in which the register tile reads them. Values move, none changes.</summary>
internal static unsafe class ProductPacking<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    /// <summary>Copies <paramref name="columns"/> columns (at most a tile's) of B to depth × tile columns, zeros to the right.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Panel(TElement* b, long bRow, long bColumn, long depth, int columns, TElement* to)
    {
        var width = ProductTile<TOps, TVector, TElement>.Columns;
        if (bColumn == 1 && columns == width)
        {
            for (long k = 0; k < depth; k++)
            {
                TOps.Store(to, TOps.Load(b));
                TOps.Store(to + TOps.Count, TOps.Load(b + TOps.Count));
                to += width;
                b += bRow;
            }

            return;
        }

        if (columns < width)
        {
            new Span<TElement>(to, checked((int)(depth * width))).Clear();
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
                Unsafe.CopyBlockUnaligned(into, from, checked((uint)(depth * sizeof(TElement))));
                continue;
            }

            for (long k = 0; k < depth; k++)
            {
                into[k] = from[k * aColumn];
            }
        }
    }
}
