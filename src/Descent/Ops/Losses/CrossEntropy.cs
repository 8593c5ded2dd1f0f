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
        var softmax = Result(Shape);
        if (!Backend.TryCrossEntropy(View, classes.View, losses.View, softmax.View))
        {
            return -LogSoftmax().TakeAlong(classes.Reshape(-1, 1)).Squeeze(1);
        }

        return Tape.Tracks(this) ? losses.From(new CrossEntropyOp(this, classes, softmax)) : losses;
    }
}

/// <summary>The node of <see cref="Tensor.CrossEntropy"/>, fused.</summary>
internal sealed class CrossEntropyOp(Tensor logits, Tensor labels, Tensor softmax) : Op(logits)
{
    internal override void Backward(Tensor gradient, Tape tape)
    {
        var dlogits = logits.Result(logits.Shape);
        var losses = gradient.Contiguous();
        if (!logits.Backend.TryCrossEntropyGradient(softmax.View, labels.View, losses.View, dlogits.View))
        {
            dlogits = (softmax - labels.OneHot(logits.Shape[1], logits.DType)) * gradient.Unsqueeze(1);
        }

        tape.Add(logits, dlogits);
    }
}
