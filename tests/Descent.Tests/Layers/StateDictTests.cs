using Descent.Formats;
using Descent.Layers;

namespace Descent.Tests.Layers;

/// <summary>States that do not fit are refused whole, with every reason named.</summary>
public class StateDictTests
{
    [Fact]
    public void Missing_extra_and_misshapen_entries_are_all_named_and_nothing_changes()
    {
        Sequential network = [new Linear(3, 2), new BatchNorm1d(2)];
        network.Initialize(1);
        var before = Values(network);
        var state = new Sequential { new Linear(3, 2), new BatchNorm1d(2) }.StateDict();
        state.Remove("0.bias");
        state["1.weight"] = Tensor.Ones([3]);
        state["1.running_var"] = Tensor.Ones([2], DType.Float64);
        state["2.weight"] = Tensor.Ones([1]);

        var problem = Assert.Throws<StateMismatchException>(() => network.LoadStateDict(state));

        Assert.Contains("does not fit Sequential", problem.Message, StringComparison.Ordinal);
        Assert.Contains("missing 0.bias (2)", problem.Message, StringComparison.Ordinal);
        Assert.Contains("1.weight has shape (3) where (2) is expected", problem.Message, StringComparison.Ordinal);
        Assert.Contains("1.running_var holds float64 where float32", problem.Message, StringComparison.Ordinal);
        Assert.Contains("2.weight is left over", problem.Message, StringComparison.Ordinal);
        Assert.Equal(before, Values(network));
    }

    [Fact]
    public void Counters_of_batches_from_PyTorch_are_ignored()
    {
        var layer = new BatchNorm2d(2);
        var state = layer.StateDict();
        state["num_batches_tracked"] = Tensor.Scalar(5L);
        state["weight"] = Tensor.Full([2], 3);

        layer.LoadStateDict(state);

        Assert.Equal([3f, 3f], layer.Weight!.ToArray<float>());
    }

    [Fact]
    public void A_state_is_a_copy_and_loading_copies()
    {
        var layer = new Linear(2, 2);
        layer.Initialize(1);
        var state = layer.StateDict();
        var saved = state["weight"].ToArray<float>();
        layer.Weight.Assign(Tensor.Ones([2, 2]));

        Assert.Equal(saved, state["weight"].ToArray<float>());
        layer.LoadStateDict(state);
        layer.Weight.Assign(Tensor.Ones([2, 2]));
        Assert.Equal(saved, state["weight"].ToArray<float>());
    }

    [Fact]
    public void A_network_goes_through_a_file_and_predicts_the_same()
    {
        using var folder = new TemporaryFolder();
        var saved = Make();
        saved.Initialize(4);
        Safetensors.Write(folder.File("net.safetensors"), saved.StateDict());
        var loaded = Make();
        loaded.LoadStateDict(Safetensors.Read(folder.File("net.safetensors")).Tensors);
        var pictures = Tensor.RandomNormal([2, 1, 8, 8], new Descent.Numerics.RandomSource(1, "pictures"));

        Assert.Equal(saved.Forward(pictures).ToArray<float>(), loaded.Forward(pictures).ToArray<float>());

        static Sequential Make() =>
            [new Conv2d(1, 3, 3), new BatchNorm2d(3), new Relu(), new MaxPool2d(2), new Flatten(), new Linear(27, 4)];
    }

    [Fact]
    public void Assigning_other_shapes_or_types_is_refused()
    {
        var parameter = new Parameter([2, 3]);

        Assert.Throws<ShapeException>(() => parameter.Assign(Tensor.Ones([3, 2])));
        Assert.Throws<DTypeException>(() => parameter.Assign(Tensor.Ones([2, 3], DType.Float64)));
        var version = parameter.Version;
        parameter.Assign(Tensor.Ones([2, 3]));
        Assert.Equal(version + 1, parameter.Version);
    }

    private static float[] Values(Module module) =>
        [.. module.StateDict().Values.SelectMany(tensor => tensor.ToArray<float>())];
}
