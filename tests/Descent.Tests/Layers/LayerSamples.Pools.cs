using Descent.Layers;
using FsCheck;
using FsCheck.Fluent;

namespace Descent.Tests.Layers;

internal static partial class LayerSamples
{
    private static IEnumerable<KeyValuePair<string, Gen<LayerSample>>> Pools() =>
        [
            Draw<MaxPool2d>(Pool((kernel, stride, padding) => new MaxPool2d(kernel, stride, padding))),
            Draw<AveragePool2d>(Pool((kernel, stride, padding) => new AveragePool2d(kernel, stride, padding))),
        ];

    private static Gen<LayerSample> Pool(Func<Size2d, Size2d, Size2d, Layer> make) =>
        from batch in From(1, 3)
        from channels in From(1, 3)
        from kernel in Pair(1, 3)
        from stride in Pair(1, 4)
        from padding in Pair(0, 1)
        from extra in Pair(0, 4)
        let halved = new Size2d(Math.Min(padding.Height, kernel.Height / 2), Math.Min(padding.Width, kernel.Width / 2))
        let size = Fitting(kernel, halved, 1, extra)
        select new LayerSample(() => make(kernel, stride, halved), [batch, channels, size.Height, size.Width]);
}
