using Descent.Layers;
using Descent.Training;

namespace Descent.Tests.Training;

public class EvaluationTests
{
    private static readonly string[] Classes = ["a", "b"];

    [Fact]
    public void Loss_and_accuracy_are_means_over_samples_not_batches()
    {
        (Tensor, Tensor)[] batches =
        [
            (
                Tensor.From(
                    new float[,]
                    {
                        { 2, 0 },
                        { 0, 2 },
                        { 2, 0 },
                    }
                ),
                Tensor.From([0L, 1, 1])
            ),
            (
                Tensor.From(
                    new float[,]
                    {
                        { 0, 4 },
                    }
                ),
                Tensor.From([1L])
            ),
        ];

        var found = Evaluation.Of(new Dropout(0.9), batches, Classes);

        var (near, far, sure) = (Math.Log(1 + Math.Exp(-2)), Math.Log(1 + Math.Exp(2)), Math.Log(1 + Math.Exp(-4)));
        Assert.Equal(0.75, found.Accuracy);
        Assert.Equal((near + near + far + sure) / 4, found.Loss, 1e-6);
        Assert.Equal(1, found.Confusion[1, 0]);
    }

    [Fact]
    public void It_is_inference()
    {
        var norm = new BatchNorm1d(2);
        (Tensor, Tensor)[] batches =
        [
            (
                Tensor.From(
                    new float[,]
                    {
                        { 2, 0 },
                    }
                ),
                Tensor.From([0L])
            ),
        ];

        Evaluation.Of(norm, batches, Classes);

        Assert.Equal([0f, 0f], norm.RunningMean.ToArray<float>());
    }

    [Fact]
    public void It_can_be_cancelled()
    {
        (Tensor, Tensor)[] batches =
        [
            (
                Tensor.From(
                    new float[,]
                    {
                        { 2, 0 },
                    }
                ),
                Tensor.From([0L])
            ),
        ];
        using var source = new CancellationTokenSource();
        source.Cancel();

        Assert.Throws<OperationCanceledException>(() => Evaluation.Of(new Relu(), batches, Classes, source.Token));
    }
}
