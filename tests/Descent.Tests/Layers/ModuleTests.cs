using Descent.Layers;
using Descent.Optimizers;

namespace Descent.Tests.Layers;

/// <summary>Where a module finds its parts, what it calls them, and what they start with.</summary>
public class ModuleTests
{
    [Fact]
    public void Parts_are_found_in_fields_properties_and_collections_base_first_in_order()
    {
        var names = new Everything().StateDict().Keys;

        Assert.Equal(
            [
                "stem.weight",
                "scale",
                "pair.0.weight",
                "pair.1.weight",
                "blocks.0.0.weight",
                "blocks.1.0.weight",
                "head.weight",
                "conv1x1.weight",
                "fc1.weight",
                "by_name.left.weight",
                "by_name.right.weight",
                "custom-name.weight",
                "renamed.weight",
                "inside.inner.weight",
            ],
            names
        );
    }

    [Fact]
    public void Shared_parts_count_once_under_their_first_name()
    {
        var shared = new Linear(3, 3);
        Sequential network = [shared, new Relu(), shared];

        Assert.Equal(["0.weight", "0.bias"], network.StateDict().Keys);
        Assert.Equal(12, network.ParameterCount);
        Assert.Equal(3, network.Modules.Count);
    }

    [Theory]
    [InlineData(typeof(HidesInSet), "set", "HashSet")]
    [InlineData(typeof(HidesInTuple), "Tuple", "ValueTuple")]
    [InlineData(typeof(HidesInTuples), "tuples", "ValueTuple")]
    [InlineData(typeof(HidesInClass), "helper", "Helper")]
    [InlineData(typeof(HidesInStruct), "helper", "Holder")]
    [InlineData(typeof(HidesInLazy), "lazy", "Lazy")]
    [InlineData(typeof(HidesInQueue), "queue", "Queue")]
    public void Parts_in_shapes_that_cannot_be_seen_are_refused(Type type, string member, string holder)
    {
        var module = (Module)Activator.CreateInstance(type)!;

        var problem = Assert.Throws<InvalidOperationException>(() => module.Parameters);

        Assert.Contains($"{type.Name}.{member} holds modules", problem.Message, StringComparison.Ordinal);
        Assert.Contains($"inside {holder}", problem.Message, StringComparison.Ordinal);
        Assert.Contains("List or a Dictionary", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plain_object_may_refer_to_parts_that_are_found_anyway()
    {
        var module = new KnowsItsOwner();

        Assert.Equal(["inner.weight"], module.StateDict().Keys);
    }

    [Fact]
    public void Two_parameters_of_one_name_are_refused()
    {
        var problem = Assert.Throws<InvalidOperationException>(() => new SameName().Parameters);

        Assert.Contains("weight.weight", problem.Message, StringComparison.Ordinal);
        Assert.Contains("[Name]", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_replaced_part_is_trained_and_saved()
    {
        var network = new Replaceable();
        network.Initialize(1);
        network.Head = new Linear(2, 5, bias: false);

        Assert.Equal([5, 2], network.StateDict()["head.weight"].Shape);
        Assert.Same(network.Head.Weight, network.Parameters[^1]);
        Assert.NotEqual(0, network.Head.Forward(Tensor.Ones([1, 2])).Norm().ToScalar());
    }

    [Fact]
    public void A_layer_added_late_starts_with_values_too()
    {
        Sequential network = [new Linear(3, 3)];
        var before = network.Forward(Tensor.Ones([1, 3])).ToArray<float>();
        network.Add(new Linear(3, 2));

        Assert.NotEqual(0, network.Forward(Tensor.Ones([1, 3])).Norm().ToScalar());
        Assert.Equal(before, network[0].Forward(Tensor.Ones([1, 3])).ToArray<float>());
        Assert.Equal(["0.weight", "0.bias", "1.weight", "1.bias"], network.StateDict().Keys);
    }

    [Fact]
    public void Values_depend_on_seed_and_path_alone()
    {
        var first = new TwoLayers(reversed: false);
        var second = new TwoLayers(reversed: true);
        first.Initialize(7);
        second.Initialize(7);

        Assert.Equal(Values(first), Values(second));
        second.Initialize(8);
        Assert.NotEqual(Values(first), Values(second));
        Assert.NotEqual(first.A.Weight.ToArray<float>(), first.B.Weight.ToArray<float>());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Whoever_comes_first_initializes_with_seed_0(int who)
    {
        var expected = Made();
        expected.Initialize(0);
        var network = Made();
        _ = network.ParameterCount;
        switch (who)
        {
            case 0:
                network.Forward(Tensor.Ones([1, 4]));
                break;
            case 1:
                _ = new Sgd(network, 0.1);
                break;
            case 2:
                _ = new Sgd([new(network.Parameters)], 0.1);
                break;
            case 3:
                network.To(DType.Float32);
                break;
            case 4:
                network.Summary([1, 4]);
                break;
        }

        Assert.Equal(Values(expected), Values(network));

        static Sequential Made() => [new Linear(4, 3), new Tanh(), new Linear(3, 2)];
    }

    [Fact]
    public void Names_of_a_part_do_not_depend_on_who_looked_before()
    {
        var alone = new Linear(3, 2);
        Sequential root = [new Relu(), new Sequential { new Relu(), new Linear(3, 2) }];
        root.Initialize(3);
        var part = (Sequential)root[1];
        var before = part.StateDict();
        part.LoadStateDict(before);

        Assert.Equal(["1.weight", "1.bias"], before.Keys);
        Assert.Equal(["1.1.weight", "1.1.bias"], root.StateDict().Keys);
        Assert.Equal("1.1.weight", ((Linear)part[1]).Weight.Name);

        part[1].Initialize(5);
        alone.Initialize(5);
        Assert.Equal(Values(alone), Values(part[1]));
        Assert.Equal("1.1.weight", ((Linear)part[1]).Weight.Name);
    }

    [Fact]
    public void Converting_keeps_the_values_and_float64_is_drawn_anew()
    {
        var layer = new Linear(3, 2);
        layer.Initialize(1);
        var single = layer.Weight.ToArray<float>();
        layer.To(DType.Float64);

        Assert.Equal(single.Select(value => (double)value), layer.Weight.ToArray<double>());
        layer.Initialize(1);
        Assert.Equal(DType.Float64, layer.Weight.DType);
        Assert.NotEqual(single.Select(value => (double)value), layer.Weight.ToArray<double>());
        Assert.Throws<DTypeException>(() => layer.To(DType.Int64));
    }

    [Fact]
    public void Freezing_reaches_everything_inside()
    {
        Sequential network = [new Linear(3, 3), new Sequential { new BatchNorm1d(3), new Dropout(0.5) }];
        network[1].Freeze();

        Assert.False(network.IsFrozen);
        Assert.All(network[1].Modules, module => Assert.True(module.IsFrozen));
        Assert.Equal(["0.weight", "0.bias"], network.Parameters.Where(p => !p.IsFrozen).Select(p => p.Name));
        network.Freeze();
        network.Unfreeze();
        Assert.All(network.Modules, module => Assert.False(module.IsFrozen));
        Assert.All(network.Parameters, parameter => Assert.False(parameter.IsFrozen));
    }

    [Fact]
    public void Several_threads_may_be_the_first_to_predict()
    {
        var expected = Net().Forward(Tensor.Ones([1, 16])).ToArray<float>();
        var network = Net();
        var outputs = new float[8][];
        var threads = Enumerable
            .Range(0, 8)
            .Select(i => new Thread(() => outputs[i] = network.Forward(Tensor.Ones([1, 16])).ToArray<float>()))
            .ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.All(outputs, output => Assert.Equal(expected, output));

        static Sequential Net() => [new Linear(16, 64), new Tanh(), new Linear(64, 64), new Linear(64, 4)];
    }

    private static float[] Values(Module module) =>
        [.. module.StateDict().Values.SelectMany(tensor => tensor.ToArray<float>())];

    private static Linear One() => new(1, 1, bias: false);

    private abstract class Base : Module
    {
        private readonly Linear stem = One();

        private protected Parameter Scale { get; } = new([1]);

        public override string ToString() => stem.ToString();
    }

    private sealed class Everything : Base
    {
        private readonly Linear[] pair = [One(), One()];
        private readonly List<Sequential> blocks =
        [
            [One()],
            [One()],
        ];
        private readonly double rate = 0.5;

        public Linear Head { get; } = One();

        public Linear Conv1x1 { get; } = One();

        public Linear FC1 { get; } = One();

        public Dictionary<string, Module> ByName { get; } = new() { ["left"] = One(), ["right"] = One() };

        [Name("custom-name")]
        public Linear Custom { get; } = One();

        [Name("renamed")]
        private readonly Linear field = One();

        public Func<Tensor, Tensor> Activation { get; } = x => x.Relu();

        public Nested Inside { get; } = new();

        public override string ToString() => $"{pair} {blocks} {rate} {field}";
    }

    private sealed class Nested : Module
    {
        public Linear Inner { get; } = One();
    }

    private sealed class HidesInSet : Module
    {
        public readonly HashSet<Linear> set = [One()];
    }

    private sealed class HidesInTuple : Module
    {
        public (int, Linear) Tuple { get; } = (1, One());
    }

    private sealed class HidesInTuples : Module
    {
        public readonly List<(int, Linear)> tuples = [(1, One())];
    }

    private sealed class HidesInClass : Module
    {
        public readonly Helper helper = new();
    }

    private sealed class HidesInStruct : Module
    {
        public readonly Holder helper = new(One());
    }

    private sealed class HidesInLazy : Module
    {
        public readonly Lazy<Linear> lazy = new(One());
    }

    private sealed class HidesInQueue : Module
    {
        public readonly IEnumerable<Layer> queue = new Queue<Layer>([One()]);
    }

    private sealed class Helper
    {
        public Linear Inner { get; } = One();
    }

    private readonly record struct Holder(Linear Inner);

    private sealed class KnowsItsOwner : Module
    {
        private readonly Helper owner = new();
        private readonly Linear inner;

        public KnowsItsOwner() => inner = owner.Inner;

        public override string ToString() => inner.ToString();
    }

    private sealed class SameName : Module
    {
        [Name("weight")]
        private readonly Linear a = One();

        [Name("weight")]
        private readonly Linear b = One();

        public override string ToString() => $"{a} {b}";
    }

    private sealed class Replaceable : Module
    {
        public Linear Stem { get; } = new(3, 2);

        public Linear Head { get; set; } = new(2, 4, bias: false);
    }

    private sealed class TwoLayers : Module
    {
        public TwoLayers(bool reversed)
        {
            if (reversed)
            {
                B = new Linear(3, 3);
                A = new Linear(3, 3);
            }
            else
            {
                A = new Linear(3, 3);
                B = new Linear(3, 3);
            }
        }

        public Linear A { get; }

        public Linear B { get; }
    }
}
