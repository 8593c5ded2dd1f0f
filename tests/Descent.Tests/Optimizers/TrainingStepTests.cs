using Descent.Layers;
using Descent.Losses;
using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Tests.Optimizers;

/// <summary>A training step is a scope: what lives in it, what outlives it, and what it refuses.</summary>
public class TrainingStepTests
{
    private static readonly Tensor X = Tensor.RandomNormal([6, 4], new RandomSource(1, "x"));
    private static readonly Tensor Y = Tensor.From([0L, 1, 2, 0, 1, 2]);

    [Fact]
    public void A_step_is_a_ref_struct_so_that_it_cannot_cross_an_await()
    {
        Assert.True(typeof(TrainingStep).IsByRefLike);
    }

    [Fact]
    public void Results_are_recycled_and_say_how_to_keep_them()
    {
        var network = Net();
        var optimizer = new Sgd(network, 0.1);
        Tensor hidden,
            view,
            loss,
            detached,
            clone,
            made;
        float[] values;
        using (var step = optimizer.BeginStep())
        {
            hidden = network[0].Forward(X);
            view = hidden.Transpose();
            detached = hidden.Detach();
            clone = hidden.Clone();
            made = Tensor.From([1f, 2f]);
            values = hidden.ToArray<float>();
            loss = Loss.CrossEntropy(network.Forward(X), Y);
            step.Minimize(loss);
        }

        foreach (
            var use in (Action[])
                [
                    () => loss.ToScalar(),
                    () => hidden.ToArray<float>(),
                    () => view.Sum(),
                    () => _ = hidden + 1,
                    () => hidden.Detach(),
                    () => hidden.Clone(),
                    () => hidden.Reshape(-1),
                ]
        )
        {
            var problem = Assert.Throws<RecycledTensorException>(use);
            Assert.Contains("training step that has ended", problem.Message, StringComparison.Ordinal);
            Assert.Contains("Detach() or Clone()", problem.Message, StringComparison.Ordinal);
            Assert.Contains("inside the step", problem.Message, StringComparison.Ordinal);
        }

        Assert.Contains("recycled", hidden.ToString(), StringComparison.Ordinal);
        Assert.Equal(values, detached.ToArray<float>());
        Assert.Equal(values, clone.ToArray<float>());
        Assert.Equal([1f, 2f], made.ToArray<float>());
        Assert.Equal(24, X.Count);
        Assert.NotEqual(0, network.Parameters[0].Norm().ToScalar());
    }

    [Fact]
    public void What_was_kept_survives_many_steps_and_collections()
    {
        var network = Net();
        var optimizer = new Sgd(network, 0.1, momentum: 0.9);
        var kept = new List<(Tensor Tensor, float[] Values)>();
        for (var number = 0; number < 20; number++)
        {
            using var step = optimizer.BeginStep();
            var scores = network.Forward(X);
            kept.Add((scores.Detach(), scores.ToArray<float>()));
            kept.Add((scores.Clone(), scores.ToArray<float>()));
            step.Minimize(Loss.CrossEntropy(scores, Y));
            if (number % 5 == 0)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }

        Assert.All(kept, pair => Assert.Equal(pair.Values, pair.Tensor.ToArray<float>()));
    }

    [Fact]
    public void A_tensor_kept_from_an_earlier_step_is_a_constant()
    {
        var network = Net();
        var optimizer = new Sgd(network, 0.1);
        Tensor kept;
        using (optimizer.BeginStep())
        {
            kept = network.Forward(X).Clone();
        }

        var step = optimizer.BeginStep();
        var message = Catch<StepException>(step, kept.Sum(), accumulate: false);
        step.Dispose();

        Assert.Contains("computed before BeginStep", message, StringComparison.Ordinal);
        Assert.Null(kept.Producer);
    }

    [Fact]
    public void A_second_step_on_the_thread_is_refused()
    {
        var network = Net();
        var (optimizer, other) = (new Sgd(network, 0.1), new Adam(network));
        using (optimizer.BeginStep())
        {
            foreach (var second in (Optimizer[])[optimizer, other])
            {
                var problem = Assert.Throws<StepException>(() => second.BeginStep().Dispose());
                Assert.Contains("open on this thread already", problem.Message, StringComparison.Ordinal);
                Assert.Contains("Accumulate", problem.Message, StringComparison.Ordinal);
            }

            Assert.Throws<StepException>(() => Gradients.Record(X).Dispose());
        }

        using (Gradients.Record(X))
        {
            var problem = Assert.Throws<StepException>(() => optimizer.BeginStep().Dispose());
            Assert.Contains("Gradients.Record", problem.Message, StringComparison.Ordinal);
        }

        other.BeginStep().Dispose();
        optimizer.BeginStep().Dispose();
    }

    [Fact]
    public void One_minimize_a_step_and_none_after_it()
    {
        var network = Net();
        var optimizer = new Sgd(network, 0.1);
        var step = optimizer.BeginStep();
        var loss = Loss.CrossEntropy(network.Forward(X), Y);
        step.Minimize(loss);
        var message = Catch<StepException>(step, loss, accumulate: false);
        Assert.Contains("minimised already", message, StringComparison.Ordinal);
        Assert.Contains("Accumulate", message, StringComparison.Ordinal);
        Assert.Contains("minimised already", Catch<StepException>(step, loss, true), StringComparison.Ordinal);
        step.Dispose();
        step.Dispose();

        Assert.Contains("has ended", Catch<StepException>(step, Tensor.Scalar(1f), false), StringComparison.Ordinal);
        using var next = optimizer.BeginStep();
        step.Dispose();
        Assert.Contains("has ended", Catch<StepException>(step, Tensor.Scalar(1f), false), StringComparison.Ordinal);
        next.Minimize(Loss.CrossEntropy(network.Forward(X), Y));
        Assert.Equal(2, optimizer.StepNumber);
    }

