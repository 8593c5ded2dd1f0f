using Descent.Layers;

namespace Descent.Tests.Layers;

internal static partial class LayerGoldens
{
    private static KeyValuePair<string, Func<GoldenCase, Layer>>[] Normalizations() =>
        [
            For("batch_norm", BatchNorm),
            For(
                "LayerNorm",
                golden => new LayerNorm(
                    new Shape(golden.Ints("normalizedShape")),
                    golden.Number("epsilon"),
                    golden.Inputs.Count == 3
                )
            ),
            For(
                "GroupNorm",
                golden => new GroupNorm(
                    golden.Int("groups"),
                    golden.Inputs[0].Shape[1],
                    golden.Number("epsilon"),
                    golden.Inputs.Count == 3
                )
            ),
            For("InstanceNorm1d", InstanceNorm),
            For("InstanceNorm2d", InstanceNorm),
        ];

    private static InstanceNorm InstanceNorm(GoldenCase golden)
    {
        var channels = golden.Inputs[0].Shape[1];
        var (epsilon, momentum) = (golden.Number("epsilon"), golden.Number("momentum"));
        var (affine, tracks) = (golden.Inputs.Count == 3, golden.Has("runningMean"));
        InstanceNorm layer =
            golden.Inputs[0].Shape.Length == 4
                ? new InstanceNorm2d(channels, epsilon, momentum, affine, tracks)
                : new InstanceNorm1d(channels, epsilon, momentum, affine, tracks);
        layer.To(DType.Float64);
        layer.RunningMean?.Assign(Tensor.From(golden.Numbers("runningMean")));
        layer.RunningVariance?.Assign(Tensor.From(golden.Numbers("runningVariance")));
        return layer;
    }

    private static BatchNorm BatchNorm(GoldenCase golden)
    {
        var shape = golden.Inputs[0].Shape;
        var (epsilon, momentum) = (golden.Number("epsilon"), golden.Number("momentum"));
        var affine = golden.Inputs.Count == 3;
        BatchNorm layer =
            shape.Length == 4
                ? new BatchNorm2d(shape[1], epsilon, momentum, affine)
                : new BatchNorm1d(shape[1], epsilon, momentum, affine);
        layer.To(DType.Float64);
        layer.RunningMean.Assign(Tensor.From(golden.Numbers("runningMean")));
        layer.RunningVariance.Assign(Tensor.From(golden.Numbers("runningVariance")));
        return layer;
    }
}
