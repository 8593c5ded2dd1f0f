using Descent.Layers;
using Descent.Models;
using Descent.Numerics;
using Descent.Optimizers;

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
            ["convolution padded the same, relu"] = (
                () => [new Conv2d(3, 5, (3, 4), stride: 2, padding: Padding2d.Same), new Relu()],
                [2, 3, 9, 10]
            ),
            ["convolution with a flipped kernel, tanh"] = (
                () => [new Conv2d(2, 5, 3, paddingMode: PaddingMode.Reflect, padding: 1, flipKernel: true), new Tanh()],
                [2, 2, 9, 10]
            ),
            ["convolution of sequences, relu, pool"] = (
                () => [new Conv1d(3, 5, 3, padding: 1), new Relu(), new MaxPool1d(3, 2, ceilingMode: true)],
                [4, 3, 22]
            ),
            ["batch norm, relu, pool in ceiling mode"] = (
                () => [new BatchNorm2d(3), new Relu(), new MaxPool2d(2, ceilingMode: true)],
                [2, 3, 11, 13]
            ),
            ["batch norm, relu, pool with gaps"] = (
                () => [new BatchNorm2d(3), new Relu(), new MaxPool2d(2, dilation: 3)],
                [2, 3, 11, 13]
            ),
            ["relu, pool"] = (() => [new Conv2d(1, 2, 1), new Tanh(), new Relu(), new MaxPool2d(2)], [1, 1, 8, 8]),
            ["batch norm of rows, relu"] = (() => [new BatchNorm1d(19), new Relu()], [33, 19]),
            ["batch norm of sequences, tanh"] = (() => [new BatchNorm1d(5), new Tanh()], [4, 5, 37]),
            ["batch norm, relu"] = (() => [new BatchNorm2d(6), new Relu()], [3, 6, 7, 9]),
            ["batch norm, sigmoid, pool"] = (
                () => [new BatchNorm2d(3), new Sigmoid(), new MaxPool2d(2)],
                [3, 3, 8, 20]
            ),
            ["batch norm, relu, pool"] = (() => [new BatchNorm2d(4), new Relu(), new MaxPool2d(2)], [5, 4, 28, 28]),
            ["batch norm, relu, pool, small"] = (
                () => [new BatchNorm2d(5), new Relu(), new MaxPool2d(2), new Flatten(), new Linear(45, 3)],
                [7, 5, 6, 6]
            ),
            ["batch norm, relu, pool, odd"] = (
                () => [new Conv2d(1, 3, 2), new BatchNorm2d(3), new Relu(), new MaxPool2d(2)],
                [2, 1, 16, 24]
            ),
            ["batch norm, relu, pool, narrow and odd"] = (
                () => [new BatchNorm2d(3), new Relu(), new MaxPool2d(2)],
                [2, 3, 11, 13]
            ),
            ["batch norm, relu, pool, wide"] = (
                () => [new BatchNorm2d(2), new Relu(), new MaxPool2d(2)],
                [2, 2, 6, 70]
            ),
            ["batch norm, relu, pool of one row"] = (
                () => [new BatchNorm2d(2), new Relu(), new MaxPool2d((1, 2))],
                [3, 2, 1, 9]
            ),
            ["batch norm, relu, pool with overlap and padding"] = (
                () => [new BatchNorm2d(3), new Relu(), new MaxPool2d(3, stride: 2, padding: 1)],
                [2, 3, 15, 22]
            ),
            ["batch norm, relu, pool with overlap and padding, wide"] = (
                () => [new BatchNorm2d(2), new Relu(), new MaxPool2d(3, stride: 2, padding: 1)],
                [2, 2, 10, 70]
            ),
            ["batch norm, relu, pool, two rows at a time"] = (
                () => [new BatchNorm2d(3), new Relu(), new MaxPool2d(2)],
                [4, 3, 14, 14]
            ),
            ["batch norm, relu, pool of single pixels"] = (
                () => [new BatchNorm2d(9), new Relu(), new MaxPool2d(1)],
                [6, 9, 1, 1]
            ),
            ["linear, elu"] = (() => [new Linear(37, 21), new Elu()], [11, 37]),
            ["linear, elu of another depth"] = (() => [new Linear(37, 21), new Elu(0.5)], [11, 37]),
            ["linear, selu"] = (() => [new Linear(37, 21), new Selu()], [11, 37]),
            ["linear, softplus"] = (() => [new Linear(37, 21), new Softplus()], [11, 37]),
            ["linear, hard tanh"] = (() => [new Linear(37, 21), new HardTanh()], [11, 37]),
            ["convolution, hard sigmoid"] = (() => [new Conv2d(3, 7, 3), new HardSigmoid()], [2, 3, 9, 10]),
            ["batch norm, elu, pool"] = (() => [new BatchNorm2d(3), new Elu(), new MaxPool2d(2)], [3, 3, 8, 20]),
            ["batch norm, selu, pool"] = (() => [new BatchNorm2d(3), new Selu(), new MaxPool2d(2)], [3, 3, 8, 20]),
            ["batch norm, softplus, pool"] = (
                () => [new BatchNorm2d(3), new Softplus(), new MaxPool2d(2)],
                [3, 3, 8, 20]
            ),
            ["batch norm, hard tanh, pool"] = (
                () => [new BatchNorm2d(3), new HardTanh(), new MaxPool2d(2)],
                [3, 3, 8, 20]
            ),
            ["batch norm, hard sigmoid, pool"] = (
                () => [new BatchNorm2d(3), new HardSigmoid(), new MaxPool2d(2)],
                [3, 3, 8, 20]
            ),
            ["residual, relu"] = (
                () => [new Residual(new Conv2d(3, 3, 3, padding: 1)), new Relu(), new Conv2d(3, 2, 1)],
                [2, 3, 9, 10]
            ),
            ["residual of 3×3 tiles, relu"] = (
                () => [new Residual(new Conv2d(20, 20, 3, padding: 1)), new Relu()],
                [3, 20, 9, 11]
            ),
            ["residual of 5×5 tiles, relu"] = (
                () => [new Residual(new Conv2d(16, 16, 5, padding: 2)), new Relu()],
                [2, 16, 12, 12]
            ),
            ["residual of single elements, tanh"] = (
                () =>
                    [
                        new Residual(new Sequential(new Conv2d(6, 9, 1), new Relu(), new Conv2d(9, 6, 1, bias: false))),
                        new Tanh(),
                    ],
                [2, 6, 16, 18]
            ),
            ["residual of single elements on small planes, relu"] = (
                () => [new Residual(new Conv2d(66, 40, 1), new Conv2d(66, 40, 1)), new Relu()],
                [3, 66, 7, 7]
            ),
            ["residual of single elements, one channel, relu"] = (
                () => [new Residual(new Conv2d(20, 1, 1), new Conv2d(20, 1, 1)), new Relu()],
                [1, 20, 16, 18]
            ),
            ["residual with a stride, sigmoid"] = (
                () => [new Residual(new Conv2d(5, 7, 1, stride: 2), new Conv2d(5, 7, 1, stride: 2)), new Sigmoid()],
                [2, 5, 11, 12]
            ),
            ["residual of wide planes, relu"] = (
                () => [new Residual(new Conv2d(4, 4, 3, dilation: 2, padding: 2)), new Relu()],
                [2, 4, 29, 30]
            ),
            ["residual of groups, relu"] = (
                () => [new Residual(new Conv2d(4, 4, 3, padding: 1, groups: 4)), new Relu()],
                [2, 4, 9, 19]
            ),
            ["residual of small groups, relu"] = (
                () => [new Residual(new Conv2d(24, 24, 3, padding: 1, groups: 6)), new Relu()],
                [3, 24, 13, 27]
            ),
            ["residual of groups large enough for Winograd, relu"] = (
                () => [new Residual(new Conv2d(32, 32, 3, padding: 1, groups: 2)), new Relu()],
                [3, 32, 14, 15]
            ),
            ["residual of sequences, relu"] = (
                () => [new Residual(new Conv1d(3, 3, 3, padding: 1)), new Relu()],
                [4, 3, 22]
            ),
            ["residual with a shortcut, sigmoid"] = (
                () => [new Residual(new Linear(20, 33), new Linear(20, 33, bias: false)), new Sigmoid()],
                [7, 20]
            ),
            ["linear, relu, dropout"] = (() => [new Linear(37, 40), new Relu(), new Dropout(0.2)], [11, 37]),
            ["linear of three axes, tanh, dropout"] = (
                () => [new Linear(7, 9), new Tanh(), new Dropout(0.7), new Linear(9, 3)],
                [2, 3, 7]
            ),
            ["linear, sigmoid, dropout of nothing"] = (
                () => [new Linear(5, 3), new Sigmoid(), new Dropout(0), new Linear(3, 2)],
                [4, 5]
            ),
            ["linear, dropout"] = (() => [new Linear(5, 30), new Dropout(0.4), new Relu()], [4, 5]),
            ["linear of one row, relu"] = (() => [new Linear(401, 43), new Relu(), new Linear(43, 7)], [1, 401]),
            ["two linear layers"] = (
                () => [new Linear(20, 30), new Relu(), new Dropout(0.5), new Linear(30, 4), new Sigmoid()],
                [6, 20]
            ),
        };

    [Theory]
    [MemberData(nameof(Networks))]
    public void TogetherIsOneByOne(string name)
    {
        foreach (var dtype in (DType[])[DType.Float32, DType.Float64])
        {
            var (network, x) = Make(name, dtype);
            Assert.Equal(Train(network, x, network.Forward), Train(network, x, OneByOne(network)));
            Assert.Equal(Bits(OneByOne(network)(x)), Bits(network.Forward(x)));
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void StepsTogetherAreStepsOneByOne(string name)
    {
        Assert.Equal(Steps(network => network.Forward), Steps(OneByOne));

        List<long[]> Steps(Func<Sequential, Func<Tensor, Tensor>> forward)
        {
            var (network, x) = Make(name, DType.Float32);
            var scale = new Parameter([1], Initializers.Ones);
            Parameter[] all = [scale, .. network.Parameters];
            var optimizer = new Sgd(all, learningRate: 0.1);
            for (var number = 0; number < 2; number++)
            {
                using var step = optimizer.BeginStep();
                step.Minimize(forward(network)(x * scale).Square().Mean());
            }

            return [.. network.StateDict().Values.Append(scale).Select(Bits)];
        }
    }

    private static (Sequential Network, Tensor X) Make(string name, DType dtype)
    {
        var (layers, shape) = Cases[name];
        Sequential network = new(layers());
        network.Initialize(3);
        network.To(dtype);
        foreach (var norm in network.OfType<BatchNorm>())
        {
            var source = new RandomSource(6, "norm");
            foreach (var vector in (Parameter[])[norm.Weight!, norm.Bias!, norm.RunningMean])
            {
                source = source.Split("next");
                vector.Assign(Tensor.RandomNormal(vector.Shape, source, dtype: dtype));
            }
        }

        return (network, Tensor.RandomNormal(shape, new RandomSource(4, "x"), dtype: dtype));
    }

    private static Func<Tensor, Tensor> OneByOne(Sequential network) =>
        input => network.Aggregate(input, (value, layer) => layer.Forward(value));

    [Theory]
    [InlineData(18, 18, 1)]
    [InlineData(3, 17, 2)]
    public void ABlockAddsTheWayAroundInItsLastConvolution(int inChannels, int channels, int stride)
    {
        foreach (
            var block in (Layer[])[new BasicBlock(inChannels, channels, stride), new BottleneckBlock(8, 17, stride)]
        )
        {
            block.Initialize(3);
            var net = block.ForInference();
            Shape shape = [2, block is BasicBlock ? inChannels : 8, 15, 17];
            var x = Tensor.RandomNormal(shape, new RandomSource(4, "x"));
            var together = Bits(net.Forward(x));
            Layer last = net is BasicBlock basic ? basic.Bn2 : ((BottleneckBlock)net).Bn3;
            Assert.True(last.Joins);
            using var hook = last.Hook(_ => { });
            Assert.False(last.Joins);
            Assert.Equal(together, Bits(net.Forward(x)));
        }
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

    [Fact]
    public void BatchNormTakesActivationAndPoolAlong()
    {
        Sequential network = [new BatchNorm2d(3), new Relu(), new MaxPool2d(2), new Flatten()];
        network.Initialize(1);
        using var recording = Gradients.RecordTraining([.. network.Parameters]);
        var y = network.Forward(Tensor.RandomNormal([2, 3, 9, 9], new RandomSource(4, "x")));
        Assert.Equal(1, y.Producer!.Index);
    }

    /// <summary>The result and the gradients of the input and of every parameter, as bits.</summary>
    private static List<long[]> Train(Sequential network, Tensor x, Func<Tensor, Tensor> forward)
    {
        Tensor[] inputs = [x, .. network.Parameters];
        using var recording = Gradients.RecordTraining(inputs);
        var y = forward(x);
        var slope = Tensor.RandomNormal(y.Shape, new RandomSource(5, "slope"), dtype: y.DType);
        return [Bits(y), .. Gradients.Of(y, inputs, slope).Select(Bits)];
    }

    private static long[] Bits(Tensor tensor) =>
        tensor.DType == DType.Float32
            ? Array.ConvertAll(tensor.ToArray<float>(), value => (long)BitConverter.SingleToInt32Bits(value))
            : Array.ConvertAll(tensor.ToArray<double>(), BitConverter.DoubleToInt64Bits);
}
