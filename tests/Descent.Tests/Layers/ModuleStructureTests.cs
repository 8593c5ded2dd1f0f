using Descent.Layers;
using Descent.Losses;
using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Tests.Layers;

/// <summary>Networks taken apart and put together: parts by name, copies, shared weights, freezing by pattern, hooks.</summary>
public class ModuleStructureTests
{
    [Fact]
    public void A_part_is_found_by_its_path()
    {
        var net = new Classifier();

        Assert.Same(net.Head[2], net["head.2"]);
        Assert.Same(net.ByName["left"], net["by_name.left"]);
        Assert.Same(net.Head[2], net.Find<Linear>("head.2"));
        Assert.Equal(["features.0", "features.3"], net.Find<Conv2d>().Select(layer => layer.Path));
        var problem = Assert.Throws<KeyNotFoundException>(() => net["head.9"]);
        Assert.Contains("no part head.9; it has features, features.0,", problem.Message, StringComparison.Ordinal);
        var other = Assert.Throws<InvalidCastException>(() => net.Find<Conv2d>("head.2"));
        Assert.Contains("head.2 is a Linear, not a Conv2d", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_is_replaced_by_its_path_wherever_it_stands()
    {
        var net = new Classifier();
        net.Initialize(3);
        net["head.2"] = new Linear(6, 2);
        net["by_name.left"] = new Tanh();
        net["last"] = new Sigmoid();
        net["blocks.1"] = new Relu();

        Assert.Equal([2, 6], net.StateDict()["head.2.weight"].Shape);
        Assert.Equal("head.2.weight", ((Linear)net["head.2"]).Weight.Name);
        var output = net.Forward(Tensor.Ones([1, 1, 12, 12]));
        Assert.Equal([1, 2], output.Shape);
        Assert.NotEqual(0.5, output.ToArray<float>()[0]);
        Assert.IsType<Tanh>(net.ByName["left"]);
        Assert.IsType<Sigmoid>(net.Last);
        var problem = Assert.Throws<ArgumentException>(() => net["narrow"] = new Relu());
        Assert.Contains(
            "narrow cannot be replaced by a Relu: Classifier.Narrow is declared as Linear",
            problem.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Freezing_by_pattern_reaches_parts_and_parameters_that_match()
    {
        var net = new Classifier();
        var all = net.ParameterCount;
        net.Freeze("features*");

        Assert.True(net["features"].IsFrozen && net["features.0"].IsFrozen);
        Assert.All(
            net.Parameters,
            p => Assert.Equal(p.Name.StartsWith("features.", StringComparison.Ordinal), p.IsFrozen)
        );
        Assert.Equal(all, net.ParameterCount);
        Assert.Equal(all - net.Features.ParameterCount, net.TrainableParameterCount);

        net.Unfreeze("features.3");
        Assert.False(net["features.3"].IsFrozen);
        Assert.True(net["features.0"].IsFrozen);

        net.Unfreeze();
        net.Freeze("*.bias");
        Assert.All(net.Parameters, p => Assert.Equal(p.Name.EndsWith(".bias", StringComparison.Ordinal), p.IsFrozen));
        var problem = Assert.Throws<ArgumentException>(() => net.Freeze("encoder.*"));
        Assert.Contains(
            "No part or parameter of Classifier matches encoder.*",
            problem.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_summary_says_what_is_frozen()
    {
        Sequential net = [new Linear(3, 4), new Linear(4, 2)];
        Assert.DoesNotContain("frozen", net.Summary([1, 3]).ToString(), StringComparison.Ordinal);
        net.Freeze("0");

        Assert.Equal(26, net.Summary([1, 3]).Parameters);
        Assert.Equal(10, net.Summary([1, 3]).TrainableParameters);
        Assert.EndsWith("16 parameters are frozen.", net.Summary([1, 3]).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_has_the_same_values_and_a_life_of_its_own()
    {
        var net = new Classifier();
        net.Initialize(3);
        net.Freeze("features.0");
        var copy = net.Clone();
        var input = Input(4);
        var before = net.Forward(input).ToArray<float>();

        Assert.Equal(before, copy.Forward(input).ToArray<float>());
        Assert.Equal(net.StateDict().Keys, copy.StateDict().Keys);
        Assert.True(copy["features.0"].IsFrozen);
        Train(copy, input);

        Assert.NotEqual(before, copy.Forward(input).ToArray<float>());
        Assert.Equal(before, net.Forward(input).ToArray<float>());
        Assert.Empty(net.Modules.Intersect(copy.Modules));
        Assert.Empty(net.Parameters.Concat(net.Buffers).Intersect(copy.Parameters.Concat(copy.Buffers)));
    }

    [Fact]
    public void A_copy_trains_like_its_original_to_the_bit()
    {
        var net = new Classifier();
        net.Initialize(3);
        var copy = net.Clone();
        Train(net, Input(4));
        Train(copy, Input(4));

        Assert.Equal(
            net.StateDict()["head.2.weight"].ToArray<float>(),
            copy.StateDict()["head.2.weight"].ToArray<float>()
        );
    }

    [Fact]
    public void Tied_weights_stay_tied_in_files_and_copies()
    {
        var net = new Tied();
        net.Initialize(1);
        Assert.Equal(["first.weight", "second.bias"], net.StateDict().Keys);
        Assert.Equal(16 + 4, net.ParameterCount);
        var copy = net.Clone();
        Assert.Same(copy.First.Weight, copy.Second.Weight);

        var state = net.StateDict();
        state["second.weight"] = state["first.weight"].Clone();
        copy.LoadStateDict(state);
        Assert.Same(copy.First.Weight, copy.Second.Weight);
        Train(copy, Tensor.Ones([2, 4]));
        Assert.Equal(copy.First.Weight.ToArray<float>(), copy.Second.Weight.ToArray<float>());
        Assert.NotEqual(net.First.Weight.ToArray<float>(), copy.First.Weight.ToArray<float>());

        state["second.weight"] = Tensor.Zeros([4, 4]);
        var problem = Assert.Throws<StateMismatchException>(() => copy.LoadStateDict(state));
        Assert.Contains("second.weight differs from first.weight", problem.Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => new Linear(4, 5) { Weight = net.First.Weight });
    }

    [Fact]
    public void A_shared_part_may_stand_under_both_names_in_a_file()
    {
        var shared = new Linear(3, 3);
        Sequential net = [shared, new Relu(), shared];
        var state = net.StateDict();
        state["2.weight"] = state["0.weight"];
        state["2.bias"] = state["0.bias"];
        net.LoadStateDict(state);

        Assert.Equal(["0.weight", "0.bias"], net.StateDict().Keys);
    }

    [Fact]
    public void Hooks_read_outputs_and_leave_the_bits_as_they_are()
    {
        var net = new Classifier();
        net.Initialize(3);
        var input = Input(2);
        var expected = net.Forward(input).ToArray<float>();
        using (var outputs = new LayerOutputs(net, "features.0", "features.1", "head.2"))
        {
            Assert.Throws<KeyNotFoundException>(() => outputs["features.0"]);
            Assert.Equal(expected, net.Forward(input).ToArray<float>());
            var (convolved, rectified) = (outputs["features.0"], outputs["features.1"]);

            Assert.Equal([2, 3, 10, 10], convolved.Shape);
            Assert.Equal(((Conv2d)net["features.0"]).Forward(input).ToArray<float>(), convolved.ToArray<float>());
            Assert.Equal(convolved.Relu().ToArray<float>(), rectified.ToArray<float>());
            Assert.Equal(expected, outputs["head.2"].ToArray<float>());

            Train(net, input);
            Assert.True(double.IsFinite(outputs["head.2"].Sum().ToScalar()));
        }

        var calls = 0;
        var hook = net.Features[0].Hook(_ => calls++);
        net.Forward(input);
        hook.Dispose();
        net.Forward(input);
        Assert.Equal(1, calls);
    }

    [Fact]
    public void Hooks_read_recurrent_outputs_however_they_are_asked_for()
    {
        var layer = new Gru(2, 3);
        var input = Tensor.RandomNormal([2, 4, 2], new RandomSource(1, "input"));
        var shapes = new List<Shape>();
        using var hook = layer.Hook(output => shapes.Add(output.Shape));
        layer.Forward(input);
        layer.Forward(input, state: null);
        layer.Forward(PackedSequence.Pack(input, Tensor.From([4L, 2L])));
        layer.ForwardMasked(input, Tensor.Full([2, 4], 1, DType.Bool));

        Assert.Equal(Enumerable.Repeat(new Shape(2, 4, 3), 4), shapes);
    }

    [Fact]
    public void A_trained_network_predicts_on_several_threads_at_once()
    {
        var net = new Classifier();
        net.Initialize(3);
        Train(net, Input(8));
        var inputs = Enumerable.Range(1, 8).Select(Input).ToArray();
        var expected = inputs.Select(input => net.Forward(input).ToArray<float>()).ToArray();
        var found = new float[inputs.Length][];
        var threads = Enumerable
            .Range(0, 4)
            .Select(number => new Thread(() =>
            {
                for (var i = number; i < inputs.Length; i += 4)
                {
                    found[i] = net.Forward(inputs[i]).ToArray<float>();
                }
            }))
            .ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.Equal(expected, found);
    }

    [Fact]
    public void Shapes_that_do_not_meet_are_refused()
    {
        var residual = new Residual(new Linear(3, 2));
        var problem = Assert.Throws<ShapeException>(() => residual.Forward(Tensor.Ones([4, 3])));
        Assert.Contains(
            "the body gives (4, 2) and the way around it (4, 3)",
            problem.Message,
            StringComparison.Ordinal
        );
        Assert.Throws<InvalidOperationException>(() => new Branches().Forward(Tensor.Ones([4, 3])));
    }

    private static Tensor Input(int batch) =>
        Tensor.RandomNormal([batch, 1, 12, 12], new RandomSource(1, "input").Split(batch));

    private static void Train(Layer net, Tensor input)
    {
        var optimizer = new Sgd(net, learningRate: 0.1);
        using var step = optimizer.BeginStep();
        step.Minimize(Loss.CrossEntropy(net.Forward(input), Tensor.Zeros([input.Shape[0]], DType.Int64)));
    }

    private sealed class Classifier : Layer
    {
        public Sequential Features { get; } =
        [new Conv2d(1, 3, 3), new Relu(), new MaxPool2d(2), new Conv2d(3, 2, 3), new BatchNorm2d(2), new Relu()];

        public Sequential Head { get; } = [new Flatten(), new Linear(2 * 9, 6), new Linear(6, 4), new Dropout(0.3)];

        public Dictionary<string, Layer> ByName { get; } = new() { ["left"] = new Relu() };

        public Layer Last { get; private set; } = new Relu();

        public Linear Narrow { get; } = new(1, 1);

        public Layer[] Blocks { get; } = [new Relu(), new Tanh()];

        protected override Tensor Compute(Tensor input) => Head.Forward(Features.Forward(input));
    }

    private sealed class Tied : Layer
    {
        public Tied() => Second = new Linear(4, 4) { Weight = First.Weight };

        public Linear First { get; } = new(4, 4, bias: false);

        public Linear Second { get; }

        protected override Tensor Compute(Tensor input) => Second.Forward(First.Forward(input));
    }
}