    [Fact]
    public void A_loss_that_is_no_number_or_depends_on_nothing_is_refused()
    {
        var network = Net();
        var optimizer = new Sgd(network, 0.1);
        var before = Loss.CrossEntropy(network.Forward(X), Y);
        var other = new Parameter([1]);
        var step = optimizer.BeginStep();
        var scores = network.Forward(X);

        var message = Catch<ShapeException>(step, scores, false);
        Assert.Contains("(6, 3)", message, StringComparison.Ordinal);
        Assert.Contains("Mean() or Sum()", message, StringComparison.Ordinal);
        foreach (var loss in (Tensor[])[before, scores.Sum().Detach(), other * 2, Tensor.Scalar(1f), X.Sum()])
        {
            message = Catch<StepException>(step, loss, false);
            Assert.Contains("does not depend on any parameter", message, StringComparison.Ordinal);
        }

        network.Freeze();
        step.Dispose();
        step = optimizer.BeginStep();
        message = Catch<StepException>(step, network.Forward(X).Sum(), false);
        Assert.Contains("frozen", message, StringComparison.Ordinal);
        step.Dispose();
        Assert.Equal(0, optimizer.StepNumber);
    }

    [Fact]
    public void A_parameter_may_be_its_own_loss()
    {
        var parameter = new Parameter([1], Initializers.Ones);
        Parameter[] all = [parameter];
        var optimizer = new Sgd(all, 0.25);
        using var step = optimizer.BeginStep();
        step.Minimize(parameter);

        Assert.Equal(0.75f, parameter.ToScalar<float>());
    }

    [Fact]
    public void Accumulated_batches_equal_one_large_batch()
    {
        var (whole, parts) = (Net(), Net());
        whole.To(DType.Float64);
        parts.To(DType.Float64);
        var x = X.To(DType.Float64);
        var optimizers = (Whole: new Adam(whole, 0.01), Parts: new Adam(parts, 0.01));
        for (var number = 0; number < 5; number++)
        {
            double loss;
            using (var step = optimizers.Whole.BeginStep())
            {
                loss = step.Minimize(Loss.CrossEntropy(whole.Forward(x), Y));
            }

            using (var step = optimizers.Parts.BeginStep())
            {
                var first = step.Accumulate(Loss.CrossEntropy(parts.Forward(x[..2]), Y[..2]) / 3);
                var second = step.Accumulate(Loss.CrossEntropy(parts.Forward(x[2..4]), Y[2..4]) / 3);
                var third = step.Minimize(Loss.CrossEntropy(parts.Forward(x[4..]), Y[4..]) / 3);
                Assert.Equal(loss, first + second + third, 12);
            }
        }

        foreach (var (a, b) in whole.Parameters.Zip(parts.Parameters))
        {
            Golden.AssertClose(a.ToArray<double>(), b.ToArray<double>(), 1e-10, a.Name);
        }

        Assert.Equal(optimizers.Whole.StepNumber, optimizers.Parts.StepNumber);
    }

    [Fact]
    public void Accumulate_recycles_at_once()
    {
        var network = Net();
        using var step = new Sgd(network, 0.1).BeginStep();
        var scores = network.Forward(X);
        step.Accumulate(Loss.CrossEntropy(scores, Y));

        Assert.Throws<RecycledTensorException>(() => scores.ToArray<float>());
    }

    [Fact]
    public void An_exception_inside_a_step_leaves_everything_usable()
    {
        var (disturbed, calm) = (Net(), Net());
        var optimizer = new Sgd(disturbed, 0.1, momentum: 0.9);
        var undisturbed = new Sgd(calm, 0.1, momentum: 0.9);
        for (var number = 0; number < 3; number++)
        {
            Assert.Throws<ShapeException>(() =>
            {
                using var step = optimizer.BeginStep();
                disturbed.Forward(X);
                step.Minimize(Loss.CrossEntropy(disturbed.Forward(X.Transpose()), Y));
            });
            Assert.Throws<InvalidTimeZoneException>(() => Fail(optimizer, disturbed));
            Assert.False(Tape.IsTraining);
            Assert.Null(Tape.LayerPath);
            Train(disturbed, optimizer);
            Train(calm, undisturbed);
        }

        Assert.Equal(Values(calm), Values(disturbed));
    }

    private static void Fail(Optimizer optimizer, Sequential network)
    {
        using var step = optimizer.BeginStep();
        network.Forward(X);
        throw new InvalidTimeZoneException();
    }

    private static void Train(Sequential network, Optimizer optimizer)
    {
        using var step = optimizer.BeginStep();
        step.Minimize(Loss.CrossEntropy(network.Forward(X), Y));
    }

    private static string Catch<T>(TrainingStep step, Tensor loss, bool accumulate)
        where T : Exception
    {
        try
        {
            _ = accumulate ? step.Accumulate(loss) : step.Minimize(loss);
        }
        catch (T problem)
        {
            return problem.Message;
        }

        throw new InvalidOperationException($"No {typeof(T).Name} was thrown.");
    }

    private static Sequential Net()
    {
        Sequential network = [new Linear(4, 8), new Tanh(), new Dropout(0.25), new Linear(8, 3)];
        network.Initialize(1);
        network[2].Freeze();
        return network;
    }

    private static float[] Values(Module module) =>
        [.. module.StateDict().Values.SelectMany(tensor => tensor.ToArray<float>())];
}
