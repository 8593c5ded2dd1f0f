using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>A batch of products cut into tasks for the work splitter; each task makes one rectangle of one C on its own.</summary>
/// <remarks>
/// <code>
///              columns of a task (≤ 192 at 512 bits)
///             ┌──────┬──────┬──────┐
///   depth     │panel │panel │panel │  B: read in place or packed once per task and depth block
///   block     └──────┴──────┴──────┘  (384 × 192 floats: 295 KB, stays in the second-level cache)
///   ┌─────┐   ┌──────┬──────┬──────┐
///   │ A   │ → │ tile │  →   │  →   │  12 rows of A (18 KB, first-level cache) meet every panel
///   ├─────┤   ├──────┼──────┼──────┤
///   │     │   │  ↓   │      │      │
///   └─────┘   └──────┴──────┴──────┘
/// </code>
/// The cut depends on shapes only, and no result depends on the cut.
/// </remarks>
internal readonly unsafe struct ProductWork<TOps, TVector, TElement, TEpilogue> : IRangeBody
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
    where TEpilogue : struct, IProductEpilogue<TElement>
{
    // More would push the packed panels out of the second-level cache.
    private const int MostPanelsPerTask = 6;

    // Small products do without the pool, whose locks take as long as a tile.
    private const int MostStackBytes = 16 << 10;

    // About what one core does in 5 to 10 microseconds: less is not worth another thread.
    private const long LeastTaskProducts = 1_000_000;

    private readonly ProductShape shape;
    private readonly TElement* a;
    private readonly TElement* b;
    private readonly TElement* c;
    private readonly TEpilogue epilogue;
    private readonly long taskRows;
    private readonly long taskColumns;
    private readonly long rowTasks;
    private readonly long columnTasks;
    private readonly bool packA;
    private readonly bool packAcross;
    private readonly bool packB;
    private readonly bool prefetchA;
    private readonly bool prefetchB;

    public ProductWork(in ProductShape shape, TElement* a, TElement* b, TElement* c, in TEpilogue epilogue)
    {
        this.shape = shape;
        this.a = a;
        this.b = b;
        this.c = c;
        this.epilogue = epilogue;

        packAcross = shape.ARow == 1 && shape.AColumn * sizeof(TElement) >= 256 && shape.Columns >= 2 * Width;
        var tileRows = TOps.TileRows;
        var panels = (shape.Columns + Width - 1) / Width;
        var products = shape.Rows * shape.Columns * shape.Depth;
        if (products <= LeastTaskProducts && panels <= MostPanelsPerTask)
        {
            (taskRows, taskColumns, rowTasks, columnTasks) = (shape.Rows, shape.Columns, 1, 1);
        }
        else
        {
            // Columns are cut first, into a multiple of four pieces so that two or four threads share them evenly; rows
            // only where that is not enough, since every cut of the rows packs B again. A transposed A, as that of a
            // weight gradient, is packed anew for every cut of the columns: fewer pieces, of wider panels. A batch of four or
            // more is shared out as it is.
            var most = (packAcross ? 2 : 1) * MostPanelsPerTask;
            var fewest = (panels + most - 1) / most;
            var even =
                shape.Batches >= 4 ? fewest
                : packAcross ? (fewest + 1) / 2 * 2
                : (fewest + 3) / 4 * 4;
            var pieces = Math.Clamp(even, 1, Math.Max(fewest, products / LeastTaskProducts));
            taskColumns = Math.Min(shape.Columns, (panels + pieces - 1) / pieces * Width);
            var least = Math.Max(256, 2 * LeastTaskProducts / Math.Max(1, taskColumns * shape.Depth));
            taskRows = Math.Min(shape.Rows, (least + tileRows - 1) / tileRows * tileRows);
            if (shape.Rows < 2 * taskRows || shape.Columns > 16 * taskColumns)
            {
                taskRows = shape.Rows;
            }

            // Few columns and many rows: each task takes all columns, so that A is read and packed once. B is not packed
            // for the transposed A of a weight gradient, and may be wider.
            if (panels <= (packAcross ? 2 : 1) * MostPanelsPerTask && shape.Rows >= 8 * tileRows)
            {
                taskColumns = shape.Columns;
                least = Math.Max(6 * tileRows, Math.Min(256, (shape.Rows + 3) / 4));
                taskRows = (least + tileRows - 1) / tileRows * tileRows;
            }

            // As many pieces of rows, but of one height: two threads share two of them.
            rowTasks = (shape.Rows + taskRows - 1) / taskRows;
            taskRows = (shape.Rows + rowTasks - 1) / rowTasks;
            columnTasks = (shape.Columns + taskColumns - 1) / taskColumns;
        }

        // Long strides make every row of a panel another page, and rows of A that lie a multiple of the cache's
        // period apart push each other out.
        packB = shape.BColumn != 1 || (shape.BRow * sizeof(TElement) >= 2048 && shape.Rows >= 4 * tileRows);
        packA =
            packAcross
            || (shape.AColumn != 1 && shape.ARow != 1)
            || (shape.AColumn == 1 && shape.ARow * sizeof(TElement) % 2048 == 0 && shape.Columns >= 2 * Width);
        prefetchB = shape.BRow == 1 && shape.BColumn != 1 && shape.Columns * shape.Depth >= 1 << 20;
        prefetchA = shape.Rows * Math.Min(shape.Depth, MatrixProduct.DepthBlock) >= 65536;
    }

    /// <summary>The number of independent pieces of work.</summary>
    public long Tasks => shape.Batches * rowTasks * columnTasks;

    /// <summary>How many pieces are worth a thread.</summary>
    public long Grain => Math.Max(1, LeastTaskProducts / Math.Max(1, taskRows * taskColumns * shape.Depth));

    private static int Width => ProductTile<TOps, TVector, TElement>.Columns;

    /// <summary>Whether a tile can be as wide as a panel, so that it reads B and writes C in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsWhole(long columns) => columns % ProductTile<TOps, TVector, TElement>.Step == 0;

    [SkipLocalsInit]
    public void Invoke(long start, long end)
    {
        var depthBlock = Math.Min(shape.Depth, MatrixProduct.DepthBlock);
        var aLength = packA ? TOps.TileRows * APacked(depthBlock) : 0;
        var bLength = (packB ? (taskColumns + Width - 1) / Width : 1) * depthBlock * Width;
        var tileLength = (TOps.TileRows + 1) * Width;
        var bytes = (aLength + bLength + tileLength) * sizeof(TElement);
        if (bytes <= MostStackBytes)
        {
            var memory = stackalloc byte[MostStackBytes + 64];
            Invoke(start, end, (TElement*)(((nint)memory + 63) & -64), tileLength, bLength);
        }
        else
        {
            using var scratch = new Scratch(bytes);
            Invoke(start, end, (TElement*)scratch.Pointer, tileLength, bLength);
        }
    }

    private void Invoke(long start, long end, TElement* tile, long tileLength, long bLength)
    {
        var packedB = tile + tileLength;
        var packedA = packedB + bLength;
        for (var task = start; task < end; task++)
        {
            var batch = task / (rowTasks * columnTasks);
            var place = task % (rowTasks * columnTasks);
            var row = place / columnTasks * taskRows;
            var column = place % columnTasks * taskColumns;
            var rows = Math.Min(taskRows, shape.Rows - row);
            var columns = Math.Min(taskColumns, shape.Columns - column);
            var cStart = c + batch * shape.CBatch + row * shape.CRow + column;
            if (shape.Depth == 0)
            {
                Empty(cStart, row, rows, column, columns);
                continue;
            }

            for (long k = 0; k < shape.Depth; k += MatrixProduct.DepthBlock)
            {
                var depth = Math.Min(MatrixProduct.DepthBlock, shape.Depth - k);
                var aStart = a + batch * shape.ABatch + row * shape.ARow + k * shape.AColumn;
                var bStart = b + batch * shape.BBatch + k * shape.BRow + column * shape.BColumn;
                PackPanels(bStart, columns, depth, packedB);
                Block(aStart, bStart, cStart, row, rows, column, columns, k, depth, tile, packedA, packedB);
            }
        }
    }

    // A packed block of A keeps its orientation; the odd line between rows keeps them out of each other's cache sets.
    private static long APacked(long depth) => (depth + 31) / 16 * 16 + 16;

    private void PackPanels(TElement* bStart, long columns, long depth, TElement* packed)
    {
        long column = 0;
        if (packB && shape.BColumn == 1)
        {
            column = columns / Width * Width;
            ProductPacking<TOps, TVector, TElement>.Panels(bStart, shape.BRow, depth, column, packed);
            packed += depth * column;
        }

        for (; column < columns; column += Width)
        {
            var count = (int)Math.Min(Width, columns - column);
            if (prefetchB && columns - column >= 2 * Width)
            {
                // Turning a panel waits for memory at every line; the next one's come in meanwhile.
                var next = bStart + (column + Width) * shape.BColumn;
                ProductPacking<TOps, TVector, TElement>.Prefetch(next, shape.BColumn, 1, Width, depth);
            }

            if (packB || !IsWhole(count))
            {
                ProductPacking<TOps, TVector, TElement>.Panel(
                    bStart + column * shape.BColumn,
                    shape.BRow,
                    shape.BColumn,
                    depth,
                    count,
                    packed
                );
                packed += depth * Width;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Block(
        TElement* aStart,
        TElement* bStart,
        TElement* cStart,
        long row,
        long rows,
        long column,
        long columns,
        long k,
        long depth,
        TElement* tile,
        TElement* packedA,
        TElement* packedB
    )
    {
        var add = k > 0 || shape.Accumulate;
        var last = k + depth == shape.Depth && typeof(TEpilogue) != typeof(NoEpilogue<TElement>);
        var most = ProductTiling.Height(rows, TOps.TileRows * 5 / 6, TOps.TileRows);
        int count;
        for (long i = 0; i < rows; i += count)
        {
            count = ProductTiling.Rows(rows - i, most);
            var aTile = aStart + i * shape.ARow;
            var aRow = shape.ARow;
            var aColumn = shape.AColumn;
            if (packAcross)
            {
                ProductPacking<TOps, TVector, TElement>.Across(aTile, aColumn, count, depth, packedA);
                aTile = packedA;
                aRow = 1;
                aColumn = count;
            }
            else if (packA)
            {
                ProductPacking<TOps, TVector, TElement>.Block(
                    aTile,
                    aRow,
                    aColumn,
                    count,
                    depth,
                    packedA,
                    APacked(depth)
                );
                aTile = packedA;
                aRow = APacked(depth);
                aColumn = 1;
            }

            // The next rows, or the first of the next block of the depth, come in while this tile meets its panels.
            var isLastTile = i + count >= rows;
            var ahead = isLastTile ? aStart + depth * shape.AColumn : aStart + (i + count) * shape.ARow;
            var rowsAhead = (int)Math.Min(most, isLastTile ? rows : rows - i - count);
            var prefetches = prefetchA && !(isLastTile && k + depth == shape.Depth);

            var panel = packedB;
            for (long j = 0; j < columns; j += Width)
            {
                var cTile = cStart + i * shape.CRow + j;
                var width = Math.Min(Width, columns - j);
                if (prefetches)
                {
                    var from = depth * j / columns;
                    ProductPacking<TOps, TVector, TElement>.Prefetch(
                        ahead + from * shape.AColumn,
                        shape.ARow,
                        shape.AColumn,
                        rowsAhead,
                        depth * Math.Min(columns, j + Width) / columns - from
                    );
                }

                if (last)
                {
                    ProductEdge<TOps, TVector, TElement>.Ask(cTile, shape.CRow, count, width, epilogue);
                }

                if (IsWhole(width))
                {
                    var bTile = packB ? panel : bStart + j;
                    var bRow = packB ? Width : shape.BRow;
                    ProductTile<TOps, TVector, TElement>.Run(
                        count,
                        width,
                        aTile,
                        aRow,
                        aColumn,
                        bTile,
                        bRow,
                        depth,
                        cTile,
                        shape.CRow,
                        add
                    );
                    panel += packB ? depth * Width : 0;
                    if (last)
                    {
                        ProductEdge<TOps, TVector, TElement>.Apply(
                            cTile,
                            shape.CRow,
                            i + row,
                            count,
                            j + column,
                            width,
                            epilogue
                        );
                    }
                }
                else
                {
                    ProductTile<TOps, TVector, TElement>.Run(
                        count,
                        width,
                        aTile,
                        aRow,
                        aColumn,
                        panel,
                        Width,
                        depth,
                        tile,
                        Width,
                        false
                    );
                    ProductEdge<TOps, TVector, TElement>.Merge(
                        tile,
                        cTile,
                        shape.CRow,
                        i + row,
                        count,
                        j + column,
                        width,
                        add,
                        last,
                        epilogue
                    );
                }
            }
        }
    }

    private void Empty(TElement* cStart, long row, long rows, long column, long columns)
    {
        for (long i = 0; i < rows; i++)
        {
            if (!shape.Accumulate)
            {
                NativeMemory.Clear(cStart + i * shape.CRow, (nuint)(columns * sizeof(TElement)));
            }
        }

        ProductEdge<TOps, TVector, TElement>.Apply(cStart, shape.CRow, row, rows, column, columns, epilogue);
    }
}
