using System.Globalization;

namespace Descent.Losses;

/// <summary>The labels of a batch, checked: the class of each row and what the row counts.</summary>
internal sealed class LabelledRows
{
    private readonly Tensor classes;
    private readonly Tensor? weights;
    private readonly Tensor? kept;
    private readonly double total;

    private LabelledRows(Tensor classes, Tensor? weights, Tensor? kept, double total)
    {
        this.classes = classes;
        this.weights = weights;
        this.kept = kept;
        this.total = total;
    }

    /// <summary>Checks labels (N) against scores (N, K) and weights (K).</summary>
    public static LabelledRows Of(
        Tensor scores,
        Tensor labels,
        Tensor? classWeights,
        long? ignoredLabel,
        string operation
    )
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(labels);
        scores.RequireFloating(operation);
        if (scores.Rank != 2 || labels.Rank != 1 || labels.Shape[0] != scores.Shape[0])
        {
            throw new ShapeException(
                $"{operation}: scores {scores.Shape} and labels {labels.Shape}: scores are (N, K) and labels (N), one class number a row."
            );
        }

        var count = scores.Shape[1];
        var each = classWeights is null ? null : RequireWeights(classWeights, count, operation, nameof(classWeights));
        if (ignoredLabel is null)
        {
            var all = Tensor.Labels(labels, count, operation);
            return Weighted(scores, all.ToArray<long>(), null, each);
        }

        // Ignored rows take class 0 for the lookups, and their results are dropped.
        var numbers = labels.DType.IsFloating() ? [] : labels.To(DType.Int64).ToArray<long>();
        var isKept = Array.ConvertAll(numbers, label => label != ignoredLabel);
        var known = Array.ConvertAll(numbers, label => label == ignoredLabel ? 0 : label);
        _ = Tensor.Labels(labels.DType.IsFloating() ? labels : Tensor.From(known), count, operation);
        return Weighted(scores, known, isKept, each);
    }

    /// <summary>The weights as numbers, so many and none negative; the name is the user's for them.</summary>
    public static double[] RequireWeights(Tensor weights, int count, string operation, string name)
    {
        if (weights.Rank != 1 || weights.Shape[0] != count)
        {
            throw new ShapeException($"{operation}: {name} is {weights.Shape} where ({count}) is expected.");
        }

        var numbers = weights.To(DType.Float64).ToArray<double>();
        var wrong = Array.FindIndex(numbers, weight => !(weight >= 0 && double.IsFinite(weight)));
        return wrong < 0
            ? numbers
            : throw new ArgumentOutOfRangeException(
                name,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{operation}: number {wrong} of {name} is {numbers[wrong]}; weights are finite and at least 0."
                )
            );
    }

    /// <summary>The number at each row's class: (N, K) → (N).</summary>
    public Tensor At(Tensor scores) => scores.TakeAlong(classes, 1).Squeeze(1);

    /// <summary>Where the scores (N, K) are those of the labels.</summary>
    public Tensor IsLabel(Tensor scores) => classes.EqualTo(Tensor.Arange(scores.Shape[1]).To(scores.Device));

    /// <summary>Numbers of the rows, (N), with zero where a row is ignored.</summary>
    public Tensor Keep(Tensor rows) => kept is null ? rows : Tensor.Where(kept, rows, rows.Constant(0));

    /// <summary>Numbers of the rows, (N), times the weight of each row's class.</summary>
    public Tensor Weigh(Tensor rows) => weights is null ? Keep(rows) : Keep(rows) * weights;

    /// <summary>The mean counts each row by the weight of its class.</summary>
    public Tensor Reduce(Tensor losses, Reduction reduction) =>
        reduction switch
        {
            Reduction.Mean => losses.Sum() / total,
            Reduction.Sum => losses.Sum(),
            _ => losses,
        };

    private static LabelledRows Weighted(Tensor scores, long[] classes, bool[]? isKept, double[]? each)
    {
        var counts = Array.ConvertAll(classes, label => each is null ? 1 : each[label]);
        var total = counts.Where((_, row) => isKept is null || isKept[row]).Sum();
        return new LabelledRows(
            Tensor.From(classes, [classes.Length, 1]).To(scores.Device),
            each is null ? null : Tensor.From(counts).To(scores.DType).To(scores.Device),
            isKept is null ? null : Tensor.From(isKept).To(scores.Device),
            total
        );
    }
}
