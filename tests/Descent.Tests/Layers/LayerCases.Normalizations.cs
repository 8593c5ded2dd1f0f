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
            new(
                "BatchNorm2d: no scale and shift",
                () => new BatchNorm2d(3, affine: false),
                [4, 3, 2, 2],
                [4, 3, 2, 2],
                ["running_mean", "running_var"],
                [4, 2, 2, 3],
                TrainsAlike: false
            ),
            new("LayerNorm: features", () => new LayerNorm(5), [2, 3, 5], [2, 3, 5], WeightAndBias, [2, 5, 3]),
            new("LayerNorm: two axes", () => new LayerNorm([3, 4]), [2, 3, 4], [2, 3, 4], WeightAndBias, [2, 4, 3]),
            new("LayerNorm: no scale and shift", () => new LayerNorm(5, affine: false), [4, 5], [4, 5], [], [5, 4]),
            new(
                "GroupNorm: pictures",
                () => new GroupNorm(2, 4),
                [2, 4, 2, 3],
                [2, 4, 2, 3],
                WeightAndBias,
                [2, 3, 4, 2]
            ),
            new("GroupNorm: rows", () => new GroupNorm(3, 9, affine: false), [2, 9], [2, 9], [], [9]),
            new("InstanceNorm1d: sequences", () => new InstanceNorm1d(3), [2, 3, 5], [2, 3, 5], [], [2, 5, 3]),
            new("InstanceNorm2d: pictures", () => new InstanceNorm2d(3), [2, 3, 2, 3], [2, 3, 2, 3], [], [2, 3, 5]),
            new(
                "InstanceNorm2d: scale and shift",
                () => new InstanceNorm2d(3, affine: true),
                [2, 3, 2, 3],
                [2, 3, 2, 3],
                WeightAndBias,
                [2, 3, 1, 1]
            ),
            new(
                "InstanceNorm1d: running statistics",
                () => new InstanceNorm1d(3, affine: true, trackStatistics: true),
                [2, 3, 5],
                [2, 3, 5],
                Normalized,
                [2, 5, 3],
                TrainsAlike: false
            ),
            new(
                "InstanceNorm2d: running statistics",
                () => new InstanceNorm2d(3, trackStatistics: true),
                [2, 3, 2, 3],
                [2, 3, 2, 3],
                ["running_mean", "running_var"],
                [2, 2, 3, 3],
                TrainsAlike: false
            ),
            new(
                "SpatialDropout1d: half",
                () => new SpatialDropout1d(),
                [3, 4, 5],
                [3, 4, 5],
                [],
                [3, 4],
                TrainsAlike: false
            ),
            new(
                "SpatialDropout2d: most",
                () => new SpatialDropout2d(0.7),
                [3, 4, 2, 2],
                [3, 4, 2, 2],
                [],
                [3, 4, 5],
                TrainsAlike: false
            ),
            new("Dropout: half", () => new Dropout(0.5), [5, 7], [5, 7], [], TrainsAlike: false),
            new("Dropout: nothing", () => new Dropout(0), [5, 7], [5, 7], []),
        ];
}
