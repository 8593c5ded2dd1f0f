using Descent.Layers;
using FsCheck;
using FsCheck.Fluent;

namespace Descent.Tests.Layers;

internal static partial class LayerSamples
{
    private static IEnumerable<KeyValuePair<string, Gen<LayerSample>>> Tables() =>
        [
            Draw<Embedding>(
                from shape in AnyShape(1, 3)
                from count in From(1, 9)
                from size in From(1, 5)
                select new LayerSample(() => new Embedding(count, size), shape, count)
            ),
        ];
}
