using Descent.Layers;
using Descent.Numerics;

namespace Descent.Tests.Layers;

/// <summary>Neighbours that <see cref="Sequential"/> computes together have the bits that they have one by one.</summary>
public class FusionTests
{
    public static TheoryData<string> Networks => [.. Cases.Keys];

    private static Dictionary<string, (Func<Layer[]> Layers, Shape Input)> Cases { get; } =
        new()
        {
            ["linear, relu"] = (() => [new Linear(37, 21), new Relu()], [11, 37]),
            ["linear, sigmoid"] = (() => [new Linear(37, 50), new Sigmoid()], [3, 37]),
            ["linear, tanh"] = (() => [new Linear(5, 33, bias: false), new Tanh()], [40, 5]),
            ["linear of three axes, relu"] = (() => [new Linear(7, 9), new Relu()], [2, 3, 7]),
            ["convolution, relu"] = (() => [new Conv2d(3, 7, 3, padding: 1), new Relu()], [2, 3, 9, 10]),
            ["convolution, sigmoid"] = (() => [new Conv2d(3, 7, 3, bias: false), new Sigmoid()], [2, 3, 9, 10]),
            ["convolution, relu, pool"] = (
                () => [new Conv2d(3, 7, 3, padding: 1), new Relu(), new MaxPool2d(2)],
                [2, 3, 17, 19]
            ),
            ["convolution, relu, pool with overlap and padding"] = (
                () => [new Conv2d(1, 4, 5), new Relu(), new MaxPool2d(3, stride: 2, padding: 1)],
                [3, 1, 14, 14]
            ),
            ["relu, pool"] = (() => [new Conv2d(1, 2, 1), new Tanh(), new Relu(), new MaxPool2d(2)], [1, 1, 8, 8]),
            ["two linear layers"] = (
                () => [new Linear(20, 30), new Relu(), new Dropout(0.5), new Linear(30, 4), new Sigmoid()],
                [6, 20]
            ),
        };

    [Theory]
    [MemberData(nameof(Networks))]
    public void TogetherIsOneByOne(string name)
    {
        var (layers, shape) = Cases[name];
        Sequential network = new(layers());
        network.Initialize(3);
        var x = Tensor.RandomNormal(shape, new RandomSource(4, "x"));
        Assert.Equal(Train(network, x, network.Forward), Train(network, x, OneByOne));
        Assert.Equal(OneByOne(x).ToArray<float>(), network.Forward(x).ToArray<float>());

        Tensor OneByOne(Tensor input) => network.Aggregate(input, (value, layer) => layer.Forward(value));
    }

    [Fact]
    public void FewerOperationsAreRecorded()
    {
        Sequential network = [new Conv2d(1, 4, 3), new Relu(), new Flatten(), new Linear(64, 3), new Sigmoid()];
        network.Initialize(1);
        using var recording = Gradients.Record([.. network.Parameters]);
        var y = network.Forward(Tensor.Ones([1, 1, 6, 6]));
        Assert.Equal(2, y.Producer!.Index);
    }

    /// <summary>The result and the gradients of the input and of every parameter, as bits.</summary>
    private static List<int[]> Train(Sequential network, Tensor x, Func<Tensor, Tensor> forward)
    {
        Tensor[] inputs = [x, .. network.Parameters];
        using var recording = Gradients.RecordTraining(inputs);
        var y = forward(x);
        var slope = Tensor.RandomNormal(y.Shape, new RandomSource(5, "slope"));
        return [Bits(y), .. Gradients.Of(y, inputs, slope).Select(Bits)];
    }

    private static int[] Bits(Tensor tensor) =>
        Array.ConvertAll(tensor.ToArray<float>(), BitConverter.SingleToInt32Bits);
}
