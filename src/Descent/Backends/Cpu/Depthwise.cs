using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Forward convolutions whose output channels see one channel each, as tasks: each makes one plane, a few rows at a time.</summary>
/// <remarks>The sums of four rows are in registers and take their taps in order, one after the other, as a product would.</remarks>
internal readonly unsafe struct DepthwiseForward<TOps, TVector, TElement, TEpilogue> : IRangeBody
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
    where TEpilogue : struct, IProductEpilogue<TElement>
{
    // What a run of rows reads stays in the first-level cache.
    private const int PlaneElements = 4096;

    private readonly ConvolutionShape shape;
    private readonly TElement* x;
    private readonly TElement* w;
    private readonly TElement* y;
    private readonly TEpilogue epilogue;
    private readonly ConvolutionPlanes planes;
    private readonly int rows;

    public DepthwiseForward(in ConvolutionShape shape, TElement* x, TElement* w, TElement* y, in TEpilogue epilogue)
    {
        this.shape = shape;
        this.x = x;
        this.w = w;
        this.y = y;
        this.epilogue = epilogue;
        var row = new ConvolutionPlanes(shape, 1, 1).RowOffset(1);
        rows = Math.Clamp(PlaneElements / row, Math.Min(8, shape.OutputHeight), shape.OutputHeight);
        planes = new ConvolutionPlanes(shape, 1, rows);
    }

    /// <summary>The number of independent pieces of work.</summary>
    public long Tasks => (long)shape.N * shape.K;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        using var scratch = new Scratch((planes.PlaneLength + (long)ShiftedPlanes.Slack) * sizeof(TElement));
        using var list = new Scratch(shape.Taps * sizeof(int));
        var plane = (TElement*)scratch.Pointer;
        var offsets = (int*)list.Pointer;
        for (var tap = 0; tap < shape.Taps; tap++)
        {
            offsets[tap] = planes.TapOffset(tap);
        }

        for (var task = start; task < end; task++)
        {
            var (picture, k) = Math.DivRem(task, shape.K);
            var from = x + (picture * shape.C + k / shape.GroupK) * shape.H * shape.W;
            for (var row = 0; row < shape.OutputHeight; row += rows)
            {
                var count = Math.Min(rows, shape.OutputHeight - row);
                planes.Load(from, 1, row, count, plane);
                Rows((int)k, count, plane, offsets, y + task * shape.OutputPlane + row * shape.OutputWidth);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Rows(int k, int count, TElement* plane, int* offsets, TElement* to)
    {
        var (width, step, taps) = (shape.OutputWidth, planes.RowOffset(1), shape.Taps);
        var weights = w + k * taps;
        var then = epilogue;
        for (var row = 0; row < count; row += 4)
        {
            // The last step moves back to end with the run where it can.
            var first = Math.Max(0, Math.Min(row, count - 4));
            var second = Math.Min(1, count - 1 - first) * step;
            var third = Math.Min(2, count - 1 - first) * step;
            var fourth = Math.Min(3, count - 1 - first) * step;
            for (var column = 0; column < width; column += TOps.Count)
            {
                TVector a = default,
                    b = default,
                    c = default,
                    d = default;
                var from = plane + first * step + column;
                for (var tap = 0; tap < taps; tap++)
                {
                    var weight = TOps.Broadcast(weights + tap);
                    var place = from + offsets[tap];
                    a = TOps.FusedMultiplyAdd(weight, TOps.Load(place), a);
                    b = TOps.FusedMultiplyAdd(weight, TOps.Load(place + second), b);
                    c = TOps.FusedMultiplyAdd(weight, TOps.Load(place + third), c);
                    d = TOps.FusedMultiplyAdd(weight, TOps.Load(place + fourth), d);
                }

                var lanes = Math.Min(TOps.Count, width - column);
                var target = to + first * width + column;
                Store(target, then.Apply<TOps, TVector>(a, k, 0, lanes, target), lanes);
                if (count > 1)
                {
                    Store(target + width, then.Apply<TOps, TVector>(b, k, 0, lanes, target + width), lanes);
                }

                if (count > 2)
                {
                    Store(target + 2 * width, then.Apply<TOps, TVector>(c, k, 0, lanes, target + 2 * width), lanes);
                }

                if (count > 3)
                {
                    Store(target + 3 * width, then.Apply<TOps, TVector>(d, k, 0, lanes, target + 3 * width), lanes);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TElement* to, TVector value, int lanes)
    {
        if (lanes == TOps.Count)
        {
            TOps.Store(to, value);
        }
        else
        {
            TOps.StorePartial(to, value, lanes);
        }
    }
}

/// <summary>The gradient of the input of such a convolution with strides, as tasks: each makes one plane.</summary>
/// <remarks>Order of summation: over the output channels of a channel, then over the taps, in order.</remarks>
internal readonly unsafe struct DepthwiseBackwardData<TOps, TVector, TElement> : IRangeBody
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    private readonly ConvolutionShape shape;
    private readonly TElement* dy;
    private readonly TElement* w;
    private readonly TElement* dx;
    private readonly ConvolutionPlanes planes;

    public DepthwiseBackwardData(in ConvolutionShape shape, TElement* dy, TElement* w, TElement* dx)
    {
        this.shape = shape;
        this.dy = dy;
        this.w = w;
        this.dx = dx;
        planes = new ConvolutionPlanes(shape, 1, shape.OutputHeight);
    }

    /// <summary>The number of independent pieces of work.</summary>
    public long Tasks => (long)shape.N * shape.C;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        using var scratch = new Scratch((long)planes.PlaneLength * sizeof(TElement));
        var plane = (TElement*)scratch.Pointer;
        for (var task = start; task < end; task++)
        {
            new Span<TElement>(plane, planes.PlaneLength).Clear();
            for (var i = 0; i < shape.GroupK; i++)
            {
                // Of channel c come the output channels c · GroupK + i, so planes and their gradients are in one order.
                var k = task % shape.C * shape.GroupK + i;
                var from = dy + (task * shape.GroupK + i) * shape.OutputPlane;
                for (var tap = 0; tap < shape.Taps; tap++)
                {
                    Add(from, TOps.Broadcast(w + k * shape.Taps + tap), plane + planes.TapOffset(tap));
                }
            }

            planes.Save(plane, 1, dx + task * shape.H * shape.W);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(TElement* from, TVector weight, TElement* to)
    {
        var (width, step) = (shape.OutputWidth, planes.RowOffset(1));
        for (var row = 0; row < shape.OutputHeight; row++, from += width, to += step)
        {
            var column = 0;
            for (; column + TOps.Count <= width; column += TOps.Count)
            {
                var sum = TOps.FusedMultiplyAdd(weight, TOps.Load(from + column), TOps.Load(to + column));
                TOps.Store(to + column, sum);
            }

            if (column < width)
            {
                var lanes = width - column;
                var sum = TOps.LoadPartial(to + column, lanes);
                sum = TOps.FusedMultiplyAdd(weight, TOps.LoadPartial(from + column, lanes), sum);
                TOps.StorePartial(to + column, sum, lanes);
            }
        }
    }
}
