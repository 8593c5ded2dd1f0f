using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The gradient of the weights of small groups of channels, as tasks: each takes one group of some pictures.</summary>
/// <remarks>
/// As <see cref="PixelBackwardWeight{TOps, TVector, TElement}"/>, but x is copied once and not for every filter column: to
/// <see cref="GroupPlanes"/>, and dy beside it to rows of the same length with zeros at their ends. The 16 sums of each
/// weight, which go on from one run of rows to the next and from picture to picture, are folded at the end, the first half
/// with the second.
/// </remarks>
internal readonly unsafe struct GroupedBackwardWeight<TOps, TVector, TElement> : IRangeBody
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    private const int LeastTasks = 16;
    private const int Lanes = PixelTile<TOps, TVector, TElement>.Lanes;

    private readonly ConvolutionShape shape;
    private readonly TElement* x;
    private readonly TElement* dy;
    private readonly TElement* sums;
    private readonly long pictures;
    private readonly GroupPlanes planes;
    private readonly int rows;
    private readonly int rowPixels;

    /// <summary>Sums into <paramref name="sums"/>: for each of the <see cref="Parts"/> the weights in the order (k, r, s, c).</summary>
    public GroupedBackwardWeight(in ConvolutionShape shape, TElement* x, TElement* dy, TElement* sums)
    {
        this.shape = shape;
        this.x = x;
        this.dy = dy;
        this.sums = sums;
        pictures = (shape.N + Parts(shape) - 1) / Parts(shape);
        rows = GroupPlanes.Rows(shape);
        planes = new GroupPlanes(shape, rows);
        rowPixels = (rows * planes.RowLength + Lanes - 1) / Lanes * Lanes;
    }

    /// <summary>The number of independent pieces of work.</summary>
    public long Tasks => (long)Parts(shape) * shape.Groups;

    /// <summary>The number of parts that the pictures are summed in: the groups of channels alone are work for several threads, and each part's sums are folded.</summary>
    public static int Parts(in ConvolutionShape shape)
    {
        var pictures = (shape.N + LeastTasks / shape.Groups) / (1 + LeastTasks / shape.Groups);
        return (shape.N + pictures - 1) / pictures;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var lanesLength = checked(shape.GroupK * shape.Taps * Lanes);
        var slopesLength = shape.GroupK * rowPixels;
        var linesLength = shape.GroupC * planes.ChannelLength + GroupPlanes.Slack;
        using var scratch = new Scratch((lanesLength + slopesLength + linesLength) * (long)sizeof(TElement));
        using var list = new Scratch(shape.Taps * sizeof(int));
        var lanes = (TElement*)scratch.Pointer;
        var slopes = lanes + lanesLength;
        var lines = slopes + slopesLength;
        var offsets = (int*)list.Pointer;
        new Span<TElement>(slopes, slopesLength + linesLength).Clear();
        for (var tap = 0; tap < shape.Taps; tap++)
        {
            offsets[tap] = planes.TapOffset(tap);
        }

        for (var task = start; task < end; task++)
        {
            var (part, group) = Math.DivRem(task, shape.Groups);
            new Span<TElement>(lanes, lanesLength).Clear();
            var last = Math.Min(shape.N, (part + 1) * pictures);
            for (var n = part * pictures; n < last; n++)
            {
                var from = x + (n * shape.C + group * shape.GroupC) * shape.H * shape.W;
                var gradient = dy + (n * shape.K + group * shape.GroupK) * shape.OutputPlane;
                for (var row = 0; row < shape.OutputHeight; row += rows)
                {
                    var count = Math.Min(rows, shape.OutputHeight - row);
                    planes.Load<TOps, TVector, TElement>(from, shape.GroupC, row, count, lines);
                    LoadSlopes(gradient + row * shape.OutputWidth, count, slopes);
                    var isLast = row + rows >= shape.OutputHeight;
                    if (isLast && n + 1 == last)
                    {
                        Add(lines, offsets, slopes, count, lanes, default, default);
                        continue;
                    }

                    var next = isLast ? 0 : row + rows;
                    var nextX = isLast ? from + (long)shape.C * shape.H * shape.W : from;
                    var nextDy =
                        (isLast ? gradient + shape.K * shape.OutputPlane : gradient) + next * shape.OutputWidth;
                    var nextRows = Math.Min(rows, shape.OutputHeight - next) * shape.OutputWidth;
                    Add(
                        lines,
                        offsets,
                        slopes,
                        count,
                        lanes,
                        planes.Ahead(nextX, shape.GroupC, next, rows),
                        new RowsAhead<TElement>(nextDy, shape.GroupK, shape.OutputPlane, nextRows)
                    );
                }
            }

            Fold(lanes, sums + (part * shape.K + group * shape.GroupK) * shape.Taps);
        }
    }

    // Between the rows are zeros, and behind the last of them too.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void LoadSlopes(TElement* gradient, int count, TElement* slopes)
    {
        var width = shape.OutputWidth;
        for (var k = 0; k < shape.GroupK; k++, gradient += shape.OutputPlane, slopes += rowPixels)
        {
            GroupPlanes.CopyRows<TOps, TVector, TElement>(gradient, width, slopes, planes.RowLength, width, count);
            if (count < rows)
            {
                new Span<TElement>(slopes + count * planes.RowLength, rowPixels - count * planes.RowLength).Clear();
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(
        TElement* lines,
        int* offsets,
        TElement* slopes,
        int count,
        TElement* lanes,
        RowsAhead<TElement> ahead,
        RowsAhead<TElement> slopesAhead
    )
    {
        var (mostChannels, mostTaps) = (
            GroupWeightTile<TOps, TVector, TElement>.Channels,
            GroupWeightTile<TOps, TVector, TElement>.Taps
        );
        var tiles = (shape.GroupK + mostChannels - 1) / mostChannels * ((shape.Taps + mostTaps - 1) / mostTaps);
        var (portion, slopesPortion) = (ahead.Portion(tiles), slopesAhead.Portion(tiles));
        GroupWeightTile<TOps, TVector, TElement>.Operands operands;
        operands.X = lines;
        // What stands behind the last row meets zeros alone.
        var pixels = (count - 1) * planes.RowLength + shape.OutputWidth;
        operands.Pixels = (pixels + Lanes - 1) / Lanes * Lanes;
        operands.Plane = rowPixels;
        operands.SumRow = shape.Taps * Lanes;
        int channels;
        for (var k = 0; k < shape.GroupK; k += channels)
        {
            channels = ProductTiling.Rows(shape.GroupK - k, mostChannels);
            operands.Dy = slopes + k * rowPixels;
            int taps;
            for (var tap = 0; tap < shape.Taps; tap += taps)
            {
                taps = ProductTiling.Rows(shape.Taps - tap, mostTaps);
                operands.Offsets = offsets + tap;
                operands.Sums = lanes + (k * shape.Taps + tap) * Lanes;
                ahead.Ask(portion);
                slopesAhead.Ask(slopesPortion);
                GroupWeightTile<TOps, TVector, TElement>.Run(channels, taps, operands);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Fold(TElement* lanes, TElement* sum)
    {
        var filter = shape.R * shape.S;
        for (var k = 0; k < shape.GroupK; k++, sum += shape.Taps)
        {
            for (var tap = 0; tap < shape.Taps; tap++, lanes += Lanes)
            {
                sum[tap % filter * shape.GroupC + tap / filter] = LaneFold.SumOfSixteen(lanes);
            }
        }
    }
}
