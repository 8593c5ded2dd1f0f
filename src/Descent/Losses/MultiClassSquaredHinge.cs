namespace Descent.Losses;

public static partial class Loss
{
    /// <summary>The squared hinge loss of several classes: as <see cref="MultiClassHinge"/>, with large shortfalls punished more.</summary>
    /// <remarks>
    /// <b>Shape</b>: scores (N, K), labels (N). <b>Formula</b>: Σ_(j ≠ y) max(0, s_j − s_y + margin)² a sample.
    /// <b>Gradient</b>: 2 max(0, s_j − s_y + margin) for a wrong class, minus their sum for the right one; over N under the mean.
    /// <b>Source</b>: the lessons (loss functions); Tang 2013, the L2-SVM.
    /// </remarks>
    /// <param name="scores">The network's outputs.</param>
    /// <param name="labels">int64 or int32 class numbers from 0.</param>
    /// <param name="reduction">Mean over the batch unless told otherwise.</param>
    /// <param name="margin">How far the right score should lie above each other one, above 0.</param>
    /// <exception cref="ShapeException">The scores are no matrix or the labels not one a row.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class, or the margin is not above 0.</exception>
    public static Tensor MultiClassSquaredHinge(
        Tensor scores,
        Tensor labels,
        Reduction reduction = Reduction.Mean,
        double margin = 1
    ) => Reduce(Shortfalls(scores, labels, margin, nameof(MultiClassSquaredHinge)).Square().Sum(1), reduction);
}
