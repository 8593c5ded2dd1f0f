using Descent.Formats;
using Descent.Layers;
using Descent.Optimizers;

namespace Descent.Tests.Layers;

/// <summary>What holds for every layer.</summary>
public class LayerHarness
{
    public static IEnumerable<TheoryDataRow<string>> Names =>
        LayerCases.All.Select(layer => new TheoryDataRow<string>(layer.Name));

    public static IEnumerable<TheoryDataRow<string>> Refusing =>
        LayerCases.All.Where(layer => layer.WrongInput is not null).Select(c => new TheoryDataRow<string>(c.Name));

    [Fact]
    public void Every_layer_has_a_case()
    {
        var covered = LayerCases.All.Select(layer => layer.Make().GetType()).ToHashSet();

        Assert.All(LayerCases.Classes, layer => Assert.Contains(layer, covered));
        Assert.All(LayerCases.All, c => Assert.StartsWith(c.Make().GetType().Name + ": ", c.Name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Output_has_the_shape_and_type_that_is_documented(string part)
    {
        var layer = LayerCases.Named(part);
        foreach (var dtype in (DType[])[DType.Float32, DType.Float64])
        {
            var output = layer.MakeFilled(dtype).Forward(layer.MakeInput(dtype));

            Assert.Equal(layer.Output, output.Shape);
            Assert.Equal(dtype, output.DType);
        }
    }

    [Theory]
    [Trait("check", "gradient")]
    [MemberData(nameof(Names))]
    public void Gradients_of_input_and_parameters_agree_with_finite_differences(string part)
    {
        var layerCase = LayerCases.Named(part);
        var layer = layerCase.MakeFilled(DType.Float64);
        var input = layerCase.MakeInput(DType.Float64);
        Tensor[] inputs = [.. input.DType.IsFloating() ? [input] : Array.Empty<Tensor>(), .. layer.Parameters];
        foreach (var training in (bool[])[true, false])
        {
            var found = GradientCheck.Compare(
                x => layer.Forward(input.DType.IsFloating() ? x[0] : input),
                inputs,
                training,
                placesPerInput: 30
            );

            Assert.True(found.LargestError <= 1e-8, $"{part}, training {training}: {found}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Training_differs_from_inference_only_where_it_should(string part)
    {
        var layerCase = LayerCases.Named(part);
        var layer = layerCase.MakeFilled();
        var input = layerCase.MakeInput(DType.Float32);
        var inference = layer.Forward(input).ToArray<float>();

        Assert.Equal(layerCase.TrainsAlike, inference.SequenceEqual(Train(layer, input)));

        layer.Freeze();
        Assert.Equal(inference, Train(layer, input));
        Assert.All(layer.Parameters, parameter => Assert.True(parameter.IsFrozen));

        layer.Unfreeze();
        Assert.Equal(layerCase.TrainsAlike, inference.SequenceEqual(Train(layer, input)));
        Assert.Equal(inference, layer.Forward(input).ToArray<float>());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Frozen_layers_change_nothing_but_let_gradients_through(string part)
    {
        var layerCase = LayerCases.Named(part);
        var layer = layerCase.MakeFilled();
        var scale = new Parameter([1], Initializers.Ones);
        Parameter[] all = [scale, .. layer.Parameters];
        var optimizer = new Sgd(all, learningRate: 0.1, momentum: 0.9);
        layer.Freeze();
        var before = Bits(layer.StateDict());
        for (var number = 0; number < 2; number++)
        {
            using var step = optimizer.BeginStep();
            var input = layerCase.MakeInput(DType.Float32, number);
            var output = input.DType.IsFloating() ? layer.Forward(input * scale) : layer.Forward(input) * scale;
            step.Minimize(output.Square().Sum());
        }

        Assert.Equal(before, Bits(layer.StateDict()));
        Assert.True(scale.Version > 1);
        Assert.DoesNotContain(optimizer.StateDict().Keys, key => key.Contains("weight", StringComparison.Ordinal));
    }

    [Theory]
    [Trait("check", "state")]
    [MemberData(nameof(Names))]
    public void State_goes_through_a_file_bit_for_bit_under_the_names_of_PyTorch(string part)
    {
        var layerCase = LayerCases.Named(part);
        using var folder = new TemporaryFolder();
        foreach (var dtype in (DType[])[DType.Float32, DType.Float64])
        {
            var saved = layerCase.MakeFilled(dtype);
            Safetensors.Write(folder.File("layer.safetensors"), saved.StateDict());
            var loaded = layerCase.Make();
            loaded.To(dtype);
            loaded.LoadStateDict(Safetensors.Read(folder.File("layer.safetensors")).Tensors);

            Assert.Equal(layerCase.Parameters, saved.StateDict().Keys);
            Assert.Equal(Bits(saved.StateDict()), Bits(loaded.StateDict()));
            var input = layerCase.MakeInput(dtype);
            Assert.Equal(Doubles(saved.Forward(input)), Doubles(loaded.Forward(input)));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Summary_counts_what_the_layer_has(string part)
    {
        var layerCase = LayerCases.Named(part);
        var layer = layerCase.MakeFilled();
        var summary = layer.Summary(layerCase.Input, layerCase.MakeInput(DType.Float32).DType);

        Assert.Equal(layerCase.Output, summary.OutputShape);
        Assert.Equal(layer.Parameters.Sum(parameter => parameter.Count), summary.Parameters);
        Assert.Equal(summary.Parameters, summary.Rows.Sum(row => row.Parameters));
        Assert.Equal(layerCase.MultiplyAdds, summary.MultiplyAdds);
        Assert.Contains(summary.Rows[0].Kind, summary.ToString(), StringComparison.Ordinal);
        Assert.Contains(layerCase.Output.ToString(), summary.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Refusing))]
    public void Wrong_input_is_refused_by_layer_and_shapes(string part)
    {
        var layerCase = LayerCases.Named(part);
        var layer = layerCase.Make();
        var network = new Sequential { new Relu(), layer };
        network.Initialize();
        var input = Tensor.Ones(layerCase.WrongInput!.Value);

        var problem = Assert.Throws<ShapeException>(() => network.Forward(input));

        Assert.Contains("layer 1", problem.Message, StringComparison.Ordinal);
        Assert.Contains(
            layerCase.WrongInput.Value.Rank == 4 && layer is MaxPool2d or AveragePool2d
                ? "1×6"
                : input.Shape.ToString(),
            problem.Message,
            StringComparison.Ordinal
        );
        Assert.EndsWith(".", problem.Message.TrimEnd('?') + ".", StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => layer.Forward(input));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Input_of_the_wrong_type_is_refused(string part)
    {
        var layerCase = LayerCases.Named(part);
        var layer = layerCase.MakeFilled();
        if (layer is Identity or Flatten or DropoutLayer)
        {
            Assert.Equal(DType.Int64, layer.Forward(Tensor.Ones(layerCase.Input, DType.Int64)).DType);
            return;
        }

        var wrong = layerCase.Integers is null ? DType.Int64 : DType.Float32;
        var problem = Assert.Throws<DTypeException>(() => layer.Forward(Tensor.Ones(layerCase.Input, wrong)));
        Assert.Contains("To(DType.", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Parameters_of_another_type_are_refused(string part)
    {
        var layerCase = LayerCases.Named(part);
        var layer = layerCase.MakeFilled();
        if (layer.Parameters.Count > 0 && layerCase.Integers is null)
        {
            var input = layerCase.MakeInput(DType.Float64);
            Assert.Throws<DTypeException>(() => layer.Forward(input));
            using var recording = Gradients.RecordTraining();
            var problem = Assert.Throws<DTypeException>(() => layer.Forward(input));
            Assert.Contains("do not mix (layer ", problem.Message, StringComparison.Ordinal);
        }
    }

    private static float[] Train(Layer layer, Tensor input)
    {
        using var recording = Gradients.RecordTraining();
        return layer.Forward(input).ToArray<float>();
    }

    private static double[] Doubles(Tensor tensor) => tensor.To(DType.Float64).ToArray<double>();

    private static string[] Bits(IReadOnlyDictionary<string, Tensor> state) =>
        [
            .. state.Select(entry =>
                entry.Key
                + " "
                + string.Join(
                    ',',
                    entry.Value.DType switch
                    {
                        DType.Float32 => entry
                            .Value.ToArray<float>()
                            .Select(value => (long)BitConverter.SingleToInt32Bits(value)),
                        DType.Float64 => entry.Value.ToArray<double>().Select(BitConverter.DoubleToInt64Bits),
                        _ => entry.Value.ToArray<long>(),
                    }
                )
            ),
        ];
}
