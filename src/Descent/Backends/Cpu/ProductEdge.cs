using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Descent.Backends.Cpu;

/// <summary>What happens to a tile after its sums: the odd columns of an edge, and the epilogue.</summary>
internal static unsafe class ProductEdge<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    /// <summary>Brings the first columns of a full tile that was made aside to their place, finished where these are the last sums. Reads up to a vector past the last one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Merge<TEpilogue>(
        TElement* tile,
        TElement* c,
        long cRow,
        long row,
        int rows,
        long column,
        long columns,
        bool add,
        bool last,
        in TEpilogue epilogue
    )
        where TEpilogue : struct, IProductEpilogue<TElement>
    {
        for (long j = 0; j < columns; j += TOps.Count)
        {
            var count = (int)Math.Min(TOps.Count, columns - j);
            for (var i = 0; i < rows; i++)
            {
                var value = TOps.Load(tile + i * ProductTile<TOps, TVector, TElement>.Columns + j);
                var place = c + i * cRow + j;
                if (add)
                {
                    value = TOps.Add(count == TOps.Count ? TOps.Load(place) : TOps.LoadPartial(place, count), value);
                }

                if (last)
                {
                    value = epilogue.Apply<TOps, TVector>(value, row + i, column + j, count, place);
                }

                if (count == TOps.Count)
                {
                    TOps.Store(place, value);
                }
                else
                {
                    TOps.StorePartial(place, value, count);
                }
            }
        }
    }

    /// <summary>Asks for what an epilogue will add to some places, while their sums are made: rows that lie far from each other would be waited for one by one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ask<TEpilogue>(TElement* c, long cRow, long rows, long columns, in TEpilogue epilogue)
        where TEpilogue : struct, IProductEpilogue<TElement>
    {
        if (epilogue.Distance == 0 || !Sse.IsSupported)
        {
            return;
        }

        var around = c + epilogue.Distance;
        for (long i = 0; i < rows; i++, around += cRow)
        {
            for (long j = 0; j < columns; j += 64 / sizeof(TElement))
            {
                Sse.Prefetch1(around + j);
            }

            Sse.Prefetch1(around + columns - 1);
        }
    }

    /// <summary>Applies an epilogue in place; <paramref name="row"/> and <paramref name="column"/> are the place of the first element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<TEpilogue>(
        TElement* c,
        long cRow,
        long row,
        long rows,
        long column,
        long columns,
        in TEpilogue epilogue
    )
        where TEpilogue : struct, IProductEpilogue<TElement>
    {
        if (typeof(TEpilogue) == typeof(NoEpilogue<TElement>))
        {
            return;
        }

        var then = epilogue;
        if (columns == 2 * TOps.Count)
        {
            // A whole tile.
            for (long i = 0; i < rows; i++, c += cRow)
            {
                var left = then.Apply<TOps, TVector>(TOps.Load(c), row + i, column, TOps.Count, c);
                var right = TOps.Load(c + TOps.Count);
                right = then.Apply<TOps, TVector>(right, row + i, column + TOps.Count, TOps.Count, c + TOps.Count);
                TOps.Store(c, left);
                TOps.Store(c + TOps.Count, right);
            }

            return;
        }

        for (long i = 0; i < rows; i++)
        {
            var place = c + i * cRow;
            long j = 0;
            for (; j + TOps.Count <= columns; j += TOps.Count)
            {
                var value = then.Apply<TOps, TVector>(TOps.Load(place + j), row + i, column + j, TOps.Count, place + j);
                TOps.Store(place + j, value);
            }

            if (j < columns)
            {
                var count = (int)(columns - j);
                var value = TOps.LoadPartial(place + j, count);
                value = then.Apply<TOps, TVector>(value, row + i, column + j, count, place + j);
                TOps.StorePartial(place + j, value, count);
            }
        }
    }
}
