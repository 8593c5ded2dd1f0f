using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>L1 distances between the rows of two matrices without gaps, cut into tasks for the work splitter.</summary>
/// <remarks>
/// <code>
///                 16 to 128 rows of b, a task's      The rows of a, up to some 16 MB of them, are packed once into panels
///                ┌─────┬─────┬─────┬─────┐           of four. A task packs its rows of b, one block of the depth at a time
///    a, packed   │panel│panel│panel│  …  │           (128 × 1024 floats: 512 KB, stays in the second-level cache); each
///   ┌────────┐   ├─────┼─────┼─────┼─────┤           panel of a (4 × 1024 floats: 16 KB, first-level cache) then meets
///   │ panel  │ → │ 4×4 │  →  │  →  │     │           every panel of b.
///   └────────┘   └─────┴─────┴─────┴─────┘
/// </code>
/// <para>Order of summation: the depth is cut into blocks of <see cref="DepthBlock"/>; within a block, virtual lane l of 16
/// adds the elements l, l + 16, l + 32, …; then lane j takes lane j + 8, j + 4, j + 2 and j + 1; the block sums are added
/// in order. The order is the same for every shape, width and number of threads, so a row has the distances that it
/// has alone.</para>
/// </remarks>
internal readonly unsafe struct DistanceWork<TOps, TVector, TElement> : IRangeBody
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    /// <summary>Length of the blocks of the depth, 1024 floats or 512 doubles; part of the results' definition.</summary>
    public static int DepthBlock => 4096 / sizeof(TElement);

    private const int Rows = DistancePanels.Rows;
    private const int MostTaskColumns = 128;

    // Packed rows of a: what the last-level cache may hold beside others.
    private const long MostPackedElements = 4 << 20;

    // About what one core does in 10 microseconds: less is not worth another thread.
    private const long LeastTaskElements = 400_000;

    private readonly TElement* packed;
    private readonly TElement* b;
    private readonly TElement* y;
    private readonly long rows;
    private readonly long columns;
    private readonly long depth;
    private readonly long yRow;
    private readonly long yColumn;
    private readonly long taskColumns;

    private DistanceWork(
        TElement* packed,
        TElement* b,
        TElement* y,
        long rows,
        long columns,
        long depth,
        long yRow,
        long yColumn
    )
    {
        this.packed = packed;
        this.b = b;
        this.y = y;
        this.rows = rows;
        this.columns = columns;
        this.depth = depth;
        this.yRow = yRow;
        this.yColumn = yColumn;
        taskColumns = Math.Clamp((columns / 8 + Rows - 1) / Rows * Rows, 4 * Rows, MostTaskColumns);
    }

    /// <summary>y[i, j] = Σ |a[i, k] − b[j, k]| for a (rows, depth) and b (columns, depth), none of the three empty.</summary>
    public static void Run(TElement* a, TElement* b, TElement* y, long rows, long columns, long depth)
    {
        if (rows > columns)
        {
            // The longer one is cut into tasks; a distance is the same from both ends.
            Run(b, a, y, columns, rows, depth, 1, columns);
        }
        else
        {
            Run(a, b, y, rows, columns, depth, columns, 1);
        }
    }

    private static void Run(
        TElement* a,
        TElement* b,
        TElement* y,
        long rows,
        long columns,
        long depth,
        long yRow,
        long yColumn
    )
    {
        var padded = DistancePanels.Padded(depth);
        var most = Math.Clamp(MostPackedElements / padded, 64, 4096) / Rows * Rows;
        var slab = Math.Min(most, (rows + Rows - 1) / Rows * Rows);
        using var scratch = new Scratch(slab * padded * sizeof(TElement));
        var panels = (TElement*)scratch.Pointer;
        for (long row = 0; row < rows; row += slab)
        {
            var count = Math.Min(slab, rows - row);
            var packing = new Packing(a + row * depth, count, depth, panels);
            WorkSplitter.For(packing.Panels, packing.Grain, packing);
            var work = new DistanceWork<TOps, TVector, TElement>(
                panels,
                b,
                y + row * yRow,
                count,
                columns,
                depth,
                yRow,
                yColumn
            );
            WorkSplitter.For(work.Tasks, work.Grain, work);
        }
    }

    private long Tasks => (columns + taskColumns - 1) / taskColumns;

    private long Grain => Math.Max(1, LeastTaskElements / Math.Max(1, rows * taskColumns * depth));

    public void Invoke(long start, long end)
    {
        var longest = DistancePanels.Padded(Math.Min(depth, DepthBlock));
        using var scratch = new Scratch((taskColumns * longest + Rows * DistancePanels.Step) * sizeof(TElement));
        var sums = (TElement*)scratch.Pointer;
        var panels = sums + Rows * DistancePanels.Step;
        for (var task = start; task < end; task++)
        {
            var column = task * taskColumns;
            var count = Math.Min(taskColumns, columns - column);
            for (long k = 0; k < depth; k += DepthBlock)
            {
                var length = Math.Min(DepthBlock, depth - k);
                for (long j = 0; j < count; j += Rows)
                {
                    DistancePanels.Pack<TOps, TVector, TElement>(
                        b + (column + j) * depth + k,
                        depth,
                        count - j,
                        length,
                        panels + j * DistancePanels.Padded(length)
                    );
                }

                Block(panels, column, count, k, DistancePanels.Padded(length), sums);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Block(TElement* panels, long column, long count, long k, long length, TElement* sums)
    {
        var padded = DistancePanels.Padded(depth);
        for (long i = 0; i < rows; i += Rows)
        {
            // A panel holds its whole depth, step by step, so that a block of it lies side by side.
            var panel = packed + i * padded + k * Rows;
            for (long j = 0; j < count; j += Rows)
            {
                DistanceTile<TOps, TVector, TElement>.Run(panel, panels + j * length, length, sums);
                var to = y + i * yRow + (column + j) * yColumn;
                Write(sums, Math.Min(Rows, rows - i), Math.Min(Rows, count - j), k > 0, to);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Write(TElement* sums, long height, long width, bool add, TElement* to)
    {
        for (long i = 0; i < height; i++)
        {
            for (long j = 0; j < width; j++)
            {
                var sum = new Lane<TElement>(LaneFold.SumOfSixteen(sums + (i * Rows + j) * DistancePanels.Lanes));
                var place = to + i * yRow + j * yColumn;
                *place = add ? (new Lane<TElement>(*place) + sum).Value : sum.Value;
            }
        }
    }

    /// <summary>Copies the rows of a into panels of their whole depth.</summary>
    private readonly struct Packing(TElement* a, long rows, long depth, TElement* to) : IRangeBody
    {
        public long Panels => (rows + Rows - 1) / Rows;

        public long Grain => Math.Max(1, LeastTaskElements / (4 * Rows * depth));

        public void Invoke(long start, long end)
        {
            var padded = DistancePanels.Padded(depth);
            for (var panel = start; panel < end; panel++)
            {
                var row = panel * Rows;
                DistancePanels.Pack<TOps, TVector, TElement>(
                    a + row * depth,
                    depth,
                    rows - row,
                    depth,
                    to + row * padded
                );
            }
        }
    }
}
