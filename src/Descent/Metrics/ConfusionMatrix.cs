using System.Globalization;
using System.Text;

namespace Descent.Metrics;

/// <summary>How often samples of each class (rows) were predicted as each class (columns).</summary>
public sealed class ConfusionMatrix
{
    private readonly long[,] counts;
    private readonly string[] classNames;

    /// <summary>Makes an empty matrix.</summary>
    /// <param name="classNames">The classes, by number.</param>
    public ConfusionMatrix(IEnumerable<string> classNames)
    {
        this.classNames = [.. classNames];
        if (this.classNames.Length == 0)
        {
            throw new ArgumentException("ConfusionMatrix: there must be at least one class.", nameof(classNames));
        }

        counts = new long[this.classNames.Length, this.classNames.Length];
    }

    /// <summary>The classes, by number.</summary>
    public IReadOnlyList<string> ClassNames => classNames;

    /// <summary>Samples of class <paramref name="actual"/> that were predicted as <paramref name="predicted"/>.</summary>
    public long this[int actual, int predicted] => counts[actual, predicted];

    /// <summary>All samples counted.</summary>
    public long Total => counts.Cast<long>().Sum();

    /// <summary>Samples on the diagonal.</summary>
    public long Correct => Enumerable.Range(0, classNames.Length).Sum(index => counts[index, index]);

    /// <summary>The share of samples that were predicted right; NaN when nothing was counted.</summary>
    public double Accuracy => (double)Correct / Total;

    /// <summary>The mean recall of the classes that occurred: every class counts alike, however rare; NaN when nothing was counted.</summary>
    /// <remarks><b>Formula</b>: the mean of <see cref="Recall"/> over classes with at least one sample.</remarks>
    public double MacroRecall
    {
        get
        {
            var recalls = Enumerable.Range(0, classNames.Length).Select(Recall).Where(double.IsFinite).ToArray();
            return recalls.Length > 0 ? recalls.Average() : double.NaN;
        }
    }

    /// <summary>The share of a class's samples that were predicted right; NaN when it had none.</summary>
    public double Recall(int actual) =>
        (double)counts[actual, actual] / Enumerable.Range(0, classNames.Length).Sum(column => counts[actual, column]);

    /// <summary>Counts a batch.</summary>
    /// <param name="logits">Scores (N, K); the largest of a row is the prediction.</param>
    /// <param name="labels">The classes, (N), int64.</param>
    /// <exception cref="ShapeException">The shapes do not fit each other or the classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class; nothing was counted.</exception>
    public void Add(Tensor logits, Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(labels);
        if (logits.Rank != 2 || logits.Shape[1] != classNames.Length || labels.Shape != logits.Shape.Without(1))
        {
            throw new ShapeException(
                $"ConfusionMatrix: scores {logits.Shape} and labels {labels.Shape} do not fit {classNames.Length} classes: (N, {classNames.Length}) and (N) are needed."
            );
        }

        var predicted = logits.ArgMax(1).ToArray<long>();
        var actual = labels.To(DType.Int64).ToArray<long>();
        if (Array.FindIndex(actual, label => label < 0 || label >= classNames.Length) is >= 0 and var wrong)
        {
            throw new ArgumentOutOfRangeException(
                nameof(labels),
                $"ConfusionMatrix: label {actual[wrong]} at place {wrong} is no class; labels go from 0 to {classNames.Length - 1}."
            );
        }

        for (var index = 0; index < actual.Length; index++)
        {
            counts[actual[index], predicted[index]]++;
        }
    }

    /// <summary>The matrix as a table; zeros off the diagonal are shown as dots.</summary>
    public override string ToString()
    {
        var width = Math.Max(
            counts.Cast<long>().Max().ToString(CultureInfo.InvariantCulture).Length,
            classNames.Max(n => n.Length)
        );
        var margin = Math.Max("actual".Length, classNames.Max(name => name.Length));
        var text = new StringBuilder();
        text.Append("actual".PadRight(margin)).AppendLine(" │ predicted as");
        text.Append(' ', margin).Append(" │");
        foreach (var name in classNames)
        {
            text.Append(' ').Append(name.PadLeft(width));
        }

        text.AppendLine().Append('─', margin + 1).Append('┼').Append('─', (width + 1) * classNames.Length);
        for (var row = 0; row < classNames.Length; row++)
        {
            text.AppendLine().Append(classNames[row].PadRight(margin)).Append(" │");
            for (var column = 0; column < classNames.Length; column++)
            {
                var count = counts[row, column];
                text.Append(' ')
                    .Append(
                        (count == 0 && row != column ? "·" : count.ToString(CultureInfo.InvariantCulture)).PadLeft(
                            width
                        )
                    );
            }
        }

        return text.ToString();
    }
}
