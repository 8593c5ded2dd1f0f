using Descent.Layers;
using Descent.Losses;
using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Benchmarks;

/// <summary>The networks of the mission, trained on one batch over and over.</summary>
internal static class TrainingWorkloads
{
    private const double Dropout = 0.5;
    private const double BankDropout = 0.2;

    public static IReadOnlyDictionary<string, Func<PeerState?, Workload>> All { get; } =
        new Dictionary<string, Func<PeerState?, Workload>>
        {
            ["mlp_sgd_b1"] = state => Mlp(1, state),
            ["mlp_sgd_b10"] = state => Mlp(10, state),
            ["mlp_sgd_b100"] = state => Mlp(100, state),
            ["twolayer_cifar"] = state =>
                Train(
                    new Setting(
                        _ => new Sequential { new Linear(3072, 50), new Relu(), new Linear(50, 10) },
                        network => new Sgd(network, 1e-3, weightDecay: 0.25),
                        (output, labels) => Loss.CrossEntropy(output, labels),
                        [200, 3072],
                        Labels(200)
                    ),
                    state
                ),
            ["nielsen_cnn"] = state =>
                Train(
                    new Setting(
                        Textbook,
                        network => new Sgd(network, 0.03),
                        (output, labels) => Loss.CrossEntropy(output, labels),
                        [100, 1, 28, 28],
                        Labels(100)
                    ),
                    state
                ),
            ["book_mnist_cnn"] = state =>
                Train(
                    new Setting(
                        Book,
                        network => new Adam(network),
                        (output, labels) => Loss.CrossEntropy(output, labels),
                        [64, 1, 28, 28],
                        Labels(64)
                    )
                    {
                        // Batch norm takes the mean out again, so these biases have no gradient but rounding, which
                        // Adam scales up to steps of full size; the means that batch norm keeps follow them.
                        Free = ["0.bias", "1.running_mean", "4.bias", "5.running_mean"],
                    },
                    state
                ),
            ["bank_mlp"] = state =>
                Train(
                    new Setting(
                        Bank,
                        network => new Adam(network),
                        (output, targets) => Loss.BinaryCrossEntropy(output, targets),
                        [100, 48],
                        Tensor.RandomUniform([100, 1], Source("target"), 0, 2).To(DType.Int64).To(DType.Float32)
                    ),
                    state
                ),
        };

    /// <summary>The network of <c>nielsen_cnn</c>.</summary>
    /// <param name="drops">Whether dropout drops anything.</param>
    public static Sequential Textbook(bool drops) =>
        [
            new Conv2d(1, 20, 5),
            new Relu(),
            new MaxPool2d(2),
            new Conv2d(20, 40, 5),
            new Relu(),
            new MaxPool2d(2),
            new Flatten(),
            new Linear(640, 1000),
            new Relu(),
            new Dropout(drops ? Dropout : 0),
            new Linear(1000, 1000),
            new Relu(),
            new Dropout(drops ? Dropout : 0),
            new Linear(1000, 10),
        ];

    private static Sequential Book(bool drops) =>
        [
            new Conv2d(1, 16, 3, padding: 1),
            new BatchNorm2d(16),
            new Relu(),
            new MaxPool2d(2),
            new Conv2d(16, 32, 3, padding: 1),
            new BatchNorm2d(32),
            new Relu(),
            new MaxPool2d(2),
            new Flatten(),
            new Linear(1568, 128),
            new Linear(128, 10),
        ];

    /// <summary>Ends in logits: the loss holds the sigmoid.</summary>
    private static Sequential Bank(bool drops) =>
        [
            new Linear(48, 40),
            new Relu(),
            new Dropout(drops ? BankDropout : 0),
            new Linear(40, 24),
            new Relu(),
            new Dropout(drops ? BankDropout : 0),
            new Linear(24, 12),
            new Relu(),
            new Dropout(drops ? BankDropout : 0),
            new Linear(12, 1),
        ];

