using Descent.Layers;

namespace Descent.Tests.Layers;

/// <summary>Layers compute what PyTorch's compute, forward and backward, in float64.</summary>
public class LayerGoldenTests
{
    private const double Tolerance = 1e-11;

    public static IEnumerable<TheoryDataRow<string, string, string>> Parts() =>
        from file in LayerGoldens.Files
        from golden in Golden.Cases(file).Values
        where LayerGoldens.ByOp.ContainsKey(golden.Op)
        select new TheoryDataRow<string, string, string>(Make(golden).GetType().Name, file, golden.Name);

    [Theory]
    [Trait("check", "golden")]
    [MemberData(nameof(Parts))]
    public void Layers_follow_PyTorch(string part, string file, string name)
    {
        var golden = Golden.Cases(file)[name];
        var layer = Make(golden);
        Assert.Equal(part, layer.GetType().Name);
        layer.To(DType.Float64);
        var parameters = layer.Parameters;
        for (var i = 1; i < golden.Inputs.Count; i++)
        {
            parameters[i - 1].Assign(Of(golden.Inputs[i]));
        }

        var input = Of(golden.Inputs[0]);
        var first = input.DType.IsFloating() ? 0 : 1;
        Tensor[] leaves = [.. ((Tensor[])[input, .. parameters]).Skip(first)];
        using (var recording = golden.Flag("training") ? Gradients.RecordTraining(leaves) : Gradients.Record(leaves))
        {
            var output = layer.Forward(input);
            var gradients = Gradients.Of(output, leaves, Of(golden.Cotangents[0]!));

            Golden.AssertClose(golden.Outputs[0].Values, output.ToArray<double>(), Tolerance, name);
            for (var i = first; i < golden.Inputs.Count; i++)
            {
                var (expected, actual) = (golden.Gradients[i]!.Values, gradients[i - first].ToArray<double>());
                Golden.AssertClose(expected, actual, Tolerance, $"{name}, gradient {i}");
            }
        }
    }

    [Theory]
    [InlineData("batch_norm: 1d, training")]
    [InlineData("batch_norm: 1d with length, training")]
    [InlineData("batch_norm: 2d, training")]
    [InlineData("batch_norm: 2d, momentum 0.3, epsilon 0.001, training")]
    [InlineData("batch_norm: 1d, two samples, training")]
    [InlineData("InstanceNorm1d: running statistics, training", "layer_norms")]
    [InlineData("InstanceNorm2d: running statistics, training", "layer_norms")]
    public void Running_statistics_move_as_in_PyTorch(string name, string file = "normalization")
    {
        var golden = Golden.Cases(file)[name];
        var layer = Make(golden);
        layer.To(DType.Float64);
        var optimizer = new Descent.Optimizers.Sgd(layer, learningRate: 0);
        using (var step = optimizer.BeginStep())
        {
            step.Minimize(layer.Forward(Of(golden.Inputs[0])).Sum());
        }

        var (mean, variance) = (layer.Buffers[0].ToArray<double>(), layer.Buffers[1].ToArray<double>());
        Golden.AssertClose(golden.Outputs[1].Values, mean, Tolerance, $"{name}, running mean");
        Golden.AssertClose(golden.Outputs[2].Values, variance, Tolerance, $"{name}, running variance");
    }

    private static Layer Make(GoldenCase golden) => LayerGoldens.ByOp[golden.Op](golden);

    private static Tensor Of(GoldenTensor golden) =>
        golden.Type == DType.Int64
            ? Tensor.From(golden.Integers, new Shape(golden.Shape))
            : Tensor.From(golden.Values, new Shape(golden.Shape));
}
