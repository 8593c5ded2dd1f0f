using Descent.Layers;

namespace Descent.Tests.Layers;

/// <summary>Every layer, in its variants, by family; a layer class without a case fails the harness.</summary>
internal static partial class LayerCases
{
    public static readonly LayerCase[] All =
    [
        .. Structure(),
        .. Blocks(),
        .. Convolutions(),
        .. Pools(),
        .. Resizing(),
        .. Normalizations(),
        .. Activations(),
        .. Tables(),
        .. Recurrences(),
        .. Ensembles(),
    ];

    /// <summary>The public classes of layers; whole networks, which have no constructor but factories, are tested as such.</summary>
    public static IEnumerable<Type> Classes =>
        typeof(Layer)
            .Assembly.GetExportedTypes()
            .Where(type => type.IsSubclassOf(typeof(Layer)) && !type.IsAbstract && type.GetConstructors().Length > 0);

    public static LayerCase Named(string name) => Array.Find(All, layer => layer.Name == name)!;
}