    private static Workload Mlp(int batch, PeerState? state) =>
        Train(
            new Setting(
                _ => new Sequential { new Linear(784, 30), new Sigmoid(), new Linear(30, 10), new Sigmoid() },
                network => new Sgd(network, 3),
                (output, targets) => Loss.MeanSquaredError(output, targets, Reduction.Sum) * (0.5 / batch),
                [batch, 784],
                Tensor.RandomUniform([batch, 10], Source("target"))
            ),
            state
        );

    /// <summary>Steps of a network on one batch.</summary>
    public static Workload Train(Setting setting, PeerState? state)
    {
        var network = setting.Network(true);
        Start(network, state);
        var input = state?.Input ?? setting.Batch ?? Tensor.RandomUniform(setting.Input, Source("input"));
        var target = state?.Target ?? setting.Target;
        var optimizer = setting.Optimizer(network);
        var summary = network.Summary(setting.Input, input.DType);
        var first = summary.Rows.First(row => row.MultiplyAdds > 0).MultiplyAdds;
        return new Workload(() => Step(network, optimizer, setting, input, target))
        {
            Samples = (int)setting.Input[0],
            Flops = 2.0 * (3 * summary.MultiplyAdds - first),
            Difference = state is null ? null : DifferenceAfterSteps(setting, state),
        };
    }

    private static double Step(Layer network, Optimizer optimizer, Setting setting, Tensor input, Tensor target)
    {
        using var step = optimizer.BeginStep();
        return step.Minimize(setting.Loss(network.Forward(input), target));
    }

    private static double DifferenceAfterSteps(Setting setting, PeerState state)
    {
        var network = setting.Network(false);
        Start(network, state);
        var single = network.Clone();
        var first = Step(single, setting.Optimizer(single), setting, state.Input, state.Target);
        network.To(state.Precision);
        var (input, target) = (InPrecision(state.Input), InPrecision(state.Target));
        var optimizer = setting.Optimizer(network);
        var losses = PeerState.Largest(
            state.Losses.Select(loss => Math.Abs(Step(network, optimizer, setting, input, target) - loss))
        );
        var after = PeerState.Largest(
            network
                .StateDict()
                .Zip(state.All("after"))
                .Where(pair => !setting.Free.Contains(pair.First.Key))
                .Select(pair => PeerState.Difference(pair.First.Value, pair.Second))
        );
        return PeerState.Largest([losses, after, Math.Abs(first - state.Losses[0])]);

        Tensor InPrecision(Tensor tensor) => tensor.DType.IsFloating() ? tensor.To(state.Precision) : tensor;
    }

    /// <summary>Gives a network the peer's weights, or draws them.</summary>
    public static void Start(Layer network, PeerState? state)
    {
        network.Initialize(1);
        if (state is not null)
        {
            var names = network.StateDict().Keys;
            network.LoadStateDict(names.Zip(state.All("before")).ToDictionary(pair => pair.First, pair => pair.Second));
        }
    }

    /// <summary>Random classes.</summary>
    public static Tensor Labels(int count, int classes = 10) =>
        Tensor.RandomUniform([count], Source("labels"), 0, classes).To(DType.Int64);

    private static RandomSource Source(string purpose) => new(7, purpose);

    /// <summary>A network, how it is trained, and what it sees where the peer gives nothing.</summary>
    public sealed record Setting(
        Func<bool, Layer> Network,
        Func<Layer, Optimizer> Optimizer,
        Func<Tensor, Tensor, Tensor> Loss,
        Shape Input,
        Tensor Target
    )
    {
        /// <summary>The input where the peer gives none and it is no uniform numbers.</summary>
        public Tensor? Batch { get; init; }

        /// <summary>What is left out of the comparison: it follows from rounding alone.</summary>
        public IReadOnlyCollection<string> Free { get; init; } = [];
    }
}
