using Descent.Layers;
using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Tests.Optimizers;

/// <summary>Constraints after an update and bounds on single gradients, against their formulas written out in plain loops.</summary>
public class ConstraintTests
{
    private static readonly Tensor X = Tensor.RandomNormal([6, 4], new RandomSource(3, "x"), dtype: DType.Float64);

    [Theory]
    [Trait("check", "golden")]
    [InlineData("Constraint.MaxNorm")]
    [InlineData("Constraint.MaxNorm: biases too")]
    [InlineData("Constraint.NonNegative")]
    [InlineData("Constraint: one after another")]
    public void Weights_obey_after_each_update_and_biases_go_free(string part)
    {
        var (free, bound) = (Layer(), Layer());
        var constraint = Constraint.MaxNorm(0.6);
        var held = new Sgd(bound, learningRate: 0.3)
        {
            Constraints = part switch
            {
                "Constraint.MaxNorm" => [constraint],
                "Constraint.MaxNorm: biases too" => [constraint.On(bound.Parameters)],
                "Constraint.NonNegative" => [Constraint.NonNegative],
                _ => [Constraint.NonNegative, constraint],
            },
        };
        for (var number = 0; number < 4; number++)
        {
            free.LoadStateDict(bound.StateDict());
            Step(new Sgd(free, learningRate: 0.3), free);
            Step(held, bound);

            Assert.Equal(Expected(part, free), bound.Weight.ToArray<double>());
            var bias = free.Bias!.ToArray<double>();
            var expected = part.EndsWith("biases too", StringComparison.Ordinal)
                ? Array.ConvertAll(bias, b => b * (0.6 / Math.Max(0.6, Math.Abs(b))))
                : bias;
            Assert.Equal(expected, bound.Bias!.ToArray<double>());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Outputs_of_transposed_filters_are_units(int groups)
    {
        var layer = new ConvTranspose2d(4, 6, 3, groups: groups, weightInitializer: Initializers.Normal());
        var clone = layer.Clone();
        var optimizer = new Sgd(clone, learningRate: 0.01) { Constraints = [Constraint.MaxNorm(1)] };
        using (var step = optimizer.BeginStep())
        {
            step.Minimize(clone.Forward(Tensor.Ones([1, 4, 5, 5])).Sum());
        }

        var (each, outputs) = (4 / groups, 6 / groups);
        var weights = clone.Weight.Reshape([groups, each, outputs, 9]);
        Assert.All(weights.Norm([1, 3]).ToArray<float>(), length => Assert.Equal(1, length, 1e-6));
    }

    [Fact]
    public void Filters_are_units()
    {
        var layer = new Conv2d(2, 3, 3, weightInitializer: Initializers.Normal());
        var optimizer = new Sgd(layer, learningRate: 0.01) { Constraints = [Constraint.MaxNorm(1)] };
        using (var step = optimizer.BeginStep())
        {
            step.Minimize(layer.Forward(Tensor.Ones([1, 2, 5, 5])).Sum());
        }

        Assert.All(layer.Weight.Norm([1, 2, 3]).ToArray<float>(), length => Assert.Equal(1, length, 1e-6));
    }

    [Fact]
    public void Only_what_the_step_changed_is_constrained()
    {
        var (used, frozen, idle) = (Weight(), Weight(), Weight());
        frozen.IsFrozen = true;
        Parameter[] all = [used, frozen, idle];
        var optimizer = new Sgd(all, learningRate: 0.1) { Constraints = [Constraint.MaxNorm(1)] };
        using (var step = optimizer.BeginStep())
        {
            step.Minimize((used * frozen).Sum());
        }

        Assert.Equal(1, used.Norm().ToScalar(), 1e-6);
        Assert.Equal(6, frozen.Norm().ToScalar(), 1e-6);
        Assert.Equal(6, idle.Norm().ToScalar(), 1e-6);
    }

    [Fact]
    public void A_table_of_which_rows_were_read_is_constrained_whole()
    {
        var table = new Embedding(5, 3);
        table.Initialize(1);
        table.Weight.Assign(Tensor.Full([5, 3], 2));
        var optimizer = new Sgd(table, learningRate: 0.1) { Constraints = [Constraint.MaxNorm(1)] };
        using (var step = optimizer.BeginStep())
        {
            step.Minimize(table.Forward(Tensor.From([1L, 3])).Sum());
        }

        Assert.All(table.Weight.Norm([1]).ToArray<float>(), length => Assert.Equal(1, length, 1e-6));
    }

    [Fact]
    public void A_refused_step_leaves_weights_as_they_were()
    {
        var weight = Weight();
        Parameter[] all = [weight];
        var optimizer = new Sgd(all, learningRate: 0.1) { Constraints = [Constraint.MaxNorm(1)] };
        using (var step = optimizer.BeginStep())
        {
            var loss = (weight * float.NaN).Sum();
            try
            {
                step.Minimize(loss);
                Assert.Fail("The step should have been refused.");
            }
            catch (NonFiniteException) { }
        }

        Assert.Equal([3f, 3, 3, 3], weight.ToArray<float>());
    }

    [Theory]
    [Trait("check", "golden")]
    [InlineData("GradientClipping.ByNorm")]
    [InlineData("GradientClipping.ByValue")]
    [InlineData("GradientClipping.ByParameterNorm")]
    public void Gradients_are_bounded_by_the_formula(string part)
    {
        var (large, small) = (new Parameter([2]), new Parameter([2]));
        Parameter[] parameters = [large, small, new Parameter([1])];
        var optimizer = new Sgd(parameters, learningRate: 1)
        {
            Clipping = part switch
            {
                "GradientClipping.ByNorm" => GradientClipping.ByNorm(1),
                "GradientClipping.ByValue" => GradientClipping.ByValue(1),
                _ => GradientClipping.ByParameterNorm(1),
            },
        };
        using (var step = optimizer.BeginStep())
        {
            step.Minimize((large * Tensor.From([3f, -4f])).Sum() + (small * Tensor.From([0.25f, 0.5f])).Sum());
        }

        var (all, each) = (1 / (Math.Sqrt(25.3125) + 1e-6), 1 / (5 + 1e-6));
        double[] expected = part switch
        {
            "GradientClipping.ByNorm" => [-3 * all, 4 * all, -0.25 * all, -0.5 * all],
            "GradientClipping.ByValue" => [-1, 1, -0.25, -0.5],
            _ => [-3 * each, 4 * each, -0.25, -0.5],
        };
        float[] found = [.. large.ToArray<float>(), .. small.ToArray<float>()];
        Golden.AssertClose(expected, Array.ConvertAll(found, value => (double)value), 1e-6, part);
    }

    [Fact]
    public void Bounds_out_of_range_are_refused_by_name()
    {
        Assert.Equal("limit", Assert.Throws<ArgumentOutOfRangeException>(() => Constraint.MaxNorm(0)).ParamName);
        Assert.Equal(
            "maxNorm",
            Assert.Throws<ArgumentOutOfRangeException>(() => GradientClipping.ByParameterNorm(-1)).ParamName
        );
        Assert.Throws<ArgumentNullException>(() => new Constraint(null!));
    }

    private static double[] Expected(string part, Linear free)
    {
        var weights = free.Weight.ToArray<double>();
        if (!part.StartsWith("Constraint.MaxNorm", StringComparison.Ordinal))
        {
            weights = Array.ConvertAll(weights, weight => Math.Max(weight, 0));
        }

        for (var unit = 0; part != "Constraint.NonNegative" && unit < 3; unit++)
        {
            var row = weights.AsSpan(unit * 4, 4);
            var squares = 0.0;
            foreach (var weight in row)
            {
                squares += weight * weight;
            }

            foreach (ref var weight in row)
            {
                weight *= 0.6 / Math.Max(0.6, Math.Sqrt(squares));
            }
        }

        return weights;
    }

    private static void Step(Sgd optimizer, Linear layer)
    {
        using var step = optimizer.BeginStep();
        step.Minimize(layer.Forward(X).Square().Mean() - layer.Forward(X).Sum() * 0.1);
    }

    private static Linear Layer()
    {
        var layer = new Linear(4, 3);
        layer.To(DType.Float64);
        layer.Initialize(2);
        return layer;
    }

    private static Parameter Weight() => new([1, 4], Initializers.Constant(3));
}
