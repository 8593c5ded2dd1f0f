using Descent.Numerics;

namespace Descent.Losses;

public static partial class Loss
{
    /// <summary>Cross-entropy between classes and logits: −ln softmax(logits) at the label.</summary>
    /// <remarks>
    /// <b>Shape</b>: logits (N, K); labels (N), class numbers, or (N, K), probabilities of the classes (soft labels).
    /// <b>Formula</b>: ln Σ_j e^(x_j) − x_label, finite for any finite logits. With weights w, smoothing ε and soft labels t:
    /// −Σ_c w_c q_c ln softmax(x)_c, where q = (1 − ε) t + ε / K and a label's t is its one-hot row. The mean over class
    /// numbers divides by Σ w_label, over soft labels by N, as PyTorch's.
    /// <b>Gradient</b>: (softmax − onehot(label)) / N under the plain mean.
    /// <b>Source</b>: the lessons (loss functions); smoothing: Szegedy et al. 2016, section 7.
    /// </remarks>
    /// <param name="logits">The network's outputs, before any softmax.</param>
    /// <param name="labels">int64 or int32 class numbers from 0, or probabilities of the logits' element type and shape.</param>
    /// <param name="reduction">Mean over the batch unless told otherwise.</param>
    /// <param name="classWeights">What each class counts, (K), none negative; all count alike when null.</param>
    /// <param name="labelSmoothing">ε, the share of a label that is spread evenly over all classes: 0 to 1.</param>
    /// <param name="ignoredLabel">A label, such as −100, whose rows count nothing; the mean of a batch of nothing else is NaN.</param>
    /// <exception cref="ShapeException">The logits are no matrix, the labels fit neither form, or the weights are not one a class.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class, a weight is negative, or the smoothing no share.</exception>
    /// <exception cref="ArgumentException">A label to ignore is named beside soft labels.</exception>
    public static Tensor CrossEntropy(
        Tensor logits,
        Tensor labels,
        Reduction reduction = Reduction.Mean,
        Tensor? classWeights = null,
        double labelSmoothing = 0,
        long? ignoredLabel = null
    )
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(labels);
        Setting.Require(labelSmoothing is >= 0 and <= 1, labelSmoothing, nameof(labelSmoothing), "from 0 to 1");
        if (labels.DType.IsFloating() && labels.Rank == 2)
        {
            return ignoredLabel is null
                ? SoftCrossEntropy(logits, labels, reduction, classWeights, labelSmoothing)
                : throw new ArgumentException(
                    "CrossEntropy: soft labels have no label to ignore. Give such rows probabilities of zero.",
                    nameof(ignoredLabel)
                );
        }

        if (classWeights is not null || labelSmoothing > 0 || ignoredLabel is not null)
        {
            return LabelCrossEntropy(logits, labels, reduction, classWeights, labelSmoothing, ignoredLabel);
        }

        return reduction == Reduction.None
            ? logits.CrossEntropy(labels)
            : logits.CrossEntropy(labels, isMean: reduction == Reduction.Mean);
    }

    private static Tensor LabelCrossEntropy(
        Tensor logits,
        Tensor labels,
        Reduction reduction,
        Tensor? classWeights,
        double labelSmoothing,
        long? ignoredLabel
    )
    {
        var rows = LabelledRows.Of(logits, labels, classWeights, ignoredLabel, nameof(CrossEntropy));
        var logarithms = logits.LogSoftmax();
        var losses = rows.Weigh(rows.At(logarithms)) * (labelSmoothing - 1);
        if (labelSmoothing > 0)
        {
            var all = (classWeights is null ? logarithms : logarithms * classWeights.To(logits.DType)).Sum(1);
            losses -= rows.Keep(all) * (labelSmoothing / logits.Shape[1]);
        }

        return rows.Reduce(losses, reduction);
    }

    private static Tensor SoftCrossEntropy(
        Tensor logits,
        Tensor probabilities,
        Reduction reduction,
        Tensor? classWeights,
        double labelSmoothing
    )
    {
        RequireAlike(logits, probabilities, nameof(CrossEntropy));
        if (labelSmoothing > 0)
        {
            probabilities = probabilities * (1 - labelSmoothing) + labelSmoothing / logits.Shape[1];
        }

        var products = probabilities * logits.LogSoftmax();
        if (classWeights is not null)
        {
            _ = LabelledRows.RequireWeights(classWeights, logits.Shape[1], nameof(CrossEntropy), nameof(classWeights));
            products *= classWeights.To(logits.DType);
        }

        return Reduce(-products.Sum(1), reduction);
    }
}
