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
            Draw<HierarchicalSoftmax>(
                from batch in From(1, 4)
                from features in From(1, 5)
                from classes in From(2, 20)
                from huffman in Either
                let tree = huffman
                    ? ClassTree.Huffman([.. Enumerable.Range(1, classes).Select(c => 1.0 / c)])
                    : ClassTree.Balanced(classes)
                select new LayerSample(() => new HierarchicalSoftmax(features, tree), [batch, features])
            ),
        ];
}
