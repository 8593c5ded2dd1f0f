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
/// <param name="Integers">How many integers, from 0 on, the input is drawn from; null where it holds floating-point numbers.</param>
internal sealed record LayerCase(
    string Name,
    Func<Layer> Make,
    Shape Input,
    Shape Output,
    string[] Parameters,
    Shape? WrongInput = null,
    long MultiplyAdds = 0,
    bool TrainsAlike = true,
    int? Integers = null
)
{
    /// <summary>Smooth at the inputs that the tests draw.</summary>
    public Tensor MakeInput(DType dtype, int number = 0) =>
        MakeInput(Input, Integers, new Descent.Numerics.RandomSource(11, "input").Split(number), dtype);

    /// <summary>Numbers of a normal distribution, or integers.</summary>
    public static Tensor MakeInput(Shape shape, int? integers, Descent.Numerics.RandomSource source, DType dtype) =>
        integers is { } count
            ? Tensor.RandomUniform(shape, source, 0, count, dtype).To(DType.Int64)
            : Tensor.RandomNormal(shape, source, dtype: dtype);

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
