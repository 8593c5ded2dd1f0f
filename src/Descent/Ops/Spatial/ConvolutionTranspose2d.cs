using Descent.Backends;

namespace Descent;

public partial class Tensor
{
    /// <summary>The transpose of <see cref="Convolution2d"/>, which adds a filter for every input pixel: what its gradient does to its output.</summary>
    /// <remarks>
    /// <b>Shape</b>: x (N, C, H, W), weight (C, K / groups, R, S), bias (K) → (N, K, H', W') with
    /// H' = (H − 1)·stride − 2·padding + dilation·(R − 1) + outputPadding + 1. <b>Formula</b>: y[n,k,·,·] = b[k] +
    /// Σ_{c,i,j,r,s} w[c,k,r,s] · x[n,c,i,j], added at row i·stride + r·dilation − padding and column
    /// j·stride + s·dilation − padding. <b>Gradient</b>: dx is the convolution of dy with the same weights.
    /// </remarks>
    /// <param name="weight">The filters, (C, K / groups, R, S).</param>
    /// <param name="bias">A number for each output channel, or none.</param>
    /// <param name="window">The window of the convolution that this is the transpose of.</param>
    /// <param name="outputPaddingY">Rows more at the bottom, fewer than the stride: which of the heights that convolve to H comes out.</param>
    /// <param name="outputPaddingX">Columns more on the right, fewer than the stride.</param>
    /// <exception cref="ShapeException">Channels, groups or window do not fit the input.</exception>
    public Tensor ConvolutionTranspose2d(
        Tensor weight,
        Tensor? bias,
        in Window2d window,
        int outputPaddingY = 0,
        int outputPaddingX = 0
    )
    {
        var shape = TransposedShape(weight, window, outputPaddingY, outputPaddingX);
        RequireTransposedBias(weight, bias, shape[1]);
        var y = Result(shape);
        if (!Backend.TryConvolutionDataGradient(View, weight.View, window, y.View))
        {
            y = ComposeTranspose(weight, window, shape);
        }
        else if (Tape.Tracks(this, weight))
        {
            y.From(new ConvolutionTranspose2dOp(this, weight, window));
        }

        return bias is null ? y : y + bias.Reshape(1, -1, 1, 1);
    }

    private Shape TransposedShape(Tensor weight, in Window2d window, int outputPaddingY, int outputPaddingX)
    {
        const string Operation = nameof(ConvolutionTranspose2d);
        RequireSameKind(this, weight, Operation);
        RequireFloating(Operation);
        RequireSensible(window, Operation);
        if (
            outputPaddingY < 0
            || outputPaddingX < 0
            || outputPaddingY >= window.StrideY
            || outputPaddingX >= window.StrideX
        )
        {
            throw new ArgumentOutOfRangeException(
                nameof(outputPaddingY),
                $"{Operation}: output padding {outputPaddingY}×{outputPaddingX}{Tape.InLayer} is not below the stride {window.StrideY}×{window.StrideX}."
            );
        }

        if (
            Rank != 4
            || weight.Rank != 4
            || Shape[1] != weight.Shape[0]
            || Shape[1] % window.Groups != 0
            || weight.Shape[2] != window.KernelHeight
            || weight.Shape[3] != window.KernelWidth
        )
        {
            throw new ShapeException(
                $"{Operation}: input {Shape} does not fit weights {weight.Shape} with a window of {window.KernelHeight}×{window.KernelWidth} "
                    + $"and {window.Groups} group(s){Tape.InLayer}: the input is (N, C, H, W) and the weights (C, K / groups, R, S), C a multiple of the groups."
            );
        }

        var height = Reach(Shape[2], window.StrideY, window.PaddingY, window.DilationY, window.KernelHeight);
        var width = Reach(Shape[3], window.StrideX, window.PaddingX, window.DilationX, window.KernelWidth);
        return height + outputPaddingY > 0 && width + outputPaddingX > 0 && Shape[2] > 0 && Shape[3] > 0
            ? [Shape[0], weight.Shape[1] * window.Groups, height + outputPaddingY, width + outputPaddingX]
            : throw new ShapeException(
                $"{Operation}: nothing is left of pictures of {Shape[2]}×{Shape[3]} with padding {window.PaddingY}×{window.PaddingX}, "
                    + $"which takes from the output here{Tape.InLayer}. Use less padding."
            );

        static int Reach(int size, int stride, int padding, int dilation, int kernel) =>
            checked((size - 1) * stride - 2 * padding + dilation * (kernel - 1) + 1);
    }

    private static void RequireTransposedBias(Tensor weight, Tensor? bias, int channels)
    {
        if (bias is null)
        {
            return;
        }

        RequireSameKind(weight, bias, nameof(ConvolutionTranspose2d));
        if (bias.Rank != 1 || bias.Shape[0] != channels)
        {
            throw new ShapeException(
                $"ConvolutionTranspose2d: bias {bias.Shape} does not fit weights {weight.Shape}{Tape.InLayer}: it must be ({channels})."
            );
        }
    }

    /// <summary>One matrix product a group, whose columns are folded into pictures.</summary>
    private Tensor ComposeTranspose(Tensor weight, in Window2d window, Shape shape)
    {
        var (batch, channels, groups) = (Shape[0], Shape[1], window.Groups);
        var taps = weight.Shape[1] * window.KernelHeight * window.KernelWidth;
        var filters = weight.Reshape(1, groups, channels / groups, taps).Transpose();
        return filters
            .MatMul(Reshape(batch, groups, channels / groups, Shape[2] * Shape[3]))
            .Reshape(batch, groups * taps, Shape[2] * Shape[3])
            .Fold(shape[2], shape[3], window);
    }
}

/// <summary>The node of <see cref="Tensor.ConvolutionTranspose2d"/> without its bias, fused: the convolution's gradients change places.</summary>
internal sealed class ConvolutionTranspose2dOp(Tensor x, Tensor weight, Window2d window) : Op(x, weight)
{
    internal override void Backward(Tensor gradient, Tape tape)
    {
        if (tape.Needs(x))
        {
            tape.Add(x, gradient.Convolution2d(weight, null, window));
        }

        if (tape.Needs(weight))
        {
            var dw = weight.Result(weight.Shape);
            if (!x.Backend.TryConvolutionWeightGradient(gradient.View, x.View, window, dw.View, Operand.None))
            {
                throw new NotSupportedException($"The backend {x.Backend.Name} convolves but has no gradient for it.");
            }

            tape.Add(weight, dw);
        }
    }
}
