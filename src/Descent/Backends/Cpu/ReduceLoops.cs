using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Reductions of contiguous memory along the last axis or along an outer one.</summary>
/// <remarks>
/// Long axes are cut into pieces of fixed length, each combined on its own, and the results of the pieces are then
/// combined in the same way: the order depends on the length of the axis alone.
/// </remarks>
internal static unsafe class ReduceLoops
{
    private const long PieceOfRow = 16384;
    private const long PieceOfColumn = 128;
    private const long StripOfColumns = 1024;

    /// <summary>y[r] = combination of x[r, 0 … length), in the order of <see cref="RowReduction"/> within pieces of 16,384.</summary>
    public static void Rows<TKernel, T, TElement>(TElement* x, long rows, long length, TElement* y)
        where TKernel : struct, IReduceKernel
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        var pieces = (length + PieceOfRow - 1) / PieceOfRow;
        if (pieces <= 1)
        {
            var body = new RowsBody<TKernel, T, TElement>(x, length, 1, y);
            WorkSplitter.For(rows, Math.Max(1, PieceOfRow / Math.Max(1, length)), body);
            return;
        }

        using var scratch = new Scratch(rows * pieces * sizeof(TElement));
        var parts = (TElement*)scratch.Pointer;
        WorkSplitter.For(rows * pieces, 1, new RowsBody<TKernel, T, TElement>(x, length, pieces, parts));
        Rows<TKernel, T, TElement>(parts, rows, pieces, y);
    }

    /// <summary>y[o, k] = combination of x[o, 0 … length, k], one after the other within pieces of 128.</summary>
    public static void Columns<TKernel, T, TElement>(TElement* x, long outer, long length, long inner, TElement* y)
        where TKernel : struct, IReduceKernel
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        var pieces = (length + PieceOfColumn - 1) / PieceOfColumn;
        if (pieces <= 1)
        {
            Pieces<TKernel, T, TElement>(x, outer, length, inner, 1, y);
            return;
        }

        using var scratch = new Scratch(outer * pieces * inner * sizeof(TElement));
        var parts = (TElement*)scratch.Pointer;
        Pieces<TKernel, T, TElement>(x, outer, length, inner, pieces, parts);
        Columns<TKernel, T, TElement>(parts, outer, pieces, inner, y);
    }

    private static void Pieces<TKernel, T, TElement>(
        TElement* x,
        long outer,
        long length,
        long inner,
        long pieces,
        TElement* y
    )
        where TKernel : struct, IReduceKernel
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        var strips = (inner + StripOfColumns - 1) / StripOfColumns;
        var elements = Math.Min(length, PieceOfColumn) * Math.Min(inner, StripOfColumns);
        var body = new ColumnsBody<TKernel, T, TElement>(x, length, inner, pieces, strips, y);
        WorkSplitter.For(outer * pieces * strips, Math.Max(1, PieceOfRow / elements), body);
    }

    private readonly struct RowsBody<TKernel, T, TElement>(TElement* x, long length, long pieces, TElement* y)
        : IRangeBody
        where TKernel : struct, IReduceKernel
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(long start, long end)
        {
            var item = start;
            if (SixteenRows.IsSupported && typeof(T) == typeof(Lanes512<float>) && length <= SixteenRows.LongestRow)
            {
                for (; item + SixteenRows.Count <= end; item += SixteenRows.Count)
                {
                    SixteenRows.Run<TKernel>((float*)x + item * length, length, (float*)y + item);
                }
            }

            for (; item < end; item++)
            {
                var (row, piece) = pieces == 1 ? (item, 0) : Math.DivRem(item, pieces);
                var first = piece * PieceOfRow;
                var count = pieces == 1 ? length : Math.Min(PieceOfRow, length - first);
                y[item] = RowReduction.Run<TKernel, Itself<T>, T, TElement>(
                    x + row * length + first,
                    null,
                    count,
                    default
                );
            }
        }
    }

    private readonly struct ColumnsBody<TKernel, T, TElement>(
        TElement* x,
        long length,
        long inner,
        long pieces,
        long strips,
        TElement* y
    ) : IRangeBody
        where TKernel : struct, IReduceKernel
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Invoke(long start, long end)
        {
            for (var item = start; item < end; item++)
            {
                var (part, strip) = Math.DivRem(item, strips);
                var (plane, piece) = Math.DivRem(part, pieces);
                var column = strip * StripOfColumns;
                var row = piece * PieceOfColumn;
                Strip(
                    x + (plane * length + row) * inner + column,
                    Math.Min(PieceOfColumn, length - row),
                    Math.Min(StripOfColumns, inner - column),
                    y + part * inner + column
                );
            }
        }

        // Four vectors of columns go down the rows together, their sums in registers.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Strip(TElement* from, long rows, long columns, TElement* sums)
        {
            var none = T.Constant(TKernel.Identity);
            long column = 0;
            for (; column + 4 * T.Count <= columns; column += 4 * T.Count)
            {
                var (a, b, c, d) = (none, none, none, none);
                var at = from + column;
                for (long row = 0; row < rows; row++, at += inner)
                {
                    a = TKernel.Combine(a, T.Load(at));
                    b = TKernel.Combine(b, T.Load(at + T.Count));
                    c = TKernel.Combine(c, T.Load(at + 2 * T.Count));
                    d = TKernel.Combine(d, T.Load(at + 3 * T.Count));
                }

                T.Store(sums + column, a);
                T.Store(sums + column + T.Count, b);
                T.Store(sums + column + 2 * T.Count, c);
                T.Store(sums + column + 3 * T.Count, d);
            }

            for (; column + T.Count <= columns; column += T.Count)
            {
                var sum = none;
                var at = from + column;
                for (long row = 0; row < rows; row++, at += inner)
                {
                    sum = TKernel.Combine(sum, T.Load(at));
                }

                T.Store(sums + column, sum);
            }

            if (column < columns)
            {
                // A whole vector of the last columns may be read wherever another row follows it.
                var rest = (int)(columns - column);
                var sum = none;
                var at = from + column;
                var whole = Math.Max(0, rows - (T.Count + inner - 1) / inner);
                for (long row = 0; row < whole; row++, at += inner)
                {
                    sum = TKernel.Combine(sum, T.Load(at));
                }

                for (var row = whole; row < rows; row++, at += inner)
                {
                    sum = TKernel.Combine(sum, T.LoadPartial(at, rest));
                }

                T.StorePartial(sums + column, sum, rest);
            }
        }
    }
}
