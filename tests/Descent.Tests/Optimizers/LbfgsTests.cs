using Descent.Layers;
using Descent.Losses;
using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Tests.Optimizers;

/// <summary>What L-BFGS asks for, refuses and remembers; its trajectory is in <see cref="TrajectoryTests"/>.</summary>
public class LbfgsTests
{
    private readonly Tensor x = Tensor.RandomNormal([40, 3], new RandomSource(1, "x"));
    private readonly Tensor y;

    public LbfgsTests() => y = (x.MatMul(Tensor.From([2f, -1f, 0.5f])) + 3).Unsqueeze(1);

    [Fact]
    public void A_linear_fit_is_found_in_one_step()
    {
        var model = new Linear(3, 1);
        var optimizer = new Lbfgs(model);
        double first;
        using (var step = optimizer.BeginStep())
        {
            first = step.Minimize(() => Loss.MeanSquaredError(model.Forward(x), y));
        }

        float[] found = [.. model.Weight.ToArray<float>(), .. model.Bias!.ToArray<float>()];
        Assert.True(first > 1);
        Assert.Equal([2f, -1f, 0.5f, 3f], found, (a, b) => Math.Abs(a - b) < 1e-3);
        Assert.Equal(1, optimizer.StepNumber);
    }

    [Fact]
    public void The_loss_must_be_a_function_and_the_gradient_unchanged()
    {
        var model = new Linear(3, 1);
        Tensor Error() => Loss.MeanSquaredError(model.Forward(x), y);

        Assert.Contains("() =>", Refused(new Lbfgs(model), minimizes: true), StringComparison.Ordinal);
        Assert.Contains("() =>", Refused(new Lbfgs(model), minimizes: false), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Lbfgs([new([model.Weight]), new([model.Bias!])]));
        foreach (
            var bounded in (Lbfgs[])
                [
                    new(model) { Clipping = GradientClipping.ByNorm(1) },
                    new(model) { Constraints = [Constraint.MaxNorm(1)] },
                    new([new(model) { WeightDecay = 0.1 }]),
                ]
        )
        {
            Assert.Throws<StepException>(() =>
            {
                using var step = bounded.BeginStep();
                step.Minimize(Error);
            });
        }

        model.Freeze();
        Assert.Throws<StepException>(() =>
        {
            using var step = new Lbfgs(model).BeginStep();
            step.Minimize(Error);
        });

        string Refused(Lbfgs optimizer, bool minimizes) =>
            Assert
                .Throws<StepException>(() =>
                {
                    using var step = optimizer.BeginStep();
                    _ = minimizes ? step.Minimize(Error()) : step.Accumulate(Error());
                })
                .Message;
    }

    [Fact]
    public void Dropout_draws_the_same_in_every_evaluation_and_statistics_move_once()
    {
        var norm = new BatchNorm1d(3, momentum: 0.5);
        Sequential model = [norm, new Linear(3, 8), new Dropout(0.5), new Linear(8, 1)];
        model.Initialize(1);
        var (masks, means) = (new List<float[]>(), new List<float[]>());
        using (var step = new Lbfgs(model, maxIterations: 1).BeginStep())
        {
            step.Minimize(() =>
            {
                var loss = Loss.MeanSquaredError(model.Forward(x), y);
                masks.Add(model[2].Forward(Tensor.Ones([32])).ToArray<float>());
                means.Add(norm.RunningMean.ToArray<float>());
                return loss + 0 * Loss.MeanSquaredError(model.Forward(x), y);
            });
        }

        Assert.True(masks.Count > 1);
        Assert.All(masks, mask => Assert.Equal(masks[0], mask));
        Assert.All(means, mean => Assert.Equal([0f, 0f, 0f], mean));
        Assert.Equal(
            x.Mean(0).ToArray<float>(),
            norm.RunningMean.ToArray<float>(),
            (a, b) => Math.Abs(a * 0.75 - b) < 1e-6
        );
    }

    [Fact]
    public void What_was_learned_of_other_parameters_is_dropped()
    {
        Sequential model = [new Linear(3, 4), new Tanh(), new Linear(4, 1)];
        var optimizer = new Lbfgs(model, maxIterations: 4);
        var losses = new List<double>();
        for (var number = 0; number < 6; number++)
        {
            if (number == 3)
            {
                model[0].Freeze();
            }

            using var step = optimizer.BeginStep();
            losses.Add(step.Minimize(() => Loss.MeanSquaredError(model.Forward(x), y)));
        }

        Assert.Equal(losses.OrderDescending(), losses);
        Assert.Equal(5, optimizer.StateDict()["lbfgs.direction"].Count);
        var problem = Assert.Throws<StateMismatchException>(() =>
            new Lbfgs(model[0]).LoadStateDict(optimizer.StateDict())
        );
        Assert.Contains("lbfgs.direction", problem.Message, StringComparison.Ordinal);
    }
}
