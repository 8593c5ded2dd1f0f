namespace Descent.Losses;

public static partial class Loss
{
    /// <summary>The negative logarithm of the probability at each label, for networks that end in a log-softmax.</summary>
    /// <remarks>
    /// <b>Shape</b>: log-probabilities (N, K), labels (N). <b>Formula</b>: −w_label · x_label; the mean divides by Σ w_label.
    /// <b>Gradient</b>: −w_label at the label, 0 elsewhere, over Σ w_label under the mean.
    /// <b>Source</b>: the lessons (log-likelihood cost).
    /// </remarks>
    /// <param name="logProbabilities">The network's outputs after a log-softmax; for outputs before it, take <c>CrossEntropy</c>.</param>
    /// <param name="labels">int64 or int32 class numbers from 0.</param>
    /// <param name="reduction">Mean over the batch unless told otherwise.</param>
    /// <param name="classWeights">What each class counts, (K), none negative; all count alike when null.</param>
    /// <param name="ignoredLabel">A label, such as −100, whose rows count nothing; the mean of a batch of nothing else is NaN.</param>
    /// <exception cref="ShapeException">The log-probabilities are no matrix, or labels or weights do not fit them.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class, or a weight is negative.</exception>
    public static Tensor NegativeLogLikelihood(
        Tensor logProbabilities,
        Tensor labels,
        Reduction reduction = Reduction.Mean,
        Tensor? classWeights = null,
        long? ignoredLabel = null
    )
    {
        var rows = LabelledRows.Of(logProbabilities, labels, classWeights, ignoredLabel, nameof(NegativeLogLikelihood));
        return rows.Reduce(-rows.Weigh(rows.At(logProbabilities)), reduction);
    }
}
