using Descent.Layers;
using Descent.Losses;
using Descent.Metrics;
using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Tests.Layers;

/// <summary>Several heads on one trunk, as the guide shows them.</summary>
public class ManyTasksTests
{
    [Fact]
    public void One_trunk_learns_a_class_attributes_and_a_number_at_once()
    {
        var x = Tensor.RandomNormal([600, 4], new RandomSource(1, "x"));
        var columns = x.Split(1, 1);
        var kinds = Tensor.Concat([columns[0], columns[1], columns[2]], 1).ArgMax(1);
        var attributes = Tensor.Concat(
            [(columns[0] > 0).To(DType.Float32), (columns[3] > columns[1]).To(DType.Float32)],
            1
        );
        var sizes = columns[0] * 0.5 - columns[2] + 1;
        var net = new Animals();
        net.Initialize(seed: 1);

        var optimizer = new Adam(net, learningRate: 0.01);
        for (var number = 0; number < 200; number++)
        {
            using var step = optimizer.BeginStep();
            var (kind, attribute, size) = net.Forward(x);
            step.Minimize(
                Loss.CrossEntropy(kind, kinds)
                    + 0.5 * Loss.BinaryCrossEntropy(attribute, attributes)
                    + 2 * Loss.MeanSquaredError(size, sizes)
            );
        }

        var found = net.Forward(x);
        var scores = new AttributeScores(["positive", "rising"]);
        scores.Add(found.Attributes, attributes);
        Assert.InRange(found.Kind.ArgMax(1).EqualTo(kinds).To(DType.Float32).Mean().ToScalar(), 0.95, 1);
        Assert.InRange(scores.AccuracyOf(0), 0.95, 1);
        Assert.InRange(scores.AccuracyOf(1), 0.95, 1);
        Assert.InRange(Loss.MeanSquaredError(found.Size, sizes).ToScalar(), 0, 0.02);
        Assert.Equal(
            ["trunk.0.weight", "trunk.0.bias", "kind.weight", "kind.bias", "attributes.weight", "attributes.bias"],
            net.StateDict().Keys.Take(6)
        );
    }

    private sealed class Animals : Module
    {
        private readonly Sequential trunk = [new Linear(4, 32), new Relu()];
        private readonly Linear kind = new(32, 3),
            attributes = new(32, 2),
            size = new(32, 1);

        public (Tensor Kind, Tensor Attributes, Tensor Size) Forward(Tensor x)
        {
            var features = trunk.Forward(x);
            return (kind.Forward(features), attributes.Forward(features), size.Forward(features));
        }
    }
}
