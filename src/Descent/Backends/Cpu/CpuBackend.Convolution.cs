namespace Descent.Backends.Cpu;

public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    protected override bool TryConvolutionCore(
        in Operand x,
        in Operand w,
        in Operand bias,
        in Window2d window,
        in Operand y
    )
    {
        if (y.DType == DType.Float64)
        {
            ConvolutionForward<double>(x, w, bias, window, y);
        }
        else
        {
            ConvolutionForward<float>(x, w, bias, window, y);
        }

        return true;
    }

    /// <inheritdoc/>
    protected override bool TryConvolutionThenCore<TKernel>(
        in Operand x,
        in Operand w,
        in Operand bias,
        in Operand around,
        in Window2d window,
        in Operand y
    )
    {
        if (!around.IsNone)
        {
            return y.DType == DType.Float64
                ? TryConvolutionJoined<double, TKernel>(x, w, bias, around, window, y)
                : TryConvolutionJoined<float, TKernel>(x, w, bias, around, window, y);
        }

        if (y.DType == DType.Float64)
        {
            ConvolutionForward<double, TKernel>(x, w, bias, window, y);
        }
        else
        {
            ConvolutionForward<float, TKernel>(x, w, bias, window, y);
        }

        return true;
    }

    private static void ConvolutionForward<TElement>(
        in Operand x,
        in Operand w,
        in Operand bias,
        in Window2d window,
        in Operand y
    )
        where TElement : unmanaged
    {
        if (bias.IsNone)
        {
            Convolve<TElement, NoEpilogue<TElement>>(x, w, window, y, default);
        }
        else
        {
            using var offsets = new Gapless(bias);
            var biased = new RowBias<TElement>(offsets.As<TElement>());
            Convolve<TElement, RowBias<TElement>>(x, w, window, y, biased);
        }
    }

    private static void ConvolutionForward<TElement, TKernel>(
        in Operand x,
        in Operand w,
        in Operand bias,
        in Window2d window,
        in Operand y
    )
        where TElement : unmanaged
        where TKernel : struct, IUnaryKernel
    {
        if (bias.IsNone)
        {
            Convolve<TElement, Then<TElement, NoEpilogue<TElement>, TKernel>>(x, w, window, y, default);
        }
        else
        {
            using var offsets = new Gapless(bias);
            var biased = new RowBias<TElement>(offsets.As<TElement>());
            Convolve<TElement, Then<TElement, RowBias<TElement>, TKernel>>(x, w, window, y, new(biased));
        }
    }

    // Winograd's 5×5 tiles take their epilogue before they are at their place.
    private static bool TryConvolutionJoined<TElement, TKernel>(
        in Operand x,
        in Operand w,
        in Operand bias,
        in Operand around,
        in Window2d window,
        in Operand y
    )
        where TElement : unmanaged
        where TKernel : struct, IUnaryKernel
    {
        var isFive = typeof(TElement) == typeof(float) && WinogradFiveTiles.Pay(ShapeOf(x.Shape, w.Shape[0], window));
        if (isFive || !y.IsContiguous)
        {
            return false;
        }

        using var skip = new Gapless(around);
        var distance = (nint)(skip.As<TElement>() - (TElement*)y.Address);
        if (bias.IsNone)
        {
            var joined = new Plus<TElement, NoEpilogue<TElement>>(default, distance);
            Convolve<TElement, Then<TElement, Plus<TElement, NoEpilogue<TElement>>, TKernel>>(
                x,
                w,
                window,
                y,
                new(joined)
            );
        }
        else
        {
            using var offsets = new Gapless(bias);
            var joined = new Plus<TElement, RowBias<TElement>>(new(offsets.As<TElement>()), distance);
            Convolve<TElement, Then<TElement, Plus<TElement, RowBias<TElement>>, TKernel>>(
                x,
                w,
                window,
                y,
                new(joined)
            );
        }

        return true;
    }

    private static void Convolve<TElement, TEpilogue>(
        in Operand x,
        in Operand w,
        in Window2d window,
        in Operand y,
        in TEpilogue epilogue
    )
        where TElement : unmanaged
        where TEpilogue : struct, IProductEpilogue<TElement>
    {
        using var input = new Gapless(x);
        using var filters = new Gapless(w);
        using var output = new GaplessTarget(y);
        var shape = ShapeOf(x.Shape, w.Shape[0], window);
        var isAlone = w.IsContiguous && w.Offset == 0 && w.Count * sizeof(TElement) == w.Storage.ByteLength;
        Convolution.Forward(
            shape,
            input.As<TElement>(),
            filters.As<TElement>(),
            output.As<TElement>(),
            epilogue,
            isAlone ? w.Storage : null
        );
    }

    /// <inheritdoc/>
    protected override bool TryConvolutionDataGradientCore(
        in Operand dy,
        in Operand w,
        in Window2d window,
        in Operand dx
    )
    {
        using var slope = new Gapless(dy);
        using var filters = new Gapless(w);
        using var output = new GaplessTarget(dx);
        var shape = ShapeOf(dx.Shape, w.Shape[0], window);
        if (dx.DType == DType.Float64)
        {
            Convolution.BackwardData(shape, slope.As<double>(), filters.As<double>(), (double*)output.Address);
        }
        else
        {
            Convolution.BackwardData(shape, slope.As<float>(), filters.As<float>(), (float*)output.Address);
        }

        return true;
    }

    /// <inheritdoc/>
    protected override bool TryConvolutionWeightGradientCore(
        in Operand x,
        in Operand dy,
        in Window2d window,
        in Operand dw,
        in Operand dbias
    )
    {
        if (dw.DType == DType.Float64)
        {
            WeightGradient<double>(x, dy, window, dw, dbias);
        }
        else
        {
            WeightGradient<float>(x, dy, window, dw, dbias);
        }

        return true;
    }

    private static void WeightGradient<TElement>(
        in Operand x,
        in Operand dy,
        in Window2d window,
        in Operand dw,
        in Operand dbias
    )
        where TElement : unmanaged
    {
        using var input = new Gapless(x);
        using var slope = new Gapless(dy);
        var shape = ShapeOf(x.Shape, dw.Shape[0], window);
        Convolution.BackwardWeight(shape, input.As<TElement>(), slope.As<TElement>(), (TElement*)dw.Address);
        if (!dbias.IsNone)
        {
            Convolution.BackwardBias(shape, slope.As<TElement>(), (TElement*)dbias.Address);
        }
    }

    private static ConvolutionShape ShapeOf(Shape input, int filters, in Window2d window) =>
        new(
            (input[0], input[1], input[2], input[3]),
            (filters, window.KernelHeight, window.KernelWidth),
            (window.StrideY, window.StrideX),
            (window.PaddingY, window.PaddingX),
            (window.DilationY, window.DilationX),
            window.Groups
        );
}
