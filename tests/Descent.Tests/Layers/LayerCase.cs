using Descent.Layers;

namespace Descent.Tests.Layers;

/// <summary>One way to use a layer, from which <see cref="LayerHarness"/> makes its tests.</summary>
/// <param name="Name">The layer's class, and after a colon what the case shows; unique.</param>
/// <param name="Make">Makes the layer.</param>
/// <param name="Input">A shape it takes.</param>
/// <param name="Output">The shape that comes out.</param>
/// <param name="Parameters">The names of its parameters and buffers, as PyTorch has them.</param>
/// <param name="WrongInput">A shape it refuses; null when it takes any.</param>
/// <param name="MultiplyAdds">What the summary counts for the input.</param>
/// <param name="TrainsAlike">Whether training computes what inference computes.</param>
internal sealed record LayerCase(
    string Name,
    Func<Layer> Make,
    Shape Input,
    Shape Output,
    string[] Parameters,
    Shape? WrongInput = null,
    long MultiplyAdds = 0,
    bool TrainsAlike = true
)
{
    /// <summary>Smooth at the inputs that the tests draw.</summary>
    public Tensor MakeInput(DType dtype, int number = 0) =>
        Tensor.RandomNormal(Input, new Descent.Numerics.RandomSource(11, "input").Split(number), dtype: dtype);

    /// <summary>The layer with first values that are no zeros or ones, so that nothing hides.</summary>
    public Layer MakeFilled(DType dtype = DType.Float32)
    {
        var layer = Make();
        layer.To(dtype);
        layer.Initialize(3);
        var source = new Descent.Numerics.RandomSource(5, "filling");
        foreach (var parameter in layer.Parameters.Concat(layer.Buffers))
        {
            parameter.Assign(Tensor.RandomUniform(parameter.Shape, source.Split(parameter.Name), 0.5, 1.5, dtype));
        }

        return layer;
    }
}
