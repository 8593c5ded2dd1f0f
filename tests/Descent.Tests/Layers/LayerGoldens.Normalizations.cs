using Descent.Layers;

namespace Descent.Tests.Layers;

internal static partial class LayerGoldens
{
    private static KeyValuePair<string, Func<GoldenCase, Layer>>[] Normalizations() => [For("batch_norm", BatchNorm)];

    private static BatchNorm BatchNorm(GoldenCase golden)
    {
        var shape = golden.Inputs[0].Shape;
        var (epsilon, momentum) = (golden.Number("epsilon"), golden.Number("momentum"));
        BatchNorm layer =
            shape.Length == 4
                ? new BatchNorm2d(shape[1], epsilon, momentum)
                : new BatchNorm1d(shape[1], epsilon, momentum);
        layer.To(DType.Float64);
        layer.RunningMean.Assign(Tensor.From(golden.Numbers("runningMean")));
        layer.RunningVariance.Assign(Tensor.From(golden.Numbers("runningVariance")));
        return layer;
    }
}
