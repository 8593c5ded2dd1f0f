using Descent.Layers;
using Descent.Losses;
using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Tests.Layers;

public class EmbeddingTests
{
    [Fact]
    public void Padding_is_zero_at_first_and_stays_so()
    {
        var layer = new Embedding(6, 4, paddingIndex: 2, weightInitializer: Initializers.Ones);
        layer.Initialize(1);
        var optimizer = new Adam(layer, 0.1);
        for (var number = 0; number < 3; number++)
        {
            using var step = optimizer.BeginStep();
            step.Minimize(layer.Forward(Tensor.From([2L, 0, 2, 5])).Subtract(3).Square().Mean());
        }

        var rows = layer.Weight.ToArray<float>().Chunk(4).ToArray();
        Assert.All(rows[2], value => Assert.Equal(0, value));
        Assert.All(rows[1], value => Assert.Equal(1, value));
        Assert.All(rows[0].Concat(rows[5]), value => Assert.InRange(value, 1.2f, 1.4f));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.9)]
    public void Rows_alone_change_as_the_whole_table_would(double momentum)
    {
        var names = Tensor.From([7L, 1, 7, 3, 3, 7]);
        var whole = Trained(momentum, layer => names.OneHot(9, DType.Float32).MatMul(layer.Weight), false);
        Assert.Equal(whole, Trained(momentum, layer => layer.Forward(names), false));
        Assert.Equal(whole, Trained(momentum, layer => layer.Weight.Take(names), false));
        Assert.Equal(
            Trained(momentum, layer => names.OneHot(9, DType.Float32).MatMul(layer.Weight), true),
            Trained(momentum, layer => layer.Forward(names), true)
        );
    }

    [Theory]
    [InlineData(300, 37)]
    [InlineData(9, 5000)]
    public void Adam_changes_a_table_as_if_its_gradient_were_whole(int count, int size)
    {
        var names = Tensor.From([7L, 1, 7, 3, 3, 7, 8]);
        var whole = Steps(layer => names.OneHot(count, DType.Float32).MatMul(layer.Weight));

        Assert.Equal(whole, Steps(layer => layer.Forward(names)));

        float[] Steps(Func<Embedding, Tensor> read)
        {
            var layer = new Embedding(count, size);
            layer.Initialize(5);
            var optimizer = new Adam(layer, 0.01, weightDecay: 0.1);
            for (var number = 0; number < 3; number++)
            {
                using var step = optimizer.BeginStep();
                step.Minimize(read(layer).Square().Mean());
            }

            return layer.Weight.ToArray<float>();
        }
    }

    [Fact]
    public void A_table_that_serves_twice_gets_both_gradients()
    {
        var layer = new Embedding(5, 3);
        layer.To(DType.Float64);
        layer.Initialize(2);
        var (first, second) = (Tensor.From([0L, 2]), Tensor.From([2L, 4]));
        var rows = GradientCheck.Compare(x => layer.Forward(first) * layer.Forward(second), [layer.Weight]);
        var tied = GradientCheck.Compare(
            x => layer.Forward(first).MatMul(layer.Weight.Transpose()) + layer.Forward(second).Sum(),
            [layer.Weight]
        );

        Assert.True(rows.LargestError <= 1e-8, rows.ToString());
        Assert.True(tied.LargestError <= 1e-8, tied.ToString());
    }

    [Fact]
    public void Numbers_that_name_no_row_are_refused()
    {
        var network = new Sequential { new Embedding(5, 3) };
        foreach (var wrong in (long[])[5, -1])
        {
            var problem = Assert.Throws<ArgumentOutOfRangeException>(() => network.Forward(Tensor.From([0, wrong])));
            Assert.Contains($"index {wrong} (number 1)", problem.Message, StringComparison.Ordinal);
            Assert.Contains("table of 5 (layer 0)", problem.Message, StringComparison.Ordinal);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new Embedding(5, 3, paddingIndex: 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Embedding(0, 3));
    }

    [Fact]
    public void A_gradient_that_is_not_finite_is_refused_by_name()
    {
        var layer = new Embedding(5, 3);
        layer.Initialize(1);
        var before = layer.Weight.ToArray<float>();
        var optimizer = new Sgd(layer, 0.1);
        var problem = Assert.Throws<NonFiniteException>(() =>
        {
            using var step = optimizer.BeginStep();
            step.Minimize((layer.Forward(Tensor.From([1L, 1])).Sum() * 0).Sqrt());
        });

        Assert.Contains("weight", problem.Message, StringComparison.Ordinal);
        Assert.Equal(before, layer.Weight.ToArray<float>());
    }

    private static float[] Trained(double momentum, Func<Embedding, Tensor> read, bool accumulates)
    {
        var layer = new Embedding(9, 4);
        layer.Initialize(3);
        var optimizer = new Sgd(layer, 0.1, momentum);
        var target = Tensor.RandomNormal([6, 4], new RandomSource(1, "target"));
        for (var number = 0; number < 4; number++)
        {
            using var step = optimizer.BeginStep();
            if (accumulates)
            {
                step.Accumulate(Loss.MeanSquaredError(read(layer), target));
            }

            step.Minimize(Loss.MeanSquaredError(read(layer), target));
        }

        return layer.Weight.ToArray<float>();
    }
}
