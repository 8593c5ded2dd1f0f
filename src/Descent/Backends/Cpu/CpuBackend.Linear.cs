using Descent.Numerics;

namespace Descent.Backends.Cpu;

public sealed unsafe partial class CpuBackend
{
    // With more, a register tile makes the gradient faster than this saves by not storing it.
    private const int MostSamplesOfUpdate = 4;

    /// <inheritdoc/>
    protected override bool TryLinearCore(in Operand x, in Operand w, in Operand bias, in Operand y)
    {
        using var offsets = new Gapless(bias);
        using var target = new GaplessTarget(y);
        if (y.DType == DType.Float64)
        {
            LinearForward<double>(x, w, offsets.As<double>(), target.As<double>());
        }
        else
        {
            LinearForward<float>(x, w, offsets.As<float>(), target.As<float>());
        }

        return true;
    }

    /// <inheritdoc/>
    protected override bool TryLinearThenCore<TKernel>(in Operand x, in Operand w, in Operand bias, in Operand y)
    {
        using var offsets = new Gapless(bias);
        using var target = new GaplessTarget(y);
        if (y.DType == DType.Float64)
        {
            LinearForward<double, TKernel>(x, w, offsets.As<double>(), target.As<double>());
        }
        else
        {
            LinearForward<float, TKernel>(x, w, offsets.As<float>(), target.As<float>());
        }

        return true;
    }

    /// <inheritdoc/>
    protected override bool TryLinearGradientCore(
        in Operand x,
        in Operand w,
        in Operand dy,
        in Operand dx,
        in Operand dw,
        in Operand dbias
    )
    {
        using var inputs = new GaplessTarget(dx);
        using var weights = new GaplessTarget(dw);
        if (dy.DType == DType.Float64)
        {
            LinearBackward(x, w, dy, inputs.As<double>(), weights.As<double>());
        }
        else
        {
            LinearBackward(x, w, dy, inputs.As<float>(), weights.As<float>());
        }

        if (!dbias.IsNone && dy.Count == 0)
        {
            Fill(dbias, 0);
        }
        else if (!dbias.IsNone)
        {
            using var gradient = new Gapless(dy);
            using var sums = new GaplessTarget(dbias);
            RunFloating(dy.DType, new ColumnSums(gradient.Address, dy.Shape[0], dy.Shape[1], sums.Address));
        }

        return true;
    }

    /// <inheritdoc/>
    protected override bool TryLinearUpdateCore<TKernel>(
        in Operand w,
        in Operand x,
        in Operand dy,
        in Operand first,
        in Operand second,
        in UpdateConstants<double> constants
    )
    {
        if (x.Shape[0] is 0 or > MostSamplesOfUpdate || x.Strides[1] != 1)
        {
            return false;
        }

        RunFloating(
            w.DType,
            new LinearUpdateLoop<TKernel>(
                w.Address,
                TKernel.StateCount > 0 ? first.Address : 0,
                TKernel.StateCount > 1 ? second.Address : 0,
                w.Shape[0],
                constants,
                new OuterFactors(x, dy)
            )
        );
        return true;
    }

    private static void LinearForward<TElement>(in Operand x, in Operand w, TElement* bias, TElement* y)
        where TElement : unmanaged
    {
        var shape = ForwardShape(x, w);
        var rows = (TElement*)x.Address;
        var weights = (TElement*)w.Address;
        if (bias is null)
        {
            MatrixProduct.Run(shape, rows, weights, y);
        }
        else
        {
            MatrixProduct.Run(shape, rows, weights, y, new ColumnBias<TElement>(bias));
        }
    }

    private static void LinearForward<TElement, TKernel>(in Operand x, in Operand w, TElement* bias, TElement* y)
        where TElement : unmanaged
        where TKernel : struct, IUnaryKernel
    {
        var shape = ForwardShape(x, w);
        var rows = (TElement*)x.Address;
        var weights = (TElement*)w.Address;
        if (bias is null)
        {
            var epilogue = new Then<TElement, NoEpilogue<TElement>, TKernel>(default);
            MatrixProduct.Run(shape, rows, weights, y, epilogue);
        }
        else
        {
            var epilogue = new Then<TElement, ColumnBias<TElement>, TKernel>(new ColumnBias<TElement>(bias));
            MatrixProduct.Run(shape, rows, weights, y, epilogue);
        }
    }

    private static void LinearBackward<TElement>(in Operand x, in Operand w, in Operand dy, TElement* dx, TElement* dw)
        where TElement : unmanaged
    {
        var rows = (TElement*)x.Address;
        var weights = (TElement*)w.Address;
        var gradient = (TElement*)dy.Address;
        var (n, inputs, outputs) = (x.Shape[0], x.Shape[1], w.Shape[0]);
        if (dx is not null)
        {
            var shape = new ProductShape
            {
                Batches = 1,
                Rows = n,
                Depth = outputs,
                Columns = inputs,
                ARow = dy.Strides[0],
                AColumn = dy.Strides[1],
                BRow = w.Strides[0],
                BColumn = w.Strides[1],
                CRow = inputs,
            };
            MatrixProduct.Run(shape, gradient, weights, dx);
        }

        if (dw is not null)
        {
            MatrixProduct.Run(WeightShape(x, dy), gradient, rows, dw);
        }
    }

    private static ProductShape WeightShape(in Operand x, in Operand dy) =>
        new()
        {
            Batches = 1,
            Rows = dy.Shape[1],
            Depth = x.Shape[0],
            Columns = x.Shape[1],
            ARow = dy.Strides[1],
            AColumn = dy.Strides[0],
            BRow = x.Strides[0],
            BColumn = x.Strides[1],
            CRow = x.Shape[1],
        };

    private static ProductShape ForwardShape(in Operand x, in Operand w) =>
        new()
        {
            Batches = 1,
            Rows = x.Shape[0],
            Depth = x.Shape[1],
            Columns = w.Shape[0],
            ARow = x.Strides[0],
            AColumn = x.Strides[1],
            BRow = w.Strides[1],
            BColumn = w.Strides[0],
            CRow = w.Shape[0],
        };

    private readonly struct LinearUpdateLoop<TKernel>(
        nint w,
        nint first,
        nint second,
        long rows,
        UpdateConstants<double> constants,
        OuterFactors factors
    ) : ILanesLoop
        where TKernel : struct, IUpdateKernel
    {
        public void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged
        {
            var body = new OuterUpdateBody<TKernel, T, TElement>(
                (TElement*)w,
                (TElement*)first,
                (TElement*)second,
                constants,
                factors
            );
            var perRow = Math.Max(1, factors.Columns * factors.Samples);
            WorkSplitter.For(rows, Math.Max(1, 4 * ElementwiseLoop.Grain / perRow), body);
        }
    }

    private readonly struct ColumnSums(nint x, long rows, long columns, nint y) : ILanesLoop
    {
        public void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged =>
            ReduceLoops.Columns<Total, T, TElement>((TElement*)x, 1, rows, columns, (TElement*)y);
    }
}
