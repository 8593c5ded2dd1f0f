using Descent.Backends;

namespace Descent;

public partial class Tensor
{
    /// <summary>Cross-correlation of pictures with filters, what the field calls convolution.</summary>
    /// <remarks>
    /// <b>Shape</b>: x (N, C, H, W), weight (K, C / groups, R, S), bias (K) → (N, K, H', W') with
    /// H' = ⌊(H + 2·padding − dilation·(R − 1) − 1) / stride⌋ + 1. <b>Formula</b>: y[n,k,i,j] = b[k] + Σ_{c,r,s}
    /// w[k,c,r,s] · x[n, c, i·stride + r·dilation − padding, j·stride + s·dilation − padding].
    /// </remarks>
    /// <exception cref="ShapeException">Channels, groups or window do not fit the input.</exception>
    public Tensor Convolution2d(Tensor weight, Tensor? bias, in Window2d window)
    {
        var shape = ConvolvedShape(weight, bias, window);
        var y = Result(shape);
        if (!Backend.TryConvolution(View, weight.View, bias is null ? Operand.None : bias.View, window, y.View))
        {
            y = ComposeConvolution(weight, window, shape);
            return bias is null ? y : y + bias.Reshape(1, -1, 1, 1);
        }

        return Tape.Tracks(this, weight, bias) ? y.From(new Convolution2dOp(this, weight, bias, window)) : y;
    }

    /// <summary>f(x ⋆ w + b) in one pass, for a formula whose slope can be told from its value; the same bits as one after the other.</summary>
    internal Tensor Convolution2dThen<TKernel>(Tensor weight, Tensor? bias, in Window2d window)
        where TKernel : struct, IUnaryKernel
    {
        var y = Result(ConvolvedShape(weight, bias, window));
        var offsets = bias is null ? Operand.None : bias.View;
        if (!Backend.TryConvolutionThen<TKernel>(View, weight.View, offsets, Operand.None, window, y.View))
        {
            return Convolution2d(weight, bias, window).Map<TKernel>(nameof(Convolution2d));
        }

        return Tape.Tracks(this, weight, bias)
            ? y.From(new Convolution2dThenOp<TKernel>(this, weight, bias, window, y))
            : y;
    }

    /// <summary>f(x ⋆ w + b + around), in one pass where nothing is recorded; the same bits as one after the other.</summary>
    internal Tensor Convolution2dJoined<TKernel>(Tensor weight, Tensor? bias, in Window2d window, Tensor around)
        where TKernel : struct, IUnaryKernel
    {
        var shape = ConvolvedShape(weight, bias, window);
        RequireJoin(shape, around);
        if (!Tape.Tracks(this, weight, bias) && !Tape.Tracks(around) && around.DType == DType)
        {
            var y = Result(shape);
            var offsets = bias is null ? Operand.None : bias.View;
            if (Backend.TryConvolutionThen<TKernel>(View, weight.View, offsets, around.View, window, y.View))
            {
                return y;
            }
        }

        return Convolution2d(weight, bias, window).AddThen<TKernel>(around);
    }

    /// <summary>The shape of the result, after checking that everything fits.</summary>
    private Shape ConvolvedShape(Tensor weight, Tensor? bias, in Window2d window)
    {
        RequireSameKind(this, weight, nameof(Convolution2d));
        RequireFloating(nameof(Convolution2d));
        RequireSensible(window, nameof(Convolution2d));
        if (Rank != 4 || weight.Rank != 4 || Shape[1] != weight.Shape[1] * window.Groups)
        {
            throw new ShapeException(
                $"Convolution2d: input {Shape} does not fit weights {weight.Shape} with {window.Groups} group(s){Tape.InLayer}: "
                    + "the input is (N, C, H, W) and the weights (K, C / groups, R, S). A single picture needs a batch axis of 1: Unsqueeze(0)."
            );
        }

        if (
            weight.Shape[2] != window.KernelHeight
            || weight.Shape[3] != window.KernelWidth
            || weight.Shape[0] % window.Groups != 0
        )
        {
            throw new ShapeException(
                $"Convolution2d: weights {weight.Shape} do not fit a window of {window.KernelHeight}×{window.KernelWidth} in {window.Groups} group(s){Tape.InLayer}: "
                    + "they are (K, C / groups, R, S), and K is a multiple of the groups."
            );
        }

        RequireBias(bias, weight, nameof(Convolution2d));
        return WindowedShape(window, weight.Shape[0], nameof(Convolution2d));
    }

