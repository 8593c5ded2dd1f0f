using Descent.Layers;

namespace Descent.Tests.Layers;

/// <summary>How to make the layer of a golden case, by family: its first input is the layer's, the others are its parameters in order.</summary>
internal static partial class LayerGoldens
{
    public static readonly string[] Files =
    [
        "matmul",
        "spatial",
        "spatial_ops",
        "spatial_layers",
        "normalization",
        "elementwise",
        "reductions",
        "structure",
        "tables",
        "activations",
        "layer_norms",
        "recurrent",
    ];

    /// <summary>By the operation that the golden file names, which for newer ones is the layer's class.</summary>
    public static readonly Dictionary<string, Func<GoldenCase, Layer>> ByOp = new([
        .. Structure(),
        .. Convolutions(),
        .. Pools(),
        .. Resizing(),
        .. Normalizations(),
        .. Activations(),
        .. Tables(),
        .. Recurrences(),
    ]);

    private static KeyValuePair<string, Func<GoldenCase, Layer>> For(string op, Func<GoldenCase, Layer> make) =>
        new(op, make);

    private static Size2d Size(GoldenCase golden, string option) => (golden.Ints(option)[0], golden.Ints(option)[1]);

    private static TEnum Word<TEnum>(GoldenCase golden, string option)
        where TEnum : struct, Enum => golden.Has(option) ? Enum.Parse<TEnum>(golden.Text(option)) : default;
}
