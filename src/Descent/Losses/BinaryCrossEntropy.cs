namespace Descent.Losses;

public static partial class Loss
{
    /// <summary>Binary cross-entropy between targets and logits: −t ln σ(x) − (1 − t) ln (1 − σ(x)).</summary>
    /// <remarks>
    /// <b>Shape</b>: any, equal. <b>Formula</b>: max(x, 0) − x t + ln (1 + e^(−|x|)), finite for any finite logits.
    /// <b>Gradient</b>: (σ(x) − t) / count under the mean.
    /// </remarks>
    /// <param name="logits">The network's outputs, before any sigmoid.</param>
    /// <param name="targets">Probabilities of the positive class: 0 and 1 for hard labels.</param>
    /// <param name="reduction">Mean over all elements unless told otherwise.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor BinaryCrossEntropy(Tensor logits, Tensor targets, Reduction reduction = Reduction.Mean)
    {
        ArgumentNullException.ThrowIfNull(logits);
        return Reduce(logits.BinaryCrossEntropy(targets), reduction);
    }
}
