using Descent.Layers;
using Descent.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace Descent.Tests.Layers;

/// <summary>Every layer class with options and shapes drawn at random: length 1, batch 1, strides beyond the kernel, empty batches.</summary>
public class LayerPropertyTests
{
    public static IEnumerable<TheoryDataRow<string>> Classes =>
        LayerCases.Classes.Select(type => new TheoryDataRow<string>(type.Name));

    [Theory]
    [Trait("check", "gradient")]
    [MemberData(nameof(Classes))]
    public void Gradients_agree_with_finite_differences_on_random_shapes(string part) =>
        ForEach(
            part,
            20,
            sample =>
            {
                var layer = Make(sample);
                var input = Input(sample, sample.Input);
                Tensor[] inputs = [.. input.DType.IsFloating() ? [input] : Array.Empty<Tensor>(), .. layer.Parameters];
                foreach (var training in (bool[])[true, false])
                {
                    var found = GradientCheck.Compare(
                        x => layer.Forward(input.DType.IsFloating() ? x[0] : input),
                        inputs,
                        training,
                        placesPerInput: 6
                    );
                    Assert.True(found.LargestError <= 1e-7, $"{sample}, training {training}: {found}");
                }
            }
        );

    [Theory]
    [MemberData(nameof(Classes))]
    public void An_empty_batch_gives_an_empty_output(string part) =>
        ForEach(
            part,
            10,
            sample =>
            {
                var layer = Make(sample);
                var output = layer.Forward(Input(sample, sample.Input)).Shape;
                if (output.Rank > 0 && output[0] == sample.Input[0])
                {
                    Assert.Equal(output.With(0, 0), layer.Forward(Input(sample, sample.Input.With(0, 0))).Shape);
                }
            }
        );

    private static void ForEach(string part, int count, Action<LayerSample> assert) =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay(1, 3).WithQuietOnSuccess(true),
            Prop.ForAll(LayerSamples.ByClass[part].ToArbitrary(), assert)
        );

    private static Layer Make(LayerSample sample)
    {
        var layer = sample.Make();
        layer.To(DType.Float64);
        layer.Initialize(1);
        return layer;
    }

    /// <summary>Integers where the layer takes those, else numbers between −2 and 2 in any order, none so close to another that a finite difference changes which is larger.</summary>
    private static Tensor Input(LayerSample sample, Shape shape)
    {
        if (sample.Integers is { } count)
        {
            return LayerCase.MakeInput(shape, count, new RandomSource(7, "samples"), DType.Float64);
        }

        var values = new double[shape.Count];
        for (var rank = 0; rank < values.Length; rank++)
        {
            values[rank] = (rank + 0.31 - values.Length / 2.0) * 4.1 / values.Length;
        }

        new Random(7).Shuffle(values);
        return Tensor.From(values, shape);
    }
}
