using Descent.Layers;
using FsCheck;
using FsCheck.Fluent;

namespace Descent.Tests.Layers;

internal static partial class LayerSamples
{
    private static IEnumerable<KeyValuePair<string, Gen<LayerSample>>> Structure() =>
        [
            Draw<Linear>(
                from outer in AnyShape(1, 3)
                from inFeatures in From(1, 9)
                from outFeatures in From(1, 9)
                from bias in Either
                select new LayerSample(
                    () => new Linear(inFeatures, outFeatures, bias),
                    new Shape([.. outer, inFeatures])
                )
            ),
            Draw<Flatten>(AnyShape(2, 5).Select(shape => new LayerSample(() => new Flatten(), shape))),
            Draw<Sequential>(
                from batch in From(1, 3)
                from features in From(1, 5)
                select new LayerSample(
                    () => new Sequential { new Linear(features, 4), new Tanh(), new Linear(4, features) },
                    [batch, features]
                )
            ),
            Draw<Residual>(
                from shape in AnyShape(2, 3)
                from hasShortcut in Either
                select new LayerSample(
                    () => new Residual(new Linear(shape[^1], shape[^1]), hasShortcut ? new Tanh() : null),
                    shape
                )
            ),
            Draw<Branches>(
                from shape in AnyShape(2, 4)
                from branches in From(1, 3)
                select new LayerSample(
                    () => new Branches([.. Enumerable.Range(0, branches).Select(_ => new Linear(shape[^1], 2))]),
                    shape
                )
            ),
            DrawPlain(() => new Identity()),
        ];
}
