using System.Globalization;
using Descent.Layers;
using FsCheck;
using FsCheck.Fluent;

namespace Descent.Tests.Layers;

/// <summary>A layer of random options and the shape of an input that it takes, of so many integers if it takes those.</summary>
internal sealed record LayerSample(Func<Layer> Make, Shape Input, int? Integers = null)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Make()} on {Input}");
}

/// <summary>How to draw each layer class at random, by family; a class that is missing fails its tests.</summary>
internal static partial class LayerSamples
{
    public static readonly Dictionary<string, Gen<LayerSample>> ByClass = new([
        .. Structure(),
        .. Convolutions(),
        .. Pools(),
        .. Resizing(),
        .. Normalizations(),
        .. Activations(),
        .. Tables(),
        .. Recurrences(),
        .. Ensembles(),
    ]);

    private static KeyValuePair<string, Gen<LayerSample>> Draw<TLayer>(Gen<LayerSample> samples)
        where TLayer : Layer => new(typeof(TLayer).Name, samples);

    /// <summary>A layer without options, on inputs of any shape of two to four axes.</summary>
    private static KeyValuePair<string, Gen<LayerSample>> DrawPlain<TLayer>(Func<TLayer> make)
        where TLayer : Layer => Draw<TLayer>(AnyShape(1, 4).Select(shape => new LayerSample(make, shape)));

    private static Gen<int> From(int low, int high) => Gen.Choose(low, high);

    private static Gen<bool> Either => Gen.Elements(true, false);

    /// <summary>A shape of a number of axes of one to four elements.</summary>
    private static Gen<Shape> AnyShape(int leastAxes, int mostAxes) =>
        from rank in From(leastAxes, mostAxes)
        from sizes in Gen.ArrayOf(From(1, 4), rank)
        select new Shape(sizes);
}
