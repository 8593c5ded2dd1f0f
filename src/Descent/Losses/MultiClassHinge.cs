using Descent.Numerics;

namespace Descent.Losses;

public static partial class Loss
{
    /// <summary>The hinge loss of several classes: every wrong class pays by how much its score comes nearer to the right one's than a margin.</summary>
    /// <remarks>
    /// <b>Shape</b>: scores (N, K), labels (N). <b>Formula</b>: Σ_(j ≠ y) max(0, s_j − s_y + margin) a sample.
    /// <b>Gradient</b>: 1 for every wrong class that pays, minus their number for the right one; over N under the mean.
    /// PyTorch's <c>multi_margin_loss</c> is this over K.
    /// <b>Source</b>: the lessons (loss functions); Weston and Watkins 1999.
    /// </remarks>
    /// <param name="scores">The network's outputs.</param>
    /// <param name="labels">int64 or int32 class numbers from 0.</param>
    /// <param name="reduction">Mean over the batch unless told otherwise.</param>
    /// <param name="margin">How far the right score should lie above each other one, above 0.</param>
    /// <exception cref="ShapeException">The scores are no matrix or the labels not one a row.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class, or the margin is not above 0.</exception>
    public static Tensor MultiClassHinge(
        Tensor scores,
        Tensor labels,
        Reduction reduction = Reduction.Mean,
        double margin = 1
    ) => Reduce(Shortfalls(scores, labels, margin, nameof(MultiClassHinge)).Sum(1), reduction);

    /// <summary>max(0, s_j − s_y + margin) for each wrong class j, and 0 for the right one: (N, K).</summary>
    private static Tensor Shortfalls(Tensor scores, Tensor labels, double margin, string loss)
    {
        Setting.Require(margin > 0 && double.IsFinite(margin), margin, nameof(margin), "above 0");
        var rows = LabelledRows.Of(scores, labels, null, null, loss);
        var differences = scores - rows.At(scores).Unsqueeze(1) + margin;
        return Tensor.Where(rows.IsLabel(scores), scores.Constant(0), differences).Relu();
    }
}
