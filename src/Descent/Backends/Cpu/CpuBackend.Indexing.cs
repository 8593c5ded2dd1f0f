using Descent.Numerics;

namespace Descent.Backends.Cpu;

public sealed unsafe partial class CpuBackend
{
    private const long ElementsOfSlicesGrain = 8192;

    /// <inheritdoc/>
    protected override void GatherCore(in Operand x, int axis, in Operand index, in Operand y)
    {
        if (y.Count == 0)
        {
            return;
        }

        using var source = new Gapless(x);
        using var places = new Gapless(index);
        using var target = new GaplessTarget(y);
        var slices = AxisSlices.Of(x.Shape, axis);
        var body = new GatherBody(
            source.Address,
            slices,
            places.As<long>(),
            index.Count,
            target.Address,
            x.DType.ByteSize()
        );
        WorkSplitter.For(slices.Outer * index.Count, GrainOfSlices(slices.Inner), body);
    }

    /// <inheritdoc/>
    protected override void ScatterAddCore(in Operand y, int axis, in Operand index, in Operand source)
    {
        if (source.Count == 0)
        {
            return;
        }

        using var values = new Gapless(source);
        using var places = new Gapless(index);
        using var target = new GaplessTarget(y, keepContent: true);
        Run(
            y.DType,
            new ScatterAddLoop(
                target.Address,
                AxisSlices.Of(y.Shape, axis),
                places.As<long>(),
                index.Count,
                values.Address
            )
        );
    }

    private readonly struct ScatterAddLoop(nint y, AxisSlices to, long* index, long count, nint source) : ILanesLoop
    {
        public void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            var body = new ScatterAddBody<T, TElement>(y, to, index, count, source);
            var elements = count * to.Outer * to.Inner / body.Pieces;
            WorkSplitter.For(body.Pieces, GrainOfSlices(elements), body);
        }
    }

    /// <inheritdoc/>
    protected override void TakeAlongCore(in Operand x, int axis, in Operand index, in Operand y)
    {
        if (y.Count == 0)
        {
            return;
        }

        using var source = new Gapless(x);
        using var places = new Gapless(index);
        using var target = new GaplessTarget(y);
        var (from, to) = (AxisSlices.Of(x.Shape, axis), AxisSlices.Of(y.Shape, axis));
        switch (x.DType.ByteSize())
        {
            case 8:
                TakeAlong(source.As<ulong>(), from, places.As<long>(), to, target.As<ulong>());
                break;
            case 4:
                TakeAlong(source.As<uint>(), from, places.As<long>(), to, target.As<uint>());
                break;
            default:
                TakeAlong(source.As<byte>(), from, places.As<long>(), to, target.As<byte>());
                break;
        }
    }

    private static void TakeAlong<TElement>(TElement* x, AxisSlices from, long* index, AxisSlices to, TElement* y)
        where TElement : unmanaged =>
        WorkSplitter.For(to.Count, GrainOfSlices(to.Length), new TakeAlongBody<TElement>(x, from, index, to, y));

    /// <inheritdoc/>
    protected override void ScatterAddAlongCore(in Operand y, int axis, in Operand index, in Operand source)
    {
        if (source.Count == 0)
        {
            return;
        }

        using var values = new Gapless(source);
        using var places = new Gapless(index);
        using var target = new GaplessTarget(y, keepContent: true);
        Run(
            y.DType,
            new ScatterAddAlongLoop(
                target.Address,
                AxisSlices.Of(y.Shape, axis),
                places.As<long>(),
                AxisSlices.Of(source.Shape, axis),
                values.Address
            )
        );
    }

    private readonly struct ScatterAddAlongLoop(nint y, AxisSlices to, long* index, AxisSlices from, nint source)
        : ILanesLoop
    {
        public void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged =>
            WorkSplitter.For(
                from.Count,
                GrainOfSlices(from.Length),
                new ScatterAddAlongBody<T, TElement>(y, to, index, from, source)
            );
    }

    /// <summary>Slices that make a piece of work, for slices of so many elements.</summary>
    private static long GrainOfSlices(long elements) => Math.Max(1, ElementsOfSlicesGrain / Math.Max(1, elements));
}
