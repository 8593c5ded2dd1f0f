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
                from affine in Either
                select new LayerSample(
                    () => new BatchNorm2d(channels, affine: affine),
                    [batch, channels, size.Height, size.Width]
                )
            ),
            Draw<LayerNorm>(
                from outer in AnyShape(1, 2)
                from features in Gen.Elements(3, 4, 17)
                from rows in Gen.Elements(0, 3, 5)
                from affine in Either
                select rows == 0
                    ? new LayerSample(() => new LayerNorm(features, affine: affine), new Shape([.. outer, features]))
                    : new LayerSample(
                        () => new LayerNorm([rows, features], affine: affine),
                        new Shape([.. outer, rows, features])
                    )
            ),
            Draw<GroupNorm>(
                from batch in From(1, 4)
                from groups in From(1, 3)
                from inGroup in From(1, 3)
                from places in From(3, 6)
                from affine in Either
                select new LayerSample(
                    () => new GroupNorm(groups, groups * inGroup, affine: affine),
                    [batch, groups * inGroup, places]
                )
            ),
            Draw<InstanceNorm1d>(
                from batch in From(1, 4)
                from channels in From(1, 4)
                from length in From(3, 9)
                from affine in Either
                from tracks in Either
                select new LayerSample(
                    () => new InstanceNorm1d(channels, affine: affine, trackStatistics: tracks),
                    [batch, channels, length]
                )
            ),
            Draw<InstanceNorm2d>(
                from batch in From(1, 4)
                from channels in From(1, 4)
                from size in Pair(2, 5)
                from affine in Either
                from tracks in Either
                select new LayerSample(
                    () => new InstanceNorm2d(channels, affine: affine, trackStatistics: tracks),
                    [batch, channels, size.Height, size.Width]
                )
            ),
            Draw<SpatialDropout1d>(
                from shape in AnyShape(3, 3)
                from tenths in From(0, 9)
                select new LayerSample(() => new SpatialDropout1d(tenths / 10.0), shape)
            ),
            Draw<SpatialDropout2d>(
                from shape in AnyShape(4, 4)
                from tenths in From(0, 9)
                select new LayerSample(() => new SpatialDropout2d(tenths / 10.0), shape)
            ),
            Draw<Dropout>(
                from shape in AnyShape(1, 4)
                from tenths in From(0, 9)
                select new LayerSample(() => new Dropout(tenths / 10.0), shape)
            ),
        ];
}
