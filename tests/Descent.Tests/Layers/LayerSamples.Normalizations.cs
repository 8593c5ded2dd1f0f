using Descent.Layers;
using FsCheck;
using FsCheck.Fluent;

namespace Descent.Tests.Layers;

internal static partial class LayerSamples
{
    private static IEnumerable<KeyValuePair<string, Gen<LayerSample>>> Normalizations() =>
        [
            Draw<BatchNorm1d>(
                from batch in From(2, 5)
                from channels in From(1, 4)
                from length in From(0, 3)
                select new LayerSample(
                    () => new BatchNorm1d(channels),
                    length == 0 ? [batch, channels] : [batch, channels, length]
                )
            ),
            Draw<BatchNorm2d>(
                from batch in From(2, 4)
                from channels in From(1, 4)
                from size in Pair(1, 4)
                select new LayerSample(() => new BatchNorm2d(channels), [batch, channels, size.Height, size.Width])
            ),
            Draw<Dropout>(
                from shape in AnyShape(1, 4)
                from tenths in From(0, 9)
                select new LayerSample(() => new Dropout(tenths / 10.0), shape)
            ),
        ];
}
