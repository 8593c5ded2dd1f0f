using Descent.Metrics;

namespace Descent.Tests.Metrics;

public class ConfusionMatrixTests
{
    private static readonly string[] Classes = ["cat", "dog", "bird"];

    [Fact]
    public void Rows_are_classes_and_columns_predictions()
    {
        var matrix = new ConfusionMatrix(Classes);
        matrix.Add(
            Tensor.From(
                new float[,]
                {
                    { 1, 0, 0 },
                    { 0, 2, 1 },
                    { 5, 1, 1 },
                    { 0, 0, 1 },
                }
            ),
            Tensor.From([0L, 1, 1, 2])
        );
        matrix.Add(
            Tensor.From(
                new float[,]
                {
                    { 1, 0, 0 },
                }
            ),
            Tensor.From([2])
        );

        Assert.Equal(5, matrix.Total);
        Assert.Equal(3, matrix.Correct);
        Assert.Equal(0.6, matrix.Accuracy);
        Assert.Equal((1, 1, 1), (matrix[0, 0], matrix[1, 0], matrix[2, 0]));
        Assert.Equal(
            """
            actual │ predicted as
                   │  cat  dog bird
            ───────┼───────────────
            cat    │    1    ·    ·
            dog    │    1    1    ·
            bird   │    1    ·    1
            """.ReplaceLineEndings(),
            matrix.ToString()
        );
    }

    [Fact]
    public void Macro_averaged_recall_counts_every_class_that_occurred_alike()
    {
        // Six cats of which three are right, one dog that is right, no bird.
        var matrix = new ConfusionMatrix(Classes);
        matrix.Add(Tensor.From([0L, 0, 0, 1, 2, 2, 1]).OneHot(3), Tensor.From([0L, 0, 0, 0, 0, 0, 1]));

        Assert.Equal(0.5, matrix.Recall(0));
        Assert.Equal(1, matrix.Recall(1));
        Assert.True(double.IsNaN(matrix.Recall(2)));
        Assert.Equal(0.75, matrix.MacroRecall);
        Assert.Equal(4.0 / 7, matrix.Accuracy);
    }

    [Fact]
    public void An_empty_matrix_has_no_accuracy()
    {
        Assert.True(double.IsNaN(new ConfusionMatrix(Classes).MacroRecall));
        Assert.True(double.IsNaN(new ConfusionMatrix(Classes).Accuracy));
        Assert.Throws<ArgumentException>(() => new ConfusionMatrix([]));
    }

    [Fact]
    public void Shapes_and_labels_that_do_not_fit_are_refused_and_nothing_is_counted()
    {
        var matrix = new ConfusionMatrix(Classes);

        Assert.Throws<ShapeException>(() => matrix.Add(Tensor.Ones([2, 4]), Tensor.From([0L, 1])));
        Assert.Throws<ShapeException>(() => matrix.Add(Tensor.Ones([2, 3]), Tensor.From([0L])));
        Assert.Throws<ShapeException>(() => matrix.Add(Tensor.Ones([3]), Tensor.From([0L])));
        var problem = Assert.Throws<ArgumentOutOfRangeException>(() =>
            matrix.Add(Tensor.Ones([2, 3]), Tensor.From([0L, 3]))
        );
        Assert.Contains("label 3 at place 1", problem.Message, StringComparison.Ordinal);
        Assert.Equal(0, matrix.Total);
    }
}
