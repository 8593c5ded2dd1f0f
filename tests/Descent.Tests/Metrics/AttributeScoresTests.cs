using Descent.Metrics;

namespace Descent.Tests.Metrics;

public class AttributeScoresTests
{
    private static readonly string[] Names = ["striped", "furry"];

    [Fact]
    public void Attributes_are_counted_each_for_itself()
    {
        var scores = new AttributeScores(Names);
        scores.Add(Matrix(2, 2, 3, -1, -2, 1), Matrix(2, 2, 1, 1, 0, 0));
        scores.Add(Matrix(1, 2, 0.5f, -3), Matrix(1, 2, 0, 0));

        Assert.Equal(3, scores.Total);
        Assert.Equal(2 / 3.0, scores.AccuracyOf(0), 1e-12);
        Assert.Equal(1 / 3.0, scores.AccuracyOf(1), 1e-12);
        Assert.Equal(0.5, scores.Accuracy, 1e-12);
        Assert.Equal((0.5, 1.0), (scores.PrecisionOf(0), scores.RecallOf(0)));
        Assert.Equal((0.0, 0.0), (scores.PrecisionOf(1), scores.RecallOf(1)));
        var expected = (Softplus(-3) + Softplus(-2) + Softplus(0.5)) / 3;
        Assert.Equal(expected, scores.LossOf(0), 1e-6);
        Assert.Equal((scores.LossOf(0) + scores.LossOf(1)) / 2, scores.Loss, 1e-12);
        var lines = scores.ToString().Split(Environment.NewLine);
        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.Equal(lines[0].Length, line.Length));
        Assert.StartsWith("furry", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_is_refused_and_not_counted()
    {
        var scores = new AttributeScores(Names);
        Assert.Throws<ArgumentException>(() => new AttributeScores([]));
        Assert.Throws<ShapeException>(() => scores.Add(Matrix(1, 3, 1, 2, 3), Matrix(1, 3, 0, 0, 0)));
        Assert.Throws<ShapeException>(() => scores.Add(Matrix(1, 2, 1, 2), Matrix(2, 1, 0, 0)));
        var problem = Assert.Throws<ArgumentOutOfRangeException>(() =>
            scores.Add(Matrix(2, 2, 1, 2, 3, 4), Matrix(2, 2, 1, 0, 1, 0.5f))
        );
        Assert.Contains("0.5 of sample 1, attribute furry", problem.Message, StringComparison.Ordinal);
        Assert.Equal(0, scores.Total);
    }

    private static Tensor Matrix(int rows, int columns, params float[] values) => Tensor.From(values, [rows, columns]);

    private static double Softplus(double x) => Math.Log(1 + Math.Exp(x));
}
