using Descent.Formats;
using Descent.Layers;
using Descent.Losses;
using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Tests.Optimizers;

/// <summary>What optimizers keep, bound, share out and refuse; their formulas are in <see cref="TrajectoryTests"/>.</summary>
public class OptimizerTests
{
    private static readonly Tensor X = Tensor.RandomNormal([8, 5], new RandomSource(2, "x"));
    private static readonly Tensor Y = Tensor.From([0L, 1, 2, 0, 1, 2, 0, 1]);

    [Theory]
    [Trait("check", "state")]
    [MemberData(nameof(OptimizerCases.Names), MemberType = typeof(OptimizerCases))]
    public void Training_goes_on_bit_for_bit_from_a_saved_state(string part)
    {
        using var folder = new TemporaryFolder();
        var (network, optimizer) = Make(part);
        Train(network, optimizer, 5);
        Safetensors.Write(folder.File("net.safetensors"), network.StateDict());
        Safetensors.Write(folder.File("optimizer.safetensors"), optimizer.StateDict());
        var (again, resumed) = Make(part);
        again.LoadStateDict(Safetensors.Read(folder.File("net.safetensors")).Tensors);
        resumed.LoadStateDict(Safetensors.Read(folder.File("optimizer.safetensors")).Tensors);
        Train(network, optimizer, 5);
        Train(again, resumed, 5);

        Assert.Equal(10, resumed.StepNumber);
        Assert.Equal(Values(network), Values(again));
    }

    [Fact]
    public void A_state_that_does_not_fit_is_refused_whole()
    {
        var (network, optimizer) = Make("Adam: plain");
        Train(network, optimizer, 2);
        var state = optimizer.StateDict();
        state.Remove("0.weight.exp_avg");
        state["0.bias.exp_avg_sq"] = Tensor.Ones([7]);
        state["5.weight.exp_avg"] = Tensor.Ones([1]);
        var (_, other) = Make("Adam: plain");
        var problem = Assert.Throws<StateMismatchException>(() => other.LoadStateDict(state));

        Assert.Contains("missing 0.weight.exp_avg", problem.Message, StringComparison.Ordinal);
        Assert.Contains("0.bias.exp_avg_sq is float32 (7)", problem.Message, StringComparison.Ordinal);
        Assert.Contains("5.weight.exp_avg is left over", problem.Message, StringComparison.Ordinal);
        Assert.Equal(0, other.StepNumber);
        Assert.Equal(["step"], other.StateDict().Keys);
        Assert.Throws<StateMismatchException>(() => other.LoadStateDict(new StateDict()));
    }

    [Fact]
    public void Adam_counts_the_steps_of_each_parameter()
    {
        var early = new Parameter([1], Initializers.Ones);
        Sequential part = [new Linear(1, 1, bias: false, weightInitializer: Initializers.Ones)];
        Parameter[] all = [early, .. part.Parameters];
        var optimizer = new Adam(all, learningRate: 0.1);
        part.Freeze();
        for (var number = 0; number < 50; number++)
        {
            using var step = optimizer.BeginStep();
            step.Minimize((early * part.Parameters[0]).Sum());
        }

        part.Unfreeze();
        using (var step = optimizer.BeginStep())
        {
            step.Minimize((part.Parameters[0] * 3).Sum());
        }

        Assert.Equal(0.9, part.Parameters[0].ToScalar(), 6);
        Assert.Equal(1, optimizer.StateDict()["0.weight.step"].ToScalar());
        Assert.Equal(51, optimizer.StepNumber);
    }

    [Fact]
    public void Groups_have_rates_and_decay_of_their_own()
    {
        var (fast, slow) = (new Parameter([1], Initializers.Ones), new Parameter([1], Initializers.Ones));
        var optimizer = new Sgd(
            [new([fast]), new([slow]) { LearningRateFactor = 0.1, WeightDecay = 0 }],
            learningRate: 0.5,
            weightDecay: 1
        );
        using (var step = optimizer.BeginStep())
        {
            step.Minimize((fast + slow).Sum());
        }

        Assert.Equal(0.0, fast.ToScalar(), 6);
        Assert.Equal(0.95, slow.ToScalar(), 6);
    }

