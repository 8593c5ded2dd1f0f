using Descent.Numerics;

namespace Descent.Backends.Cpu;

public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    protected override bool TrySoftmaxCore(in Operand x, in Operand y) => Softmax(x, y, isLogarithm: false);

    /// <inheritdoc/>
    protected override bool TryLogSoftmaxCore(in Operand x, in Operand y) => Softmax(x, y, isLogarithm: true);

    private bool Softmax(in Operand x, in Operand y, bool isLogarithm)
    {
        if (x.Rank == 0)
        {
            return false;
        }

        using var source = new Gapless(x);
        using var target = new GaplessTarget(y);
        RunFloating(y.DType, new SoftmaxRows(source.Address, x.Shape, isLogarithm, target.Address));
        return true;
    }

    private readonly struct SoftmaxRows(nint x, Shape shape, bool isLogarithm, nint y) : ILanesLoop
    {
        public void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            var body = new SoftmaxBody<T, TElement>((TElement*)x, shape[^1], isLogarithm, (TElement*)y);
            ForRows(shape, body);
        }
    }

    /// <inheritdoc/>
    protected override bool TrySoftmaxGradientCore(in Operand y, in Operand dy, in Operand dx) =>
        SoftmaxGradient(y, dy, dx, isLogarithm: false);

    /// <inheritdoc/>
    protected override bool TryLogSoftmaxGradientCore(in Operand y, in Operand dy, in Operand dx) =>
        SoftmaxGradient(y, dy, dx, isLogarithm: true);

    private bool SoftmaxGradient(in Operand y, in Operand dy, in Operand dx, bool isLogarithm)
    {
        if (y.Rank == 0)
        {
            return false;
        }

        using var values = new Gapless(y);
        using var gradients = new Gapless(dy);
        using var target = new GaplessTarget(dx);
        RunFloating(
            dx.DType,
            new SoftmaxGradientRows(values.Address, gradients.Address, y.Shape, isLogarithm, target.Address)
        );
        return true;
    }

    private readonly struct SoftmaxGradientRows(nint y, nint dy, Shape shape, bool isLogarithm, nint dx) : ILanesLoop
    {
        public void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            var body = new SoftmaxGradientBody<T, TElement>(
                (TElement*)y,
                (TElement*)dy,
                shape[^1],
                isLogarithm,
                (TElement*)dx
            );
            ForRows(shape, body);
        }
    }

    /// <inheritdoc/>
    protected override bool TryCrossEntropyCore(
        in Operand logits,
        in Operand labels,
        double scale,
        in Operand losses,
        in Operand slopes
    )
    {
        using var source = new Gapless(logits);
        using var classes = new Gapless(labels);
        using var target = new GaplessTarget(losses);
        using var gradient = new GaplessTarget(slopes);
        RunFloating(
            logits.DType,
            new CrossEntropyRows(
                source.Address,
                classes.As<long>(),
                logits.Shape,
                scale,
                target.Address,
                gradient.Address
            )
        );
        return true;
    }

    private readonly struct CrossEntropyRows(
        nint logits,
        long* labels,
        Shape shape,
        double scale,
        nint losses,
        nint slopes
    ) : ILanesLoop
    {
        public void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            var body = new CrossEntropyBody<T, TElement>(
                (TElement*)logits,
                labels,
                shape[1],
                scale,
                (TElement*)losses,
                (TElement*)slopes
            );
            ForRows(shape, body);
        }
    }

    /// <summary>Shares the rows of a shape, the vectors along its last axis.</summary>
    private static void ForRows<TBody>(Shape shape, in TBody body)
        where TBody : struct, IRangeBody
    {
        if (shape.Count > 0)
        {
            WorkSplitter.For(shape.Count / shape[^1], GrainOfSlices(4 * (long)shape[^1]), body);
        }
    }
}
