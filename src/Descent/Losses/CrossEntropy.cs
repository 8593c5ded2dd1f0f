namespace Descent.Losses;

public static partial class Loss
{
    /// <summary>Cross-entropy between class numbers and logits: −ln softmax(logits) at the label.</summary>
    /// <remarks>
    /// <b>Shape</b>: logits (N, K), labels (N). <b>Formula</b>: ln Σ_j e^(x_j) − x_label, finite for any finite logits.
    /// <b>Gradient</b>: (softmax − onehot(label)) / N under the mean.
    /// </remarks>
    /// <param name="logits">The network's outputs, before any softmax.</param>
    /// <param name="labels">int64 or int32 class numbers from 0.</param>
    /// <param name="reduction">Mean over the batch unless told otherwise.</param>
    /// <exception cref="ShapeException">The logits are no matrix or the labels not one a row.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class.</exception>
    public static Tensor CrossEntropy(Tensor logits, Tensor labels, Reduction reduction = Reduction.Mean)
    {
        ArgumentNullException.ThrowIfNull(logits);
        return reduction == Reduction.None
            ? logits.CrossEntropy(labels)
            : logits.CrossEntropy(labels, isMean: reduction == Reduction.Mean);
    }
}