    [Fact]
    public void A_parameter_stands_in_one_group_once()
    {
        var layer = new Linear(2, 2);
        Parameter[] twice = [layer.Weight, layer.Weight];

        Assert.Throws<ArgumentException>(() => new Sgd([new(layer.Parameters), new([layer.Weight])], 0.1));
        Assert.Contains(
            "weight (2, 2)",
            Assert.Throws<ArgumentException>(() => new Sgd(twice, 0.1)).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentException>(() => new Sgd(new Relu(), 0.1));
    }

    [Fact]
    public void Settings_out_of_range_are_refused_by_name()
    {
        var layer = new Linear(2, 2);
        foreach (
            var (name, make) in ((string, Action)[])
                [
                    ("LearningRate", () => _ = new Sgd(layer, -0.1)),
                    ("LearningRate", () => _ = new Sgd(layer, double.NaN)),
                    ("momentum", () => _ = new Sgd(layer, 0.1, momentum: 1)),
                    ("momentum", () => _ = new Sgd(layer, 0.1, nesterov: true)),
                    ("weightDecay", () => _ = new Sgd(layer, 0.1, weightDecay: -1)),
                    ("beta1", () => _ = new Adam(layer, beta1: 1)),
                    ("beta2", () => _ = new AdamW(layer, beta2: -0.1)),
                    ("epsilon", () => _ = new AdamW(layer, epsilon: 0)),
                    ("learningRateDecay", () => _ = new Adagrad(layer, learningRateDecay: -1)),
                    ("initialSum", () => _ = new Adagrad(layer, initialSum: -1)),
                    ("epsilon", () => _ = new Adagrad(layer, epsilon: 0)),
                    ("rho", () => _ = new Adadelta(layer, rho: 1)),
                    ("epsilon", () => _ = new Adadelta(layer, epsilon: -1)),
                    ("alpha", () => _ = new RmsProp(layer, alpha: 1)),
                    ("momentum", () => _ = new RmsProp(layer, momentum: -0.5)),
                    ("epsilon", () => _ = new RmsProp(layer, epsilon: 0)),
                    ("maxIterations", () => _ = new Lbfgs(layer, maxIterations: 0)),
                    ("maxEvaluations", () => _ = new Lbfgs(layer, maxEvaluations: 0)),
                    ("historySize", () => _ = new Lbfgs(layer, historySize: 0)),
                    ("gradientTolerance", () => _ = new Lbfgs(layer, gradientTolerance: -1)),
                    ("changeTolerance", () => _ = new Lbfgs(layer, changeTolerance: double.NaN)),
                    ("maxNorm", () => GradientClipping.ByNorm(0)),
                    ("bound", () => GradientClipping.ByValue(double.NaN)),
                ]
        )
        {
            Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(make).ParamName);
        }
    }

    [Theory]
    [InlineData(0.5, true)]
    [InlineData(100, false)]
    public void Clipping_by_norm_scales_all_gradients_together(double bound, bool clips)
    {
        var (a, b) = (new Parameter([2]), new Parameter([1]));
        Parameter[] all = [a, b, new Parameter([1])];
        var optimizer = new Sgd(all, learningRate: 1) { Clipping = GradientClipping.ByNorm(bound) };
        using (var step = optimizer.BeginStep())
        {
            step.Minimize((a * Tensor.From([3f, -4f])).Sum() + b.Sum() * 12);
        }

        var factor = clips ? bound / (13 + 1e-6) : 1;
        float[] expected = [(float)(-3 * factor), (float)(4 * factor), (float)(-12 * factor)];
        Assert.Equal(expected, (float[])[.. a.ToArray<float>(), .. b.ToArray<float>()]);
    }

