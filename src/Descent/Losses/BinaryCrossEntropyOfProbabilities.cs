using System.Globalization;

namespace Descent.Losses;

public static partial class Loss
{
    /// <summary>Binary cross-entropy between targets and probabilities: −t ln p − (1 − t) ln (1 − p), for networks that end in a sigmoid.</summary>
    /// <remarks>
    /// <b>Shape</b>: any, equal. <b>Formula</b>: both logarithms are at least −100, so that a probability of 0 or 1 costs at
    /// most 100, as PyTorch's. <b>Gradient</b>: (p − t) / max(p (1 − p), 1e−12) / count under the mean. From logits,
    /// <c>BinaryCrossEntropy</c> is faster and exact at both ends.
    /// <b>Source</b>: the lessons (the bank network).
    /// </remarks>
    /// <param name="probabilities">The network's outputs, after a sigmoid.</param>
    /// <param name="targets">Probabilities of the positive class: 0 and 1 for hard labels.</param>
    /// <param name="reduction">Mean over all elements unless told otherwise.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A prediction is below 0 or above 1.</exception>
    public static Tensor BinaryCrossEntropyOfProbabilities(
        Tensor probabilities,
        Tensor targets,
        Reduction reduction = Reduction.Mean
    )
    {
        RequireAlike(probabilities, targets, nameof(BinaryCrossEntropyOfProbabilities));
        if (probabilities.Count > 0)
        {
            var values = probabilities.WithoutHistory();
            var (low, high) = (values.Min().ToScalar(), values.Max().ToScalar());
            if (low < 0 || high > 1)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(probabilities),
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"BinaryCrossEntropyOfProbabilities: predictions reach from {low} to {high}; probabilities lie within 0 and 1. Are they logits? Then take BinaryCrossEntropy."
                    )
                );
            }
        }

        return Reduce(probabilities.BinaryCrossEntropyOfProbabilities(targets), reduction);
    }
}
