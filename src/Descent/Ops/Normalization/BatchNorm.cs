namespace Descent;

public partial class Tensor
{
    /// <summary>Normalises each channel by the mean and variance of the batch, then scales and shifts it (Ioffe and Szegedy 2015, algorithm 1).</summary>
    /// <remarks><b>Shape</b>: (N, C, …), scale and shift (C). <b>Formula</b>: y = γ (x − μ) / √(σ² + ε) + β with the biased variance σ².</remarks>
    /// <returns>y, and the batch's mean and biased variance, each (C).</returns>
    internal (Tensor Y, Tensor Mean, Tensor Variance) BatchNorm(Tensor scale, Tensor shift, double epsilon)
    {
        var y = Result(Shape);
        var mean = Result(scale.Shape);
        var variance = Result(scale.Shape);
        if (Backend.TryBatchNorm(View, scale.View, shift.View, epsilon, y.View, mean.View, variance.View))
        {
            return (
                Tape.Tracks(this, scale, shift)
                    ? y.From(new BatchNormOp(this, scale, shift, mean, variance, epsilon))
                    : y,
                mean,
                variance
            );
        }

        var axes = BatchAxes();
        mean = Mean(axes, keepAxes: true);
        var deviation = this - mean;
        variance = deviation.Square().Mean(axes, keepAxes: true);
        y = deviation / (variance + epsilon).Sqrt() * AlongChannels(scale) + AlongChannels(shift);
        return (y, mean.Reshape(-1), variance.Reshape(-1));
    }

    /// <summary>Normalises each channel by given statistics: y = γ (x − μ) / √(σ² + ε) + β.</summary>
    internal Tensor BatchNormInference(Tensor scale, Tensor shift, Tensor mean, Tensor variance, double epsilon)
    {
        var (factor, offset) = InferenceLine(scale, shift, mean, variance, epsilon);
        return this * AlongChannels(factor) + AlongChannels(offset);
    }

    /// <summary>What inference multiplies each channel by, and what it adds then.</summary>
    private static (Tensor Factor, Tensor Offset) InferenceLine(
        Tensor scale,
        Tensor shift,
        Tensor mean,
        Tensor variance,
        double epsilon
    )
    {
        var factor = scale / (variance + epsilon).Sqrt();
        return (factor, shift - mean * factor);
    }

    /// <summary>A vector over channels, shaped to broadcast over this (N, C, …).</summary>
    internal Tensor AlongChannels(Tensor vector)
    {
        Span<int> sizes = stackalloc int[Rank];
        sizes.Fill(1);
        sizes[1] = Shape[1];
        return vector.Reshape(sizes);
    }

    private int[] BatchAxes()
    {
        var axes = new int[Rank - 1];
        for (var axis = 1; axis < axes.Length; axis++)
        {
            axes[axis] = axis + 1;
        }

        return axes;
    }
}

/// <summary>The node of a batch normalisation, fused.</summary>
internal sealed class BatchNormOp(Tensor x, Tensor scale, Tensor shift, Tensor mean, Tensor variance, double epsilon)
    : Op(x, scale, shift)
{
    internal override void Backward(Tensor gradient, Tape tape)
    {
        var dx = x.Result(x.Shape);
        var dscale = scale.Result(scale.Shape);
        var dshift = shift.Result(shift.Shape);
        if (
            !x.Backend.TryBatchNormGradient(
                x.View,
                gradient.View,
                scale.View,
                mean.View,
                variance.View,
                epsilon,
                dx.View,
                dscale.View,
                dshift.View
            )
        )
        {
            throw new NotSupportedException($"The backend {x.Backend.Name} normalises but has no gradient for it.");
        }

        Add(tape, (x, dx), (scale, dscale), (shift, dshift));
    }

    /// <summary>Hands over the gradients that somebody needs.</summary>
    internal static void Add(Tape tape, params ReadOnlySpan<(Tensor Input, Tensor Gradient)> all)
    {
        foreach (var (input, gradient) in all)
        {
            if (tape.Needs(input))
            {
                tape.Add(input, gradient);
            }
        }
    }
}
