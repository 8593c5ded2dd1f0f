using Descent.Layers;
using Descent.Losses;
using Descent.Models;
using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Benchmarks;

/// <summary>Photographs of 224 × 224: a network trained from scratch, a residual network, a pretrained one with a new head, and inference.</summary>
internal static class LargeWorkloads
{
    public static IReadOnlyDictionary<string, Func<PeerState?, Workload>> All { get; } =
        new Dictionary<string, Func<PeerState?, Workload>>
        {
            ["catsdogs_cnn"] = state =>
                TrainingWorkloads.Train(
                    new TrainingWorkloads.Setting(
                        _ => CatsAndDogs(),
                        network => new Adam(network),
                        (output, targets) => Loss.BinaryCrossEntropy(output, targets),
                        [32, 3, 224, 224],
                        Classes(32)
                    ),
                    state
                ),
            ["resnet18_train_b8"] = state =>
                TrainingWorkloads.Train(
                    new TrainingWorkloads.Setting(
                        _ => ResNet.ResNet18(classes: 10),
                        network => new Sgd(network, 0.1, momentum: 0.9),
                        (output, labels) => Loss.CrossEntropy(output, labels),
                        [8, 3, 224, 224],
                        TrainingWorkloads.Labels(8)
                    ),
                    state
                ),
            ["vgg16_transfer_b16"] = state => Transfer(precomputed: false, state),
            ["vgg16_transfer_b16_precomputed"] = state => Transfer(precomputed: true, state),
            ["resnet18_infer_b1"] = state => Infer(ResNet.ResNet18(), 1, state),
            ["resnet18_infer_b16"] = state => Infer(ResNet.ResNet18(), 16, state),
            ["vgg16_infer_b1"] = state => Infer(Vgg.Vgg16(), 1, state),
            ["vgg16_infer_b8"] = state => Infer(Vgg.Vgg16(), 8, state),
        };

    /// <summary>Ends in logits: the loss holds the sigmoid.</summary>
    private static Sequential CatsAndDogs()
    {
        Sequential network = [];
        var channels = 3;
        foreach (var filters in (int[])[16, 32, 64, 128])
        {
            network.Add(new Conv2d(channels, filters, 3, padding: 1));
            network.Add(new Relu());
            network.Add(new MaxPool2d(2));
            channels = filters;
        }

        network.Add(new Flatten());
        network.Add(new Linear(128 * 14 * 14, 128));
        network.Add(new Relu());
        network.Add(new Linear(128, 1));
        return network;
    }

    /// <summary>A frozen network learns two classes in its last layer, from pictures or from what the trunk made of them before.</summary>
    private static Workload Transfer(bool precomputed, PeerState? state)
    {
        var network = Vgg.Vgg16();
        network["classifier.6"] = new Linear(4096, 1);
        TrainingWorkloads.Start(network, state);
        network.Freeze();
        network.Unfreeze("classifier.6");
        var input = state?.Input ?? Pictures(16);
        var target = state?.Target ?? Classes(16);
        Sequential trunk = [network.Features, new Flatten(), .. network.Classifier.Take(6)];
        var head = network.Classifier[6];
        var features = trunk.Forward(input);
        var optimizer = new Adam(head);
        return new Workload(() =>
        {
            using var step = optimizer.BeginStep();
            var output = precomputed ? head.Forward(features) : network.Forward(input);
            return step.Minimize(Loss.BinaryCrossEntropy(output, target));
        })
        {
            Samples = 16,
            Flops = precomputed ? 0 : 2.0 * network.Summary(input.Shape).MultiplyAdds,
            Difference = state is null ? null : DifferenceOfHead(head.Clone(), features, state),
        };
    }

    private static double DifferenceOfHead(Layer head, Tensor features, PeerState state)
    {
        var optimizer = new Adam(head);
        var losses = state.Losses.Select(expected =>
        {
            using var step = optimizer.BeginStep();
            var loss = step.Minimize(Loss.BinaryCrossEntropy(head.Forward(features), state.Target));
            return Math.Abs(loss - expected);
        });
        var largest = PeerState.Largest(losses);
        var after = head.StateDict().Values.Zip(state.All("after"), PeerState.Difference);
        return Math.Max(largest, PeerState.Largest(after));
    }

    private static Workload Infer(Layer network, int batch, PeerState? state)
    {
        TrainingWorkloads.Start(network, state);
        var input = state?.Input ?? Pictures(batch);
        var prepared = network.ForInference();
        var flops = 2.0 * prepared.Summary(input.Shape).MultiplyAdds;
        return new Workload(() => prepared.Forward(input)[0, 0].ToScalar())
        {
            Samples = batch,
            Flops = flops,
            Difference = state is null ? null : PeerState.Difference(prepared.Forward(input), state.All("after")[0]),
        };
    }

    private static Tensor Pictures(int count) =>
        Tensor.RandomUniform([count, 3, 224, 224], new RandomSource(7, "pictures"));

    private static Tensor Classes(int count) => TrainingWorkloads.Labels(count, 2).To(DType.Float32).Unsqueeze(1);
}
