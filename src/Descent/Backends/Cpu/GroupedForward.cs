using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Forward convolutions in small groups of channels, as tasks: each makes the output channels of one group for a run of rows of one picture.</summary>
/// <remarks>
/// A group of four channels leaves most of a tile of the product empty, and what surrounds the products (planes copied for
/// every filter column, an epilogue of its own) costs as much as they do. Here the input is copied once, to
/// <see cref="GroupPlanes"/> in the first-level cache, the tiles are wide instead of high, and finished pixels go straight
/// from registers to their places.
/// </remarks>
internal readonly unsafe struct GroupedForward<TOps, TVector, TElement, TEpilogue> : IRangeBody
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
    where TEpilogue : struct, IProductEpilogue<TElement>
{
    private const int LeastProducts = 200_000;
    private const int MostChunks = 32;

    private readonly ConvolutionShape shape;
    private readonly TElement* x;
    private readonly TElement* w;
    private readonly TElement* y;
    private readonly TEpilogue epilogue;
    private readonly GroupPlanes planes;
    private readonly int rows;
    private readonly int runs;
    private readonly GroupPlace* places;
    private readonly int* offsets;

    private GroupedForward(
        in ConvolutionShape shape,
        TElement* x,
        TElement* w,
        TElement* y,
        in TEpilogue epilogue,
        int rows,
        void* lists
    )
    {
        this.shape = shape;
        this.x = x;
        this.w = w;
        this.y = y;
        this.epilogue = epilogue;
        this.rows = rows;
        runs = (shape.OutputHeight + rows - 1) / rows;
        planes = new GroupPlanes(shape, rows);
        places = (GroupPlace*)lists;
        offsets = (int*)(places + Vectors(planes, rows));
        GroupPlaces.List(rows, planes.RowLength, shape.OutputWidth, TOps.Count, places);
        for (var tap = 0; tap < shape.Taps; tap++)
        {
            offsets[tap] = planes.TapOffset(tap);
        }
    }

    /// <summary>Makes y.</summary>
    public static void Run(in ConvolutionShape shape, TElement* x, TElement* w, TElement* y, in TEpilogue epilogue)
    {
        var rows = GroupPlanes.Rows(shape);
        var length = Vectors(new GroupPlanes(shape, rows), rows) * sizeof(GroupPlace) + shape.Taps * sizeof(int);
        using var lists = new Scratch(length);
        var work = new GroupedForward<TOps, TVector, TElement, TEpilogue>(
            shape,
            x,
            w,
            y,
            epilogue,
            rows,
            lists.Pointer
        );
        var products = (long)rows * shape.OutputWidth * shape.GroupK * shape.Taps;
        var tasks = (long)shape.N * shape.Groups * work.runs;
        WorkSplitter.For(tasks, Math.Max(tasks / MostChunks, LeastProducts / products + 1), work);
    }

    private static int Vectors(in GroupPlanes planes, int rows) =>
        (rows * planes.RowLength + TOps.Count - 1) / TOps.Count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var linesLength = shape.GroupC * planes.ChannelLength + GroupPlanes.Slack;
        using var scratch = new Scratch(linesLength * (long)sizeof(TElement));
        var lines = (TElement*)scratch.Pointer;
        new Span<TElement>(lines, linesLength).Clear();
        for (var task = start; task < end; task++)
        {
            var (picture, group, row) = Place(task);
            var count = Math.Min(rows, shape.OutputHeight - row);
            var from = x + (picture * shape.C + group * shape.GroupC) * shape.H * shape.W;
            planes.Load<TOps, TVector, TElement>(from, shape.GroupC, row, count, lines);
            var target = y + picture * shape.K * shape.OutputPlane + row * shape.OutputWidth;
            Multiply((int)group, count, lines, target, Next(task + 1));
        }
    }

    private (long Picture, long Group, int Row) Place(long task)
    {
        var (part, run) = Math.DivRem(task, runs);
        var (picture, group) = Math.DivRem(part, shape.Groups);
        return (picture, group, (int)run * rows);
    }

    // What the next task copies; whoever does it, the caches are near.
    private RowsAhead<TElement> Next(long task)
    {
        if (task >= (long)shape.N * shape.Groups * runs)
        {
            return default;
        }

        var (picture, group, row) = Place(task);
        return planes.Ahead(
            x + (picture * shape.C + group * shape.GroupC) * shape.H * shape.W,
            shape.GroupC,
            row,
            rows
        );
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(int group, int count, TElement* lines, TElement* target, RowsAhead<TElement> ahead)
    {
        var pixels = (count - 1) * planes.RowLength + shape.OutputWidth;
        var vectors = (pixels + TOps.Count - 1) / TOps.Count;
        GroupTile<TOps, TVector, TElement, TEpilogue>.Operands operands;
        operands.Offsets = offsets;
        operands.Taps = shape.Taps;
        operands.Plane = shape.OutputPlane;
        operands.Room = count * shape.OutputWidth;
        operands.Epilogue = epilogue;
        var tiles =
            (vectors + GroupTile<TOps, TVector, TElement, TEpilogue>.Vectors - 1)
            / GroupTile<TOps, TVector, TElement, TEpilogue>.Vectors
            * ((shape.GroupK + 3) / 4);
        var portion = ahead.Portion(tiles);
        int channels;
        for (var k = 0; k < shape.GroupK; k += channels)
        {
            channels = ProductTiling.Rows(shape.GroupK - k, GroupTile<TOps, TVector, TElement, TEpilogue>.Channels);
            operands.Row = (long)group * shape.GroupK + k;
            operands.W = w + operands.Row * shape.Taps;
            operands.Y = target + operands.Row * shape.OutputPlane;
            int together;
            for (var vector = 0; vector < vectors; vector += together)
            {
                together = ProductTiling.Rows(vectors - vector, GroupTile<TOps, TVector, TElement, TEpilogue>.Vectors);
                ahead.Ask(portion);
                operands.X = lines + vector * TOps.Count;
                operands.Places = places + vector;
                GroupTile<TOps, TVector, TElement, TEpilogue>.Run(channels, together, operands);
            }
        }
    }
}
