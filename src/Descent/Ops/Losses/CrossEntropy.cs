using Descent.Backends;

namespace Descent;

public partial class Tensor
{
    /// <summary>−ln softmax(logits) at each row's label, one number a row; finite for any finite logits.</summary>
    /// <remarks><b>Shape</b>: logits (N, K), labels (N) → (N). <b>Gradient</b>: dlogits = (softmax − onehot) · dy.</remarks>
    /// <param name="labels">int64 or int32 class numbers.</param>
    /// <exception cref="ShapeException">The logits are no matrix or the labels not one a row.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class.</exception>
    public Tensor CrossEntropy(Tensor labels)
    {
        var (losses, slopes) = CrossEntropyOfRows(labels, 1);
        return slopes is null ? losses : losses.From(new CrossEntropyOp(this, slopes));
    }

    /// <summary>The mean or the sum of the rows' cross-entropies as one node.</summary>
    internal Tensor CrossEntropy(Tensor labels, bool isMean)
    {
        var (losses, slopes) = CrossEntropyOfRows(labels, isMean ? 1.0 / Shape[0] : 1);
        var total = isMean ? losses.Mean() : losses.Sum();
        return slopes is null ? total : total.From(new CrossEntropyOp(this, slopes));
    }

    // The slopes are made along with the losses, while a row is in the cache; null where nobody needs them or where
    // the losses bring their own history.
    private (Tensor Losses, Tensor? Slopes) CrossEntropyOfRows(Tensor labels, double scale)
    {
        ArgumentNullException.ThrowIfNull(labels);
        RequireFloating(nameof(CrossEntropy));
        if (Rank != 2 || labels.Rank != 1 || labels.Shape[0] != Shape[0])
        {
            throw new ShapeException(
                $"CrossEntropy: logits {Shape} and labels {labels.Shape}: logits are (N, K) and labels (N), one class number a row."
            );
        }

        var classes = Labels(labels, Shape[1], nameof(CrossEntropy));
        var losses = Result([Shape[0]]);
        var slopes = Tape.Tracks(this) ? Result(Shape) : null;
        return Backend.TryCrossEntropy(View, classes.View, scale, losses.View, slopes?.View ?? Operand.None)
            ? (losses, slopes)
            : (-LogSoftmax().TakeAlong(classes.Reshape(-1, 1)).Squeeze(1), null);
    }
}

/// <summary>The node of <see cref="Tensor.CrossEntropy(Tensor)"/>, fused: its gradient is that of the losses, or of their total, times the slopes.</summary>
internal sealed class CrossEntropyOp(Tensor logits, Tensor slopes) : Op(logits)
{
    internal override void Backward(Tensor gradient, Tape tape)
    {
        var isTotal = gradient.Rank == 0;
        tape.Add(
            logits,
            gradient.IsOne ? slopes
                : isTotal ? slopes * gradient
                : slopes * gradient.Unsqueeze(1)
        );
    }
}