    [Fact]
    public void Clipping_by_value_bounds_every_number()
    {
        var a = new Parameter([3]);
        Parameter[] all = [a];
        var optimizer = new Sgd(all, learningRate: 1) { Clipping = GradientClipping.ByValue(2) };
        using (var step = optimizer.BeginStep())
        {
            step.Minimize((a * Tensor.From([3f, -4f, 1f])).Sum());
        }

        Assert.Equal([-2f, 2f, -1f], a.ToArray<float>());
    }

    [Fact]
    public void Clipping_applies_to_the_sum_of_accumulated_gradients()
    {
        var a = new Parameter([1]);
        Parameter[] all = [a];
        var optimizer = new Sgd(all, learningRate: 1) { Clipping = GradientClipping.ByValue(2) };
        using (var step = optimizer.BeginStep())
        {
            step.Accumulate((a * 5).Sum());
            step.Minimize((a * -4).Sum());
        }

        Assert.Equal(-1f, a.ToScalar<float>());
    }

    [Fact]
    public void A_converted_model_takes_its_state_along()
    {
        var (network, optimizer) = Make("Adam: plain");
        Train(network, optimizer, 2);
        var before = optimizer.StateDict()["0.weight.exp_avg"].ToArray<float>();
        network.To(DType.Float64);
        using (var step = optimizer.BeginStep())
        {
            step.Minimize(Loss.CrossEntropy(network.Forward(X.To(DType.Float64)), Y));
        }

        var after = optimizer.StateDict()["0.weight.exp_avg"];
        Assert.Equal(DType.Float64, after.DType);
        Assert.Contains(after.ToArray<double>().Zip(before), pair => pair.First != pair.Second);
        Assert.True(double.IsFinite(network.Parameters[0].Norm().ToScalar()));
    }

    [Fact]
    public void Steps_on_two_threads_are_independent_and_other_threads_are_in_inference()
    {
        var expected = Enumerable.Range(0, 2).Select(number => Run(number, null)).ToArray();
        var found = new float[2][];
        using var together = new Barrier(2);
        var threads = Enumerable.Range(0, 2).Select(i => new Thread(() => found[i] = Run(i, together))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.Equal(expected, found);

        static float[] Run(int number, Barrier? together)
        {
            var (network, optimizer) = Make(number == 0 ? "Sgd: momentum" : "Adam: plain", number);
            for (var i = 0; i < 20; i++)
            {
                together?.SignalAndWait();
                Train(network, optimizer, 1);
            }

            return Values(network);
        }
    }

    [Fact]
    public void A_step_is_not_seen_by_other_threads_nor_opened_twice()
    {
        var (network, optimizer) = Make("Sgd: plain");
        var expected = network.Forward(X).ToArray<float>();
        float[] inference = [];
        Exception? problem = null;
        using (var step = optimizer.BeginStep())
        {
            var loss = Loss.CrossEntropy(network.Forward(X), Y);
            var thread = new Thread(() =>
            {
                inference = network.Forward(X).ToArray<float>();
                problem = Record.Exception(() => optimizer.BeginStep().Dispose());
            });
            thread.Start();
            thread.Join();
            step.Minimize(loss);
        }

        Assert.Equal(expected, inference);
        Assert.Contains("another thread", Assert.IsType<StepException>(problem).Message, StringComparison.Ordinal);
        optimizer.BeginStep().Dispose();
    }

    private static (Sequential Network, Optimizer Optimizer) Make(string part, long seed = 1)
    {
        Sequential network = [new Linear(5, 6), new BatchNorm1d(6), new Tanh(), new Dropout(0.3), new Linear(6, 3)];
        network.Initialize(seed);
        return (network, OptimizerCases.Named(part).Over(network.Parameters));
    }

    private static void Train(Sequential network, Optimizer optimizer, int steps)
    {
        for (var number = 0; number < steps; number++)
        {
            using var step = optimizer.BeginStep();
            step.Minimize(() => Loss.CrossEntropy(network.Forward(X), Y));
        }
    }

    private static float[] Values(Module module) =>
        [.. module.StateDict().Values.SelectMany(tensor => tensor.ToArray<float>())];
}
