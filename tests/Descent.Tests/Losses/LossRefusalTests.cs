using Descent.Losses;
using Descent.Tests.Tensors;

namespace Descent.Tests.Losses;

/// <summary>Labels, weights and settings that are refused, and those at the edge that are not.</summary>
public class LossRefusalTests
{
    private static readonly Tensor Scores = Tensor.From(
        new float[,]
        {
            { 1, 2, 0 },
            { 3, 0, -1 },
        }
    );

    private static readonly Tensor Labels = Tensor.From([0L, 1L]);

    [Fact]
    public void Labels_may_be_int32()
    {
        var narrow = Tensor.From([0, 1]);

        Assert.Equal(Loss.CrossEntropy(Scores, Labels).ToScalar(), Loss.CrossEntropy(Scores, narrow).ToScalar());
        Assert.Equal(
            Loss.CrossEntropy(Scores, Labels, ignoredLabel: 1).ToScalar(),
            Loss.CrossEntropy(Scores, narrow, ignoredLabel: 1).ToScalar()
        );
        foreach (var ignored in (long?[])[null, 1])
        {
            Misuse.Throws<DTypeException>(
                () => Loss.CrossEntropy(Scores, Tensor.From([0f, 1f]), ignoredLabel: ignored),
                "int64"
            );
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(long.MaxValue)]
    public void Labels_out_of_range_are_refused_with_their_place(long label)
    {
        var labels = Tensor.From([0L, label]);

        Misuse.Throws<ArgumentOutOfRangeException>(() => Loss.CrossEntropy(Scores, labels), "CrossEntropy", $"{label}");
        Misuse.Throws<ArgumentOutOfRangeException>(
            () => Loss.CrossEntropy(Scores, labels, ignoredLabel: -100),
            "CrossEntropy",
            $"{label}",
            "number 1"
        );
        Misuse.Throws<ArgumentOutOfRangeException>(() => Loss.MultiClassHinge(Scores, labels), "MultiClassHinge");
    }

    [Fact]
    public void Weights_are_one_a_class_and_none_negative()
    {
        Misuse.Throws<ShapeException>(
            () => Loss.CrossEntropy(Scores, Labels, classWeights: Tensor.Ones([2])),
            "classWeights is (2)",
            "(3)"
        );
        Misuse.Throws<ArgumentOutOfRangeException>(
            () => Loss.NegativeLogLikelihood(Scores, Labels, classWeights: Tensor.From([1f, -2f, 1f])),
            "number 1 of classWeights",
            "-2"
        );
        Misuse.Throws<ShapeException>(
            () => Loss.BinaryCrossEntropy(Scores, Scores, positiveWeights: Tensor.Ones([2])),
            "BinaryCrossEntropy",
            "positiveWeights is (2)"
        );
    }

    [Fact]
    public void Settings_out_of_range_are_refused_by_name()
    {
        Assert.All(
            ((string, Action)[])
                [
                    ("labelSmoothing", () => Loss.CrossEntropy(Scores, Labels, labelSmoothing: 1.5)),
                    ("margin", () => Loss.MultiClassHinge(Scores, Labels, margin: 0)),
                    ("margin", () => Loss.MultiClassSquaredHinge(Scores, Labels, margin: double.NaN)),
                    ("delta", () => Loss.Huber(Scores, Scores, delta: -1)),
                    ("probabilities", () => Loss.BinaryCrossEntropyOfProbabilities(Scores, Scores)),
                ],
            row => Assert.Equal(row.Item1, Assert.Throws<ArgumentOutOfRangeException>(row.Item2).ParamName)
        );
        Misuse.Throws<ArgumentException>(
            () => Loss.CrossEntropy(Scores, Scores.Softmax(), ignoredLabel: 0),
            "soft labels"
        );
    }

    [Fact]
    public void Predictions_that_are_no_probabilities_hint_at_the_loss_of_logits()
    {
        Misuse.Throws<ArgumentOutOfRangeException>(
            () => Loss.BinaryCrossEntropyOfProbabilities(Scores, Scores),
            "from -1 to 3",
            "take BinaryCrossEntropy"
        );
    }

    [Fact]
    public void A_batch_of_ignored_labels_sums_to_zero()
    {
        var ignored = Tensor.From([-100L, -100L]);

        Assert.Equal(0, Loss.CrossEntropy(Scores, ignored, Reduction.Sum, ignoredLabel: -100).ToScalar());
        Assert.Equal(double.NaN, Loss.CrossEntropy(Scores, ignored, ignoredLabel: -100).ToScalar());
    }

    [Fact]
    public void Ignored_rows_may_hold_impossible_scores()
    {
        var scores = Tensor.From(
            new double[,]
            {
                { double.NegativeInfinity, 0 },
                { -1, -2 },
            }
        );
        using var recording = Gradients.Record(scores);
        var loss = Loss.NegativeLogLikelihood(scores, Tensor.From([7L, 1L]), ignoredLabel: 7);

        Assert.Equal(2, loss.ToScalar());
        Assert.Equal([0.0, 0, 0, -1], Gradients.Of(loss, scores)[0].ToArray<double>());
    }

    [Fact]
    public void A_perfect_fit_has_no_gradient()
    {
        var x = Tensor.From([1.0, 2, 3]);
        using var recording = Gradients.Record(x);

        Assert.Equal([0.0, 0, 0], Gradients.Of(Loss.RootMeanSquaredError(x, x.Detach()), x)[0].ToArray<double>());
    }
}
