using Descent.Layers;
using Descent.Models;

namespace Descent.Tests.Layers;

internal static partial class LayerCases
{
    private static LayerCase[] Ensembles() =>
        [
            new(
                "Ensemble: averaged probabilities",
                () => new Ensemble(EnsembleRule.AverageProbabilities, new Linear(5, 3), new Linear(5, 3)),
                [2, 5],
                [2, 3],
                ["0.weight", "0.bias", "1.weight", "1.bias"],
                [2, 4],
                2 * 2 * 5 * 3
            ),
            new(
                "Ensemble: averaged outputs",
                () => new Ensemble(EnsembleRule.AverageOutputs, new Linear(5, 3), new Linear(5, 3, bias: false)),
                [2, 5],
                [2, 3],
                ["0.weight", "0.bias", "1.weight"],
                [2, 4],
                2 * 2 * 5 * 3
            ),
        ];
}
