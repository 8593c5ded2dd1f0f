using System.Globalization;
using System.Text;
using Descent.Losses;

namespace Descent.Metrics;

/// <summary>How well each of several independent yes-or-no attributes was predicted: its loss, accuracy, precision and recall.</summary>
/// <remarks><b>Source</b>: the lessons (attribute classification), where each attribute has a logistic regression of its own.</remarks>
public sealed class AttributeScores
{
    private readonly string[] names;
    private readonly Counts[] counts;

    /// <summary>Makes scores of nothing.</summary>
    /// <param name="names">The attributes, in the order of the logits.</param>
    public AttributeScores(IEnumerable<string> names)
    {
        this.names = [.. names];
        if (this.names.Length == 0)
        {
            throw new ArgumentException("AttributeScores: there must be at least one attribute.", nameof(names));
        }

        counts = new Counts[this.names.Length];
    }

    /// <summary>The attributes, in the order of the logits.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>The number of samples counted.</summary>
    public long Total { get; private set; }

    /// <summary>The share of all answers that were right; NaN when nothing was counted.</summary>
    public double Accuracy => Enumerable.Range(0, names.Length).Average(AccuracyOf);

    /// <summary>The mean binary cross-entropy of all answers; NaN when nothing was counted.</summary>
    public double Loss => Enumerable.Range(0, names.Length).Average(LossOf);

    /// <summary>The share of samples for which an attribute was predicted right.</summary>
    public double AccuracyOf(int attribute) => (double)counts[attribute].Right / Total;

    /// <summary>The mean binary cross-entropy of an attribute.</summary>
    public double LossOf(int attribute) => counts[attribute].Loss / Total;

    /// <summary>Of the samples that were said to have an attribute, the share that has it; NaN when none was.</summary>
    public double PrecisionOf(int attribute) => (double)counts[attribute].Found / counts[attribute].Said;

    /// <summary>Of the samples that have an attribute, the share that was found; NaN when none has it.</summary>
    public double RecallOf(int attribute) => (double)counts[attribute].Found / counts[attribute].Present;

    /// <summary>Counts a batch.</summary>
    /// <param name="logits">(N, attributes); above zero says yes.</param>
    /// <param name="targets">1 where the sample has the attribute and 0 where not, of the shape and type of the logits.</param>
    /// <exception cref="ShapeException">The shapes do not fit each other or the attributes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target is neither 0 nor 1; nothing was counted.</exception>
    public void Add(Tensor logits, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(targets);
        if (logits.Rank != 2 || logits.Shape[1] != names.Length || targets.Shape != logits.Shape)
        {
            throw new ShapeException(
                $"AttributeScores: logits {logits.Shape} and targets {targets.Shape} do not fit {names.Length} attributes: both must be (N, {names.Length})."
            );
        }

        var losses = Losses
            .Loss.BinaryCrossEntropy(logits, targets, Reduction.None)
            .To(DType.Float64)
            .ToArray<double>();
        var said = (logits > 0).ToArray<bool>();
        var actual = targets.To(DType.Float64).ToArray<double>();
        if (Array.FindIndex(actual, target => target is not (0 or 1)) is >= 0 and var wrong)
        {
            throw new ArgumentOutOfRangeException(
                nameof(targets),
                FormattableString.Invariant(
                    $"AttributeScores: the target {actual[wrong]} of sample {wrong / names.Length}, attribute {names[wrong % names.Length]}, is neither 0 nor 1."
                )
            );
        }

        for (var index = 0; index < actual.Length; index++)
        {
            counts[index % names.Length].Add(actual[index] == 1, said[index], losses[index]);
        }

        Total += logits.Shape[0];
    }

    /// <summary>A table with a row for each attribute.</summary>
    public override string ToString()
    {
        var margin = Math.Max("attribute".Length, names.Max(name => name.Length));
        var text = new StringBuilder("attribute".PadRight(margin)).Append("    loss  accuracy  precision    recall");
        for (var a = 0; a < names.Length; a++)
        {
            text.AppendLine()
                .Append(
                    CultureInfo.InvariantCulture,
                    $"{names[a].PadRight(margin)} {LossOf(a), 7:F4} {AccuracyOf(a), 9:P1} {PrecisionOf(a), 10:P1} {RecallOf(a), 9:P1}"
                );
        }

        return text.ToString();
    }

    private struct Counts
    {
        public long Right;
        public long Said;
        public long Present;
        public long Found;
        public double Loss;

        public void Add(bool isPresent, bool isSaid, double loss)
        {
            Right += isPresent == isSaid ? 1 : 0;
            Said += isSaid ? 1 : 0;
            Present += isPresent ? 1 : 0;
            Found += isPresent && isSaid ? 1 : 0;
            Loss += loss;
        }
    }
}
