namespace Descent.Losses;

public static partial class Loss
{
    /// <summary>Binary cross-entropy between targets and logits: −t ln σ(x) − (1 − t) ln (1 − σ(x)).</summary>
    /// <remarks>
    /// <b>Shape</b>: any, equal; weights are as long as the last axis. <b>Formula</b>: max(x, 0) − x t + ln (1 + e^(−|x|)),
    /// finite for any finite logits; with weights p: p t ln (1 + e^(−x)) + (1 − t) ln (1 + e^x).
    /// <b>Gradient</b>: (σ(x) − t) / count under the mean.
    /// <b>Source</b>: the lessons (attribute classification, cross-entropy cost).
    /// </remarks>
    /// <param name="logits">The network's outputs, before any sigmoid.</param>
    /// <param name="targets">Probabilities of the positive class: 0 and 1 for hard labels.</param>
    /// <param name="reduction">Mean over all elements unless told otherwise.</param>
    /// <param name="positiveWeights">What a positive target counts against a negative one, for each place of the last axis; 1 everywhere when null.</param>
    /// <exception cref="ShapeException">The shapes differ, or the weights are not one for each place of the last axis.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A weight is negative.</exception>
    public static Tensor BinaryCrossEntropy(
        Tensor logits,
        Tensor targets,
        Reduction reduction = Reduction.Mean,
        Tensor? positiveWeights = null
    )
    {
        ArgumentNullException.ThrowIfNull(logits);
        if (positiveWeights is null)
        {
            return Reduce(logits.BinaryCrossEntropy(targets), reduction);
        }

        RequireAlike(logits, targets, nameof(BinaryCrossEntropy));
        _ = LabelledRows.RequireWeights(
            positiveWeights,
            logits.Rank == 0 ? 1 : logits.Shape[^1],
            nameof(BinaryCrossEntropy),
            nameof(positiveWeights)
        );
        var ones = targets.Constant(1).BroadcastTo(targets.Shape);
        var whenPositive = logits.BinaryCrossEntropy(ones);
        var whenNegative = logits.BinaryCrossEntropy(targets.Constant(0).BroadcastTo(targets.Shape));
        var weights = positiveWeights.To(logits.DType);
        return Reduce(targets * weights * whenPositive + (1 - targets) * whenNegative, reduction);
    }
}
