using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The gradient of the input of small groups of channels with strides, as tasks: each makes some rows of one group of one picture.</summary>
/// <remarks>
/// <code>
///   stride 2, 3×3:   even rows and columns of dx see the corners of the filter, odd ones its middle:
///                    4, 2, 2 and 1 of its elements, each set a convolution of dy without strides
/// </code>
/// Each remainder of rows and columns is made by <see cref="GroupTile{TOps, TVector, TElement, TEpilogue}"/> from the same
/// lines of dy, and the rows are put together from them while they are in the cache.
/// Order of summation: over (k, r, s).
/// </remarks>
internal readonly unsafe struct GroupedBackwardData<TOps, TVector, TElement> : IRangeBody
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    // The lines of dy and all remainders of a run stay near the first-level cache.
    private const int RunElements = 8192;
    private const int LeastProducts = 200_000;
    private const int MostChunks = 32;

    private readonly ConvolutionShape shape;
    private readonly ConvolutionShape dense;
    private readonly TElement* dy;
    private readonly TElement* weights;
    private readonly TElement* dx;
    private readonly GroupPlanes planes;
    private readonly GroupPlace* places;
    private readonly int* offsets;
    private readonly int* taps;
    private readonly int rows;
    private readonly int runs;
    private readonly int pieceLength;

    private GroupedBackwardData(
        in ConvolutionShape shape,
        in ConvolutionShape dense,
        TElement* dy,
        TElement* w,
        TElement* dx,
        int rows,
        TElement* weights,
        void* lists
    )
    {
        this.shape = shape;
        this.dense = dense;
        this.dy = dy;
        this.weights = weights;
        this.dx = dx;
        this.rows = rows;
        runs = (dense.OutputHeight + rows - 1) / rows;
        planes = new GroupPlanes(dense, rows);
        var vectors = Vectors(planes, rows);
        pieceLength = vectors * TOps.Count;
        places = (GroupPlace*)lists;
        offsets = (int*)(places + vectors);
        for (var i = 0; i < vectors; i++)
        {
            places[i] = default;
            (places[i].Offset, places[i].IsWhole) = (i * TOps.Count, true);
        }

        taps = offsets + shape.GroupK * shape.R * shape.S;
        ListTaps(w, taps + Phases);
    }

    private int Phases => shape.StrideY * shape.StrideX;

    /// <summary>Makes dx.</summary>
    public static void Run(in ConvolutionShape shape, TElement* dy, TElement* w, TElement* dx)
    {
        var dense = Dense(shape);
        var rowLength = new GroupPlanes(dense, 1).RowLength;
        var kept = rowLength * (shape.GroupC * shape.StrideY * shape.StrideX + shape.GroupK);
        var rows = Math.Clamp(RunElements / kept, Math.Min(4, dense.OutputHeight), dense.OutputHeight);
        var runs = (dense.OutputHeight + rows - 1) / rows;
        rows = (dense.OutputHeight + runs - 1) / runs;
        var numbers = 2 * shape.GroupK * shape.R * shape.S + shape.StrideY * shape.StrideX;
        var length = Vectors(new GroupPlanes(dense, rows), rows) * sizeof(GroupPlace) + numbers * sizeof(int);
        using var lists = new Scratch(length);
        using var packed = new Scratch((long)shape.K * shape.Taps * sizeof(TElement));
        var weights = (TElement*)packed.Pointer;
        var work = new GroupedBackwardData<TOps, TVector, TElement>(
            shape,
            dense,
            dy,
            w,
            dx,
            rows,
            weights,
            lists.Pointer
        );
        var tasks = (long)shape.N * shape.Groups * work.runs;
        var products = (long)rows * rowLength * shape.GroupK * shape.Taps;
        WorkSplitter.For(tasks, Math.Max(tasks / MostChunks, LeastProducts / products + 1), work);
    }

    // dy seen by filters that reach as far as one remainder of the real ones does.
    private static ConvolutionShape Dense(in ConvolutionShape shape)
    {
        var reachY = (shape.R - 1) * shape.DilationY / shape.StrideY;
        var reachX = (shape.S - 1) * shape.DilationX / shape.StrideX;
        return new(
            (shape.N, shape.K, shape.OutputHeight, shape.OutputWidth),
            (shape.C, reachY + 1, reachX + 1),
            (1, 1),
            (reachY, reachX),
            (1, 1),
            shape.Groups
        );
    }

    private static int Vectors(in GroupPlanes planes, int rows) =>
        (rows * planes.RowLength + TOps.Count - 1) / TOps.Count;

    // The filter elements of each remainder in the order (k, r, s), and their weights for each input channel.
    private void ListTaps(TElement* w, int* sources)
    {
        var first = 0;
        var to = weights;
        for (var phase = 0; phase < Phases; phase++)
        {
            var count = 0;
            for (var tap = 0; tap < shape.GroupK * shape.R * shape.S; tap++)
            {
                var (k, element) = Math.DivRem(tap, shape.R * shape.S);
                var (r, s) = Math.DivRem(element, shape.S);
                var (up, above) = Math.DivRem(r * shape.DilationY, shape.StrideY);
                var (back, before) = Math.DivRem(s * shape.DilationX, shape.StrideX);
                if (above * shape.StrideX + before == phase)
                {
                    sources[count] = k * shape.Taps + element;
                    var turned = (k * dense.R + dense.R - 1 - up) * dense.S + dense.S - 1 - back;
                    offsets[first + count++] = planes.TapOffset(turned);
                }
            }

            for (var group = 0; group < shape.Groups; group++)
            {
                var from = w + (long)group * shape.GroupK * shape.Taps;
                for (var c = 0; c < shape.GroupC; c++, from += shape.R * shape.S, to += count)
                {
                    for (var i = 0; i < count; i++)
                    {
                        to[i] = from[sources[i]];
                    }
                }
            }

            taps[phase] = count;
            first += count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var linesLength = shape.GroupK * planes.ChannelLength + GroupPlanes.Slack;
        var piecesLength = Phases * shape.GroupC * pieceLength;
        using var scratch = new Scratch((linesLength + piecesLength) * (long)sizeof(TElement));
        var pieces = (TElement*)scratch.Pointer;
        var lines = pieces + piecesLength;
        new Span<TElement>(lines, linesLength).Clear();
        for (var task = start; task < end; task++)
        {
            var (picture, group, run) = Place(task);
            var count = Math.Min(rows, dense.OutputHeight - run * rows);
            var from = dy + (picture * shape.K + group * shape.GroupK) * shape.OutputPlane;
            planes.Load<TOps, TVector, TElement>(from, shape.GroupK, run * rows, count, lines);
            var to = dx + (picture * shape.C + group * shape.GroupC) * shape.H * shape.W;
            var top = Math.Max(0, run * rows * shape.StrideY - shape.PaddingY);
            var bottom = run + 1 == runs ? shape.H : (run * rows + count) * shape.StrideY - shape.PaddingY;
            bottom = Math.Clamp(bottom, top, shape.H);
            var made = new RowsAhead<TElement>(
                to + (long)top * shape.W,
                shape.GroupC,
                (long)shape.H * shape.W,
                (long)(bottom - top) * shape.W
            );
            Multiply(group, count, lines, pieces, made);
            Join(top, bottom, run * rows, pieces, to);
        }
    }

    private (long Picture, int Group, int Run) Place(long task)
    {
        var (part, run) = Math.DivRem(task, runs);
        var (picture, group) = Math.DivRem(part, shape.Groups);
        return (picture, (int)group, (int)run);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(int group, int count, TElement* lines, TElement* pieces, RowsAhead<TElement> made)
    {
        var vectors = Vectors(planes, count);
        GroupTile<TOps, TVector, TElement, NoEpilogue<TElement>>.Operands operands = default;
        operands.Offsets = offsets;
        operands.Plane = pieceLength;
        operands.Room = pieceLength;
        var packed = weights;
        // The rows of dx are on their way to the cache while their numbers are made.
        var tiles =
            (vectors + GroupTile<TOps, TVector, TElement, NoEpilogue<TElement>>.Vectors - 1)
            / GroupTile<TOps, TVector, TElement, NoEpilogue<TElement>>.Vectors
            * Phases
            * ((shape.GroupC + 3) / 4);
        var portion = made.Portion(tiles);
        for (var phase = 0; phase < Phases; phase++)
        {
            operands.Taps = taps[phase];
            int channels;
            for (var c = 0; c < shape.GroupC; c += channels, pieces += channels * pieceLength)
            {
                channels = ProductTiling.Rows(
                    shape.GroupC - c,
                    GroupTile<TOps, TVector, TElement, NoEpilogue<TElement>>.Channels
                );
                operands.W = packed + ((long)group * shape.GroupC + c) * operands.Taps;
                operands.Y = pieces;
                int together;
                for (var vector = 0; vector < vectors; vector += together)
                {
                    together = ProductTiling.Rows(
                        vectors - vector,
                        GroupTile<TOps, TVector, TElement, NoEpilogue<TElement>>.Vectors
                    );
                    made.Ask(portion);
                    operands.X = lines + vector * TOps.Count;
                    operands.Places = places + vector;
                    GroupTile<TOps, TVector, TElement, NoEpilogue<TElement>>.Run(channels, together, operands);
                }
            }

            packed += (long)shape.C * operands.Taps;
            operands.Offsets += operands.Taps;
        }
    }

    // The rows of dx from top to before bottom, from remainders whose rows begin with first; beyond those are zeros.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Join(int top, int bottom, int first, TElement* pieces, TElement* to)
    {
        var joins =
            typeof(TElement) == typeof(float)
            && shape is { StrideX: 2, W: >= 8 }
            && shape.W % 2 == 0
            && (shape.W - 1 + shape.PaddingX) / 2 < dense.OutputWidth
            && EvenOdd.IsSupported;
        var step = shape.GroupC * pieceLength;
        for (var c = 0; c < shape.GroupC; c++, pieces += pieceLength, to += (long)shape.H * shape.W)
        {
            for (var y = top; y < bottom; y++)
            {
                var (row, phase) = Math.DivRem(y + shape.PaddingY, shape.StrideY);
                var into = to + (long)y * shape.W;
                if (row >= dense.OutputHeight)
                {
                    new Span<TElement>(into, shape.W).Clear();
                    continue;
                }

                var from = pieces + phase * shape.StrideX * step + (row - first) * planes.RowLength;
                if (joins)
                {
                    var even = from + shape.PaddingX % 2 * step + shape.PaddingX / 2;
                    var odd = from + (shape.PaddingX + 1) % 2 * step + (shape.PaddingX + 1) / 2;
                    EvenOdd.Join((float*)even, (float*)odd, shape.W / 2, (float*)into);
                    continue;
                }

                for (var x = 0; x < shape.W; x++)
                {
                    var (column, remainder) = Math.DivRem(x + shape.PaddingX, shape.StrideX);
                    into[x] = column < dense.OutputWidth ? from[remainder * step + column] : default;
                }
            }
        }
    }
}
