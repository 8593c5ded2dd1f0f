using Descent.Numerics;

namespace Descent.Backends.Cpu;

public sealed unsafe partial class CpuBackend
{
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
            var shape = new ProductShape
            {
                Batches = 1,
                Rows = outputs,
                Depth = n,
                Columns = inputs,
                ARow = dy.Strides[1],
                AColumn = dy.Strides[0],
                BRow = x.Strides[0],
                BColumn = x.Strides[1],
                CRow = inputs,
            };
            MatrixProduct.Run(shape, gradient, rows, dw);
        }
    }

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

    private readonly struct ColumnSums(nint x, long rows, long columns, nint y) : ILanesLoop
    {
        public void Run<T, TElement>()
            where T : struct, IMemoryLanes<T, TElement>
            where TElement : unmanaged =>
            ReduceLoops.Columns<Total, T, TElement>((TElement*)x, 1, rows, columns, (TElement*)y);
    }
}
