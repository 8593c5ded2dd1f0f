using Descent.Layers;
using Descent.Models;
using FsCheck;
using FsCheck.Fluent;

namespace Descent.Tests.Layers;

internal static partial class LayerSamples
{
    private static IEnumerable<KeyValuePair<string, Gen<LayerSample>>> Ensembles() =>
        [
            Draw<Ensemble>(
                from rule in Gen.Elements(EnsembleRule.AverageProbabilities, EnsembleRule.AverageOutputs)
                from count in From(1, 3)
                from batch in From(1, 3)
                from classes in From(1, 4)
                select new LayerSample(
                    () =>
                        new Ensemble(rule, [.. Enumerable.Range(0, count).Select(_ => (Layer)new Linear(3, classes))]),
                    [batch, 3]
                )
            ),
        ];
}