    /// <summary>(N, channels, H', W') of a window sliding over this (N, C, H, W).</summary>
    internal Shape WindowedShape(in Window2d window, int channels, string operation)
    {
        RequireSensible(window, operation);
        var height = window.OutputHeight(Shape[2]);
        var width = window.OutputWidth(Shape[3]);
        return height > 0 && width > 0
            ? [Shape[0], channels, height, width]
            : throw new ShapeException(
                $"{operation}: a window of {window.KernelHeight}×{window.KernelWidth} (dilation {window.DilationY}×{window.DilationX}) does not fit "
                    + $"pictures of {Shape[2]}×{Shape[3]} with padding {window.PaddingY}×{window.PaddingX}{Tape.InLayer}. Use a smaller window or more padding."
            );
    }

    private static void RequireSensible(in Window2d window, string operation)
    {
        var smallest = Math.Min(
            Math.Min(Math.Min(window.KernelHeight, window.KernelWidth), Math.Min(window.StrideY, window.StrideX)),
            Math.Min(Math.Min(window.DilationY, window.DilationX), window.Groups)
        );
        if (smallest < 1 || Math.Min(window.PaddingY, window.PaddingX) < 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(window),
                $"{operation}: {window}{Tape.InLayer}: kernel, stride, dilation and groups are 1 or more, padding 0 or more."
            );
        }
    }

    /// <summary>The convolution as one matrix product a group over all windows laid out as columns.</summary>
    private Tensor ComposeConvolution(Tensor weight, in Window2d window, Shape shape)
    {
        var (batch, channels) = (shape[0], shape[1]);
        var depth = weight.Shape[1] * weight.Shape[2] * weight.Shape[3];
        var columns = Windows(window, 0)
            .Permute(0, 1, 4, 5, 2, 3)
            .Reshape(batch, window.Groups, depth, shape[2] * shape[3]);
        var filters = weight.Reshape(1, window.Groups, channels / window.Groups, depth);
        return filters.MatMul(columns).Reshape(shape);
    }

    /// <summary>Every place of a sliding window: (N, C, H', W', R, S), from slices of the padded input.</summary>
    internal Tensor Windows(in Window2d window, double paddingValue)
    {
        var shape = WindowedShape(window, Shape[1], nameof(Windows));
        var padded = Pad([(window.PaddingY, window.PaddingY), (window.PaddingX, window.PaddingX)], paddingValue);
        var taps = new Tensor[window.KernelHeight * window.KernelWidth];
        for (var tap = 0; tap < taps.Length; tap++)
        {
            var top = tap / window.KernelWidth * window.DilationY;
            var left = tap % window.KernelWidth * window.DilationX;
            taps[tap] = padded[
                ..,
                ..,
                new Slice(top..(top + (shape[2] - 1) * window.StrideY + 1), window.StrideY),
                new Slice(left..(left + (shape[3] - 1) * window.StrideX + 1), window.StrideX)
            ];
        }

        return Stack(taps, 4).Reshape(shape.Insert(4, window.KernelHeight).Insert(5, window.KernelWidth));
    }
}

/// <summary>The node of <see cref="Tensor.Convolution2d"/>, fused.</summary>
internal class Convolution2dOp(Tensor x, Tensor weight, Tensor? bias, Window2d window) : Op(x, weight, bias)
{
    internal override void Backward(Tensor gradient, Tape tape)
    {
        var backend = x.Backend;
        var dy = gradient.Contiguous();
        if (tape.Needs(x))
        {
            var dx = x.Result(x.Shape);
            Require(backend.TryConvolutionDataGradient(dy.View, weight.View, window, dx.View));
            tape.Add(x, dx);
        }

        var needsBias = bias is not null && tape.Needs(bias);
        if (tape.Needs(weight) || needsBias)
        {
            var dw = weight.Result(weight.Shape);
            var db = needsBias ? bias!.Result(bias.Shape) : null;
            Require(
                backend.TryConvolutionWeightGradient(
                    x.View,
                    dy.View,
                    window,
                    dw.View,
                    db is null ? Operand.None : db.View
                )
            );
            if (tape.Needs(weight))
            {
                tape.Add(weight, dw);
            }

            if (db is not null)
            {
                tape.Add(bias!, db);
            }
        }
    }

    private void Require(bool done)
    {
        if (!done)
        {
            throw new NotSupportedException($"The backend {x.Backend.Name} convolves but has no gradient for it.");
        }
    }
}

/// <summary>The node of a convolution with a formula behind it: dz = dy · f′, told from y = f(z), then as <see cref="Convolution2dOp"/>.</summary>
internal sealed class Convolution2dThenOp<TKernel>(Tensor x, Tensor weight, Tensor? bias, Window2d window, Tensor y)
    : Convolution2dOp(x, weight, bias, window)
    where TKernel : struct, IUnaryKernel
{
    internal override string Name => "Convolution2d";

    internal override void Backward(Tensor gradient, Tape tape)
    {
        var dz = y.Result(y.Shape);
        y.Backend.UnaryGradient<TKernel>(y.View, y.View, gradient.View, dz.View);
        base.Backward(dz, tape);
    }
}
