namespace Descent.Tests.Layers;

/// <summary>Every layer, in its variants, by family; a layer class without a case fails the harness.</summary>
internal static partial class LayerCases
{
    public static readonly LayerCase[] All =
    [
        .. Structure(),
        .. Convolutions(),
        .. Pools(),
        .. Normalizations(),
        .. Activations(),
        .. Tables(),
        .. Recurrences(),
    ];

    public static LayerCase Named(string name) => Array.Find(All, layer => layer.Name == name)!;
}
