using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>A batch of products cut into tasks for the work splitter; each task makes one rectangle of one C on its own.</summary>
/// <remarks>
/// <code>
///              columns of a task (≤ 96 at 512 bits)
///             ┌──────┬──────┬──────┐
///   depth     │panel │panel │panel │  B: read in place or packed once per task and depth block
///   block     └──────┴──────┴──────┘  (384 × 96 floats: 147 KB, stays in the second-level cache)
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
    private const int PanelsPerTask = 3;

    // About what one core does in 20 to 40 microseconds: less is not worth another thread.
    private const long LeastTaskProducts = 2_000_000;

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
    private readonly bool packB;

    public ProductWork(in ProductShape shape, TElement* a, TElement* b, TElement* c, in TEpilogue epilogue)
    {
        this.shape = shape;
        this.a = a;
        this.b = b;
        this.c = c;
        this.epilogue = epilogue;

        var tileRows = TOps.TileRows;
        taskColumns = Math.Min(shape.Columns, PanelsPerTask * ProductTile<TOps, TVector, TElement>.Columns);
        var productsPerRow = Math.Max(1, taskColumns * shape.Depth);
        var least = Math.Max(256, LeastTaskProducts / productsPerRow);
        taskRows = Math.Min(shape.Rows, (least + tileRows - 1) / tileRows * tileRows);
        if (shape.Rows < 2 * taskRows || shape.Columns > 16 * taskColumns)
        {
            taskRows = shape.Rows;
        }

        rowTasks = (shape.Rows + taskRows - 1) / taskRows;
        columnTasks = (shape.Columns + taskColumns - 1) / taskColumns;

        // Long strides make every row of a panel another page, and rows of A that lie a multiple of the cache's
        // period apart push each other out.
        packB = shape.BColumn != 1 || (shape.BRow * sizeof(TElement) >= 2048 && shape.Rows >= 4 * tileRows);
        packA =
            (shape.AColumn != 1 && shape.ARow != 1)
            || (shape.AColumn == 1 && shape.ARow * sizeof(TElement) % 2048 == 0 && shape.Columns > taskColumns / 2);
    }

    /// <summary>The number of independent pieces of work.</summary>
    public long Tasks => shape.Batches * rowTasks * columnTasks;

    public void Invoke(long start, long end)
    {
        for (var task = start; task < end; task++)
        {
            var batch = task / (rowTasks * columnTasks);
            var place = task % (rowTasks * columnTasks);
            var row = place / columnTasks * taskRows;
            var column = place % columnTasks * taskColumns;
            Rectangle(
                batch,
                row,
                Math.Min(taskRows, shape.Rows - row),
                column,
                Math.Min(taskColumns, shape.Columns - column)
            );
        }
    }

    private void Rectangle(long batch, long row, long rows, long column, long columns)
    {
        var depthBlock = Math.Min(shape.Depth, MatrixProduct.DepthBlock);
        var width = ProductTile<TOps, TVector, TElement>.Columns;
        var panels = (columns + width - 1) / width;
        var aLength = packA ? TOps.TileRows * APacked(depthBlock) : 0;
        var bLength =
            (
                packB ? panels
                : columns % width == 0 ? 0
                : 1
            )
            * depthBlock
            * width;
        var tileLength = TOps.TileRows * width;
        using var scratch = new Scratch((aLength + bLength + tileLength) * sizeof(TElement));
        var tile = (TElement*)scratch.Pointer;
        var packedB = tile + tileLength;
        var packedA = packedB + bLength;

        var cStart = c + batch * shape.CBatch + row * shape.CRow + column;
        if (shape.Depth == 0)
        {
            Empty(cStart, row, rows, column, columns);
            return;
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

    // A packed block of A keeps its orientation; the odd line between rows keeps them out of each other's cache sets.
    private static long APacked(long depth) => (depth + 31) / 16 * 16 + 16;

    private void PackPanels(TElement* bStart, long columns, long depth, TElement* packed)
    {
        var width = ProductTile<TOps, TVector, TElement>.Columns;
        for (long column = 0; column < columns; column += width)
        {
            var count = (int)Math.Min(width, columns - column);
            if (packB || count < width)
            {
                ProductPacking<TOps, TVector, TElement>.Panel(
                    bStart + column * shape.BColumn,
                    shape.BRow,
                    shape.BColumn,
                    depth,
                    count,
                    packed
                );
                packed += depth * width;
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
        var width = ProductTile<TOps, TVector, TElement>.Columns;
        var add = k > 0 || shape.Accumulate;
        var last = k + depth == shape.Depth && typeof(TEpilogue) != typeof(NoEpilogue<TElement>);
        int count;
        for (long i = 0; i < rows; i += count)
        {
            count = ProductTiling.Rows(rows - i, TOps.TileRows);
            var aTile = aStart + i * shape.ARow;
            var aRow = shape.ARow;
            var aColumn = shape.AColumn;
            if (packA)
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

            var panel = packedB;
            for (long j = 0; j < columns; j += width)
            {
                var cTile = cStart + i * shape.CRow + j;
                if (columns - j >= width)
                {
                    var bTile = packB ? panel : bStart + j;
                    var bRow = packB ? width : shape.BRow;
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
                    panel += packB ? depth * width : 0;
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
                        columns - j,
                        aTile,
                        aRow,
                        aColumn,
                        panel,
                        width,
                        depth,
                        tile,
                        width,
                        false
                    );
                    ProductEdge<TOps, TVector, TElement>.Merge(tile, cTile, shape.CRow, count, columns - j, add);
                    if (last)
                    {
                        ProductEdge<TOps, TVector, TElement>.Apply(
                            cTile,
                            shape.CRow,
                            i + row,
                            count,
                            j + column,
                            columns - j,
                            epilogue
                        );
                    }
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
                new Span<TElement>(cStart + i * shape.CRow, checked((int)columns)).Clear();
            }
        }

        ProductEdge<TOps, TVector, TElement>.Apply(cStart, shape.CRow, row, rows, column, columns, epilogue);
    }
}
