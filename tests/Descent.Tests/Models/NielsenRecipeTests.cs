using Descent.Layers;
using Descent.Models;
using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Tests.Models;

public class NielsenRecipeTests
{
    [Theory]
    [InlineData("0.weight", 1.0 / 125)]
    [InlineData("3.weight", 1.0 / 250)]
    [InlineData("8.weight", 0.25 / 1000)]
    [InlineData("11.weight", 0.25 / 1000)]
    public void Weights_start_with_the_variance_of_the_source(string name, double variance)
    {
        var network = NielsenRecipe.Network();
        network.Initialize(1);

        var weights = network.StateDict()[name].To(DType.Float64);
        var spread = Math.Sqrt(2.0 / weights.Count);

        Assert.Equal(0, weights.Mean().ToScalar(), 5 * Math.Sqrt(variance / weights.Count));
        Assert.InRange((weights * weights).Mean().ToScalar() / variance, 1 - 5 * spread, 1 + 5 * spread);
    }

    [Fact]
    public void Biases_start_as_standard_normal_and_the_last_layer_as_zero()
    {
        var network = NielsenRecipe.Network();
        network.Initialize(1);
        var state = network.StateDict();

        Assert.InRange(state["8.bias"].Square().Mean().ToScalar(), 0.75, 1.25);
        Assert.All(state["14.weight"].ToArray<float>(), weight => Assert.Equal(0, weight));
        Assert.All(state["14.bias"].ToArray<float>(), bias => Assert.Equal(0, bias));
    }

    [Fact]
    public void Only_weights_behind_dropout_have_a_quarter_of_the_rate()
    {
        var network = NielsenRecipe.Network();
        network.Initialize(0);

        var optimizer = NielsenRecipe.Optimizer(network);

        Assert.Equal(0.03, optimizer.LearningRate);
        var slow = optimizer.Groups.Single(group => group.LearningRateFactor == 0.25);
        Assert.Equal(["8.weight", "11.weight", "14.weight"], slow.Parameters.Select(parameter => parameter.Name));
        var others = optimizer.Groups.Single(group => group.LearningRateFactor == 1);
        Assert.Equal(network.Parameters.Count - 3, others.Parameters.Count);
    }

    [Fact]
    public void A_step_is_the_step_of_the_source()
    {
        const double Kept = 0.5;
        var random = new RandomSource(7, "recipe");
        var inputs = Tensor.RandomNormal([6, 5], random.Split("inputs"), dtype: DType.Float64);
        var mask = (Tensor.RandomUniform([6, 5], random.Split("mask"), dtype: DType.Float64) < Kept).To(DType.Float64);
        var weights = Tensor.RandomNormal([3, 5], random.Split("weights"), dtype: DType.Float64);

        // The source multiplies by the mask alone; ours also divides by the share that is kept.
        var theirs = Step(weights, inputs * mask, 0.03);
        var ours = Step(weights * Kept, inputs * mask / Kept, 0.03 * Kept * Kept);

        var apart = (ours - theirs * Kept).Abs().Max().ToScalar();
        Assert.True(apart < 1e-15, $"The weights differ by {apart}.");
    }

    private static Tensor Step(Tensor weights, Tensor inputs, double learningRate)
    {
        var layer = new Linear(5, 3, bias: false);
        layer.To(DType.Float64);
        layer.Weight.Assign(weights);
        var optimizer = new Sgd(layer, learningRate);
        using var step = optimizer.BeginStep();
        step.Minimize(layer.Forward(inputs).Sigmoid().Square().Sum());
        return layer.StateDict()["weight"];
    }
}
