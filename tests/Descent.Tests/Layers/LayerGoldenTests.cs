using Descent.Layers;

namespace Descent.Tests.Layers;

/// <summary>Layers compute what PyTorch's compute, forward and backward, in float64.</summary>
public class LayerGoldenTests
{
    private const double Tolerance = 1e-11;

    private static readonly string[] Files = ["matmul", "spatial", "normalization"];

    private static readonly string[] Ops = ["linear", "conv2d", "max_pool2d", "avg_pool2d", "batch_norm"];

    public static IEnumerable<TheoryDataRow<string, string>> Names() =>
        Golden.Names(Files).Where(row => Ops.Contains(Golden.Cases(row.Data.Item1)[row.Data.Item2].Op));

    [Theory]
    [MemberData(nameof(Names))]
    public void Layers_follow_PyTorch(string file, string name)
    {
        var golden = Golden.Cases(file)[name];
        if (golden.Op == "batch_norm" && golden.Inputs.Count == 1)
        {
            Assert.Contains("not affine", name, StringComparison.Ordinal);
        }

        var layer = Make(golden);
        layer.To(DType.Float64);
        var parameters = layer.Parameters;
        for (var i = 1; i < golden.Inputs.Count; i++)
        {
            parameters[i - 1].Assign(Of(golden.Inputs[i]));
        }

        var input = Of(golden.Inputs[0]);
        Tensor[] leaves = [input, .. parameters];
        using (var recording = golden.Flag("training") ? Gradients.RecordTraining(leaves) : Gradients.Record(leaves))
        {
            var output = layer.Forward(input);
            var gradients = Gradients.Of(output, leaves, Of(golden.Cotangents[0]!));

            Golden.AssertClose(golden.Outputs[0].Values, output.ToArray<double>(), Tolerance, name);
            for (var i = 0; i < golden.Inputs.Count; i++)
            {
                var expected = golden.Gradients[i]!.Values;
                Golden.AssertClose(expected, gradients[i].ToArray<double>(), Tolerance, $"{name}, gradient {i}");
            }
        }
    }

    [Theory]
    [InlineData("batch_norm: 1d, training")]
    [InlineData("batch_norm: 1d with length, training")]
    [InlineData("batch_norm: 2d, training")]
    [InlineData("batch_norm: 2d, momentum 0.3, epsilon 0.001, training")]
    [InlineData("batch_norm: 1d, two samples, training")]
    public void Running_statistics_move_as_in_PyTorch(string name)
    {
        var golden = Golden.Cases("normalization")[name];
        var layer = (BatchNorm)Make(golden);
        layer.To(DType.Float64);
        var optimizer = new Descent.Optimizers.Sgd(layer, learningRate: 0);
        using (var step = optimizer.BeginStep())
        {
            step.Minimize(layer.Forward(Of(golden.Inputs[0])).Sum());
        }

        var (mean, variance) = (layer.RunningMean.ToArray<double>(), layer.RunningVariance.ToArray<double>());
        Golden.AssertClose(golden.Outputs[1].Values, mean, Tolerance, $"{name}, running mean");
        Golden.AssertClose(golden.Outputs[2].Values, variance, Tolerance, $"{name}, running variance");
    }

    private static Layer Make(GoldenCase golden)
    {
        var shape = golden.Inputs[0].Shape;
        switch (golden.Op)
        {
            case "linear":
                var weight = golden.Inputs[1].Shape;
                return new Linear(weight[1], weight[0], golden.Inputs.Count == 3);
            case "conv2d":
                var filters = golden.Inputs[1].Shape;
                return new Conv2d(
                    shape[1],
                    filters[0],
                    (filters[2], filters[3]),
                    Size("stride"),
                    Size("padding"),
                    Size("dilation"),
                    golden.Int("groups"),
                    golden.Inputs.Count == 3
                );
            case "max_pool2d":
                return new MaxPool2d(Size("kernelSize"), Size("stride"), Size("padding"));
            case "avg_pool2d":
                var counts = golden.Flag("countIncludePad");
                return new AveragePool2d(Size("kernelSize"), Size("stride"), Size("padding"), counts);
            default:
                var (epsilon, momentum) = (golden.Number("epsilon"), golden.Number("momentum"));
                BatchNorm layer =
                    shape.Length == 4
                        ? new BatchNorm2d(shape[1], epsilon, momentum)
                        : new BatchNorm1d(shape[1], epsilon, momentum);
                layer.To(DType.Float64);
                layer.RunningMean.Assign(Tensor.From(golden.Numbers("runningMean")));
                layer.RunningVariance.Assign(Tensor.From(golden.Numbers("runningVariance")));
                return layer;
        }

        Size2d Size(string option) => (golden.Ints(option)[0], golden.Ints(option)[1]);
    }

    private static Tensor Of(GoldenTensor golden) => Tensor.From(golden.Values, new Shape(golden.Shape));
}
