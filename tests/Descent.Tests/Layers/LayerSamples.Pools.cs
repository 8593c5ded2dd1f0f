using Descent.Layers;
using FsCheck;
using FsCheck.Fluent;

namespace Descent.Tests.Layers;

internal static partial class LayerSamples
{
    private static IEnumerable<KeyValuePair<string, Gen<LayerSample>>> Pools() =>
        [
            Draw<MaxPool2d>(
                Pool((kernel, stride, padding, ceil) => new MaxPool2d(kernel, stride, padding, ceilingMode: ceil))
            ),
            Draw<AveragePool2d>(
                Pool((kernel, stride, padding, ceil) => new AveragePool2d(kernel, stride, padding, ceilingMode: ceil))
            ),
            Draw<LpPool2d>(
                from p in AnyPower
                from sample in Pool((kernel, stride, _, ceil) => new LpPool2d(p, kernel, stride, ceil), mostPadding: 0)
                select sample
            ),
            Draw<MaxPool1d>(
                LinePool((kernel, stride, padding, ceil) => new MaxPool1d(kernel, stride, padding, ceilingMode: ceil))
            ),
            Draw<AveragePool1d>(
                LinePool(
                    (kernel, stride, padding, ceil) =>
                        new AveragePool1d(kernel, stride, padding, countPadding: false, ceil)
                )
            ),
            Draw<LpPool1d>(
                from p in AnyPower
                from sample in LinePool((kernel, stride, _, ceil) => new LpPool1d(p, kernel, stride, ceil), 0)
                select sample
            ),
            Draw<AdaptiveAveragePool2d>(AdaptivePool(size => new AdaptiveAveragePool2d(size))),
            Draw<AdaptiveMaxPool2d>(AdaptivePool(size => new AdaptiveMaxPool2d(size))),
            Draw<AdaptiveAveragePool1d>(AdaptiveLinePool(size => new AdaptiveAveragePool1d(size))),
            Draw<AdaptiveMaxPool1d>(AdaptiveLinePool(size => new AdaptiveMaxPool1d(size))),
            Draw<GlobalAveragePool>(
                AnyShape(3, 5).Select(shape => new LayerSample(() => new GlobalAveragePool(), shape))
            ),
            Draw<GlobalMaxPool>(AnyShape(3, 5).Select(shape => new LayerSample(() => new GlobalMaxPool(), shape))),
        ];

    private static Gen<double> AnyPower => Gen.Elements(1, 1.5, 2, 3, double.PositiveInfinity);

    private static Gen<LayerSample> Pool(Func<Size2d, Size2d, Size2d, bool, Layer> make, int mostPadding = 1) =>
        from batch in From(1, 3)
        from channels in From(1, 3)
        from kernel in Pair(1, 3)
        from stride in Pair(1, 4)
        from padding in Pair(0, mostPadding)
        from extra in Pair(0, 4)
        from ceil in Either
        let halved = new Size2d(Math.Min(padding.Height, kernel.Height / 2), Math.Min(padding.Width, kernel.Width / 2))
        let size = Fitting(kernel, halved, 1, extra)
        select new LayerSample(() => make(kernel, stride, halved, ceil), [batch, channels, size.Height, size.Width]);

    private static Gen<LayerSample> LinePool(Func<int, int, int, bool, Layer> make, int mostPadding = 1) =>
        from batch in From(1, 3)
        from channels in From(1, 3)
        from kernel in From(1, 3)
        from stride in From(1, 4)
        from padding in From(0, mostPadding)
        from extra in From(0, 4)
        from ceil in Either
        let halved = Math.Min(padding, kernel / 2)
        let size = Fitting(kernel, halved, 1, extra)
        select new LayerSample(() => make(kernel, stride, halved, ceil), [batch, channels, size.Width]);

    private static Gen<LayerSample> AdaptivePool(Func<Size2d, Layer> make) =>
        from batch in From(1, 3)
        from channels in From(1, 3)
        from size in Pair(1, 7)
        from output in Pair(1, 5)
        select new LayerSample(() => make(output), [batch, channels, size.Height, size.Width]);

    private static Gen<LayerSample> AdaptiveLinePool(Func<int, Layer> make) =>
        from batch in From(1, 3)
        from channels in From(1, 3)
        from size in From(1, 7)
        from output in From(1, 5)
        select new LayerSample(() => make(output), [batch, channels, size]);
}
