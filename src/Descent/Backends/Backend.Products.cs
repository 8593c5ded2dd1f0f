namespace Descent.Backends;

public abstract partial class Backend
{
    /// <summary>y = x wᵀ + bias for x (N, in), w (out, in), bias (out) or none.</summary>
    public bool TryLinear(in Operand x, in Operand w, in Operand bias, in Operand y) =>
        Kept(TryLinearCore(x, w, bias, y), x.Storage, w.Storage, bias.Storage, y.Storage);

    /// <summary>Does the work of <see cref="TryLinear"/>.</summary>
    protected virtual bool TryLinearCore(in Operand x, in Operand w, in Operand bias, in Operand y) => false;

    /// <summary>y = f(x wᵀ + bias) for a formula of one variable.</summary>
    public bool TryLinearThen<TKernel>(in Operand x, in Operand w, in Operand bias, in Operand y)
        where TKernel : struct, IUnaryKernel =>
        Kept(TryLinearThenCore<TKernel>(x, w, bias, y), x.Storage, w.Storage, bias.Storage, y.Storage);

    /// <summary>Does the work of <see cref="TryLinearThen"/>.</summary>
    protected virtual bool TryLinearThenCore<TKernel>(in Operand x, in Operand w, in Operand bias, in Operand y)
        where TKernel : struct, IUnaryKernel => false;

    /// <summary>Gradients of <see cref="TryLinear"/>: dx = dy w, dw = dyᵀ x, dbias = Σ dy over the rows; each may be absent.</summary>
    public bool TryLinearGradient(
        in Operand x,
        in Operand w,
        in Operand dy,
        in Operand dx,
        in Operand dw,
        in Operand dbias
    ) =>
        Kept(
            TryLinearGradientCore(x, w, dy, dx, dw, dbias),
            x.Storage,
            w.Storage,
            dy.Storage,
            dx.Storage,
            dw.Storage,
            dbias.Storage
        );

    /// <summary>Does the work of <see cref="TryLinearGradient"/>.</summary>
    protected virtual bool TryLinearGradientCore(
        in Operand x,
        in Operand w,
        in Operand dy,
        in Operand dx,
        in Operand dw,
        in Operand dbias
    ) => false;

    /// <summary>An optimizer's formula with the gradient dyᵀ x of <see cref="TryLinearGradient"/>, which is never in memory; the same bits as one after the other. Weights and states are contiguous.</summary>
    public bool TryLinearUpdate<TKernel>(
        in Operand w,
        in Operand x,
        in Operand dy,
        in Operand first,
        in Operand second,
        in UpdateConstants<double> constants
    )
        where TKernel : struct, IUpdateKernel =>
        Kept(
            TryLinearUpdateCore<TKernel>(w, x, dy, first, second, constants),
            w.Storage,
            x.Storage,
            dy.Storage,
            first.Storage,
            second.Storage
        );

    /// <summary>Does the work of <see cref="TryLinearUpdate"/>.</summary>
    protected virtual bool TryLinearUpdateCore<TKernel>(
        in Operand w,
        in Operand x,
        in Operand dy,
        in Operand first,
        in Operand second,
        in UpdateConstants<double> constants
    )
        where TKernel : struct, IUpdateKernel => false;

    /// <summary>y = x ⋆ w + bias, cross-correlation of (N, C, H, W) with (K, C / groups, R, S).</summary>
    public bool TryConvolution(in Operand x, in Operand w, in Operand bias, in Window2d window, in Operand y) =>
        Kept(TryConvolutionCore(x, w, bias, window, y), x.Storage, w.Storage, bias.Storage, y.Storage);

    /// <summary>Does the work of <see cref="TryConvolution"/>.</summary>
    protected virtual bool TryConvolutionCore(
        in Operand x,
        in Operand w,
        in Operand bias,
        in Window2d window,
        in Operand y
    ) => false;

    /// <summary>y = f(x ⋆ w + bias + around) for a formula of one variable; what comes around has the shape of y, or is <see cref="Operand.None"/>.</summary>
    public bool TryConvolutionThen<TKernel>(
        in Operand x,
        in Operand w,
        in Operand bias,
        in Operand around,
        in Window2d window,
        in Operand y
    )
        where TKernel : struct, IUnaryKernel =>
        Kept(
            TryConvolutionThenCore<TKernel>(x, w, bias, around, window, y),
            x.Storage,
            w.Storage,
            bias.Storage,
            around.Storage,
            y.Storage
        );

    /// <summary>Does the work of <see cref="TryConvolutionThen"/>.</summary>
    protected virtual bool TryConvolutionThenCore<TKernel>(
        in Operand x,
        in Operand w,
        in Operand bias,
        in Operand around,
        in Window2d window,
        in Operand y
    )
        where TKernel : struct, IUnaryKernel => false;

    /// <summary>dx of <see cref="TryConvolution"/>.</summary>
    public bool TryConvolutionDataGradient(in Operand dy, in Operand w, in Window2d window, in Operand dx) =>
        Kept(TryConvolutionDataGradientCore(dy, w, window, dx), dy.Storage, w.Storage, dx.Storage);

    /// <summary>Does the work of <see cref="TryConvolutionDataGradient"/>.</summary>
    protected virtual bool TryConvolutionDataGradientCore(
        in Operand dy,
        in Operand w,
        in Window2d window,
        in Operand dx
    ) => false;

    /// <summary>dw and, unless none, the bias' gradient of <see cref="TryConvolution"/>.</summary>
    public bool TryConvolutionWeightGradient(
        in Operand x,
        in Operand dy,
        in Window2d window,
        in Operand dw,
        in Operand dbias
    ) =>
        Kept(
            TryConvolutionWeightGradientCore(x, dy, window, dw, dbias),
            x.Storage,
            dy.Storage,
            dw.Storage,
            dbias.Storage
        );

    /// <summary>Does the work of <see cref="TryConvolutionWeightGradient"/>.</summary>
    protected virtual bool TryConvolutionWeightGradientCore(
        in Operand x,
        in Operand dy,
        in Window2d window,
        in Operand dw,
        in Operand dbias
    ) => false;
}
