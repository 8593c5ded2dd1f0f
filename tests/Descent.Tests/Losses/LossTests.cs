using Descent.Losses;

namespace Descent.Tests.Losses;

public class LossTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Names() => Golden.Names("losses");

    [Theory]
    [MemberData(nameof(Names))]
    public void Losses_follow_PyTorch(string file, string name)
    {
        var golden = Golden.Cases(file)[name];
        var predictions = Tensor.From(golden.Inputs[0].Values, new Shape(golden.Inputs[0].Shape));
        var targets =
            golden.Inputs[1].Type == DType.Int64
                ? Tensor.From(golden.Inputs[1].Integers, new Shape(golden.Inputs[1].Shape))
                : Tensor.From(golden.Inputs[1].Values, new Shape(golden.Inputs[1].Shape));
        var reduction = golden.Text("reduction") == "sum" ? Reduction.Sum : Reduction.Mean;
        using var recording = Gradients.Record(predictions);
        var loss = golden.Op switch
        {
            "cross_entropy" => Loss.CrossEntropy(predictions, targets, reduction),
            "bce_with_logits" => Loss.BinaryCrossEntropy(predictions, targets, reduction),
            _ => Loss.MeanSquaredError(predictions, targets, reduction),
        };
        var cotangent = Tensor.From(golden.Cotangents[0]!.Values, loss.Shape);
        var gradient = Gradients.Of(loss, [predictions], cotangent)[0].ToArray<double>();

        Golden.AssertClose(golden.Outputs[0].Values, loss.ToArray<double>(), 1e-12, name);
        Golden.AssertClose(golden.Gradients[0]!.Values, gradient, 1e-12, $"{name}, gradient");
    }

    [Fact]
    public void Without_reduction_every_sample_keeps_its_loss()
    {
        var logits = Tensor.From(
            new double[,]
            {
                { 1, 2 },
                { 3, 0 },
            }
        );
        var labels = Tensor.From([0L, 1L]);
        var each = Loss.CrossEntropy(logits, labels, Reduction.None);

        Assert.Equal([2], each.Shape);
        Assert.Equal(Loss.CrossEntropy(logits, labels).ToScalar(), each.ToArray<double>().Average(), 14);
        Assert.Equal(Loss.CrossEntropy(logits, labels, Reduction.Sum).ToScalar(), each.ToArray<double>().Sum(), 14);
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Huge_logits_give_finite_losses_and_gradients(DType dtype)
    {
        var logits = Tensor
            .From(
                new double[,]
                {
                    { 1000, -1000, 0 },
                    { -1e30, 1e30, 3 },
                }
            )
            .To(dtype);
        var targets = Tensor
            .From(
                new double[,]
                {
                    { 0, 1, 1 },
                    { 0, 1, 0 },
                }
            )
            .To(dtype);
        using var recording = Gradients.Record(logits);
        foreach (
            var loss in (Tensor[])
                [Loss.CrossEntropy(logits, Tensor.From([1L, 1L])), Loss.BinaryCrossEntropy(logits, targets)]
        )
        {
            Assert.True(double.IsFinite(loss.ToScalar()));
            Assert.All(
                Gradients.Of(loss, logits)[0].To(DType.Float64).ToArray<double>(),
                slope => Assert.True(Math.Abs(slope) <= 1)
            );
        }
    }

    [Fact]
    public void Labels_may_be_int32()
    {
        var logits = Tensor.From(
            new float[,]
            {
                { 1, 2 },
                { 3, 0 },
            }
        );

        Assert.Equal(
            Loss.CrossEntropy(logits, Tensor.From([0L, 1L])).ToScalar(),
            Loss.CrossEntropy(logits, Tensor.From([0, 1])).ToScalar()
        );
        var problem = Assert.Throws<DTypeException>(() => Loss.CrossEntropy(logits, Tensor.From([0f, 1f])));
        Assert.Contains("int64", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(long.MaxValue)]
    public void Labels_out_of_range_are_refused_with_their_place(long label)
    {
        var logits = Tensor.Ones([2, 3]);

        var problem = Assert.Throws<ArgumentOutOfRangeException>(() =>
            Loss.CrossEntropy(logits, Tensor.From([0L, label]))
        );

        Assert.Contains("CrossEntropy", problem.Message, StringComparison.Ordinal);
        Assert.Contains($"{label}", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shapes_that_differ_are_refused()
    {
        var (column, row) = (Tensor.Ones([4, 1]), Tensor.Ones([4]));
        foreach (var loss in (Func<Tensor, Tensor, Tensor>[])[Squared, Binary])
        {
            var problem = Assert.Throws<ShapeException>(() => loss(column, row));
            Assert.Contains("(4, 1)", problem.Message, StringComparison.Ordinal);
            Assert.Contains("(4)", problem.Message, StringComparison.Ordinal);
            Assert.Contains("never broadcast", problem.Message, StringComparison.Ordinal);
        }

        Assert.Throws<ShapeException>(() => Loss.CrossEntropy(column, Tensor.From([0L, 0L])));
        Assert.Throws<ShapeException>(() => Loss.CrossEntropy(row, Tensor.From([0L, 0L, 0L, 0L])));
        Assert.Throws<ShapeException>(() =>
            Loss.CrossEntropy(
                column,
                Tensor.From(
                    new long[,]
                    {
                        { 0 },
                    }
                )
            )
        );

        static Tensor Squared(Tensor x, Tensor t) => Loss.MeanSquaredError(x, t);
        static Tensor Binary(Tensor x, Tensor t) => Loss.BinaryCrossEntropy(x, t);
    }
}
