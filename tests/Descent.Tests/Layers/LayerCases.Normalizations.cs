using Descent.Layers;

namespace Descent.Tests.Layers;

internal static partial class LayerCases
{
    private static string[] Normalized => ["weight", "bias", "running_mean", "running_var"];

    private static LayerCase[] Normalizations() =>
        [
            new("BatchNorm1d: rows", () => new BatchNorm1d(3), [6, 3], [6, 3], Normalized, [6, 4], TrainsAlike: false),
            new(
                "BatchNorm1d: sequences",
                () => new BatchNorm1d(3),
                [4, 3, 5],
                [4, 3, 5],
                Normalized,
                [4, 5, 3],
                TrainsAlike: false
            ),
            new(
                "BatchNorm2d: pictures",
                () => new BatchNorm2d(3),
                [4, 3, 2, 2],
                [4, 3, 2, 2],
                Normalized,
                [4, 3],
                TrainsAlike: false
            ),
            new("Dropout: half", () => new Dropout(0.5), [5, 7], [5, 7], [], TrainsAlike: false),
            new("Dropout: nothing", () => new Dropout(0), [5, 7], [5, 7], []),
        ];
}
