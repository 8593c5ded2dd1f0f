using Descent.Data;
using Descent.Layers;
using Descent.Losses;
using Descent.Numerics;
using Descent.Optimizers;
using Descent.Training;

namespace Descent.Tests.Training;

/// <summary>Features computed once train the same head as features computed in every epoch.</summary>
public class FrozenFeaturesTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void The_head_gets_the_same_bits_and_each_sample_is_seen_once(int prefetch)
    {
        var plain = Net();
        Train(plain[2], Loader(prefetch), images => plain.Forward(images));

        var net = Net();
        var seen = 0;
        Sequential trunk = [.. net.Take(2)];
        var loader = Loader(prefetch).Precompute(trunk);
        using var hook = trunk.Hook(output => Interlocked.Add(ref seen, output.Shape[0]));
        Train(net[2], loader, features => net[2].Forward(features));

        Assert.Equal(Fingerprint.Of(plain), Fingerprint.Of(net));
        Assert.Equal(37, seen);
        Assert.Equal(4, loader.BatchCount);
    }

    [Fact]
    public void What_learns_is_refused()
    {
        var net = Net();
        var problem = Assert.Throws<ArgumentException>(() => Loader(0).Precompute(net));
        Assert.Contains("parameter 2.weight is not frozen", problem.Message, StringComparison.Ordinal);
        Sequential dropping = [new Tanh(), new Dropout()];
        problem = Assert.Throws<ArgumentException>(() => Loader(0).Precompute(dropping));
        Assert.Contains("1 (Dropout(0.5)) is not frozen", problem.Message, StringComparison.Ordinal);
        dropping.Freeze();
        Assert.Equal(4, Loader(0).Precompute(dropping).BatchCount);
    }

    [Fact]
    public void Augmented_samples_are_refused()
    {
        var loader = new DataLoader<(Tensor, Tensor)>(
            9,
            3,
            (samples, epoch) => (Images(samples) * (1 + epoch), Labels(samples))
        );
        var problem = Assert.Throws<ArgumentException>(() => loader.Precompute(new Tanh()));
        Assert.Contains("augmentation", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Batches_that_a_sampler_chooses_are_refused()
    {
        var loader = new LengthSampler([1, 2, 2], batchSize: 2).Loader(
            (samples, _) => (Images(samples), Labels(samples))
        );
        var problem = Assert.Throws<ArgumentException>(() => loader.Precompute(new Tanh()));
        Assert.Contains("LengthSampler", problem.Message, StringComparison.Ordinal);
    }

    private static Sequential Net()
    {
        Sequential net = [new Linear(6, 5), new Tanh(), new Linear(5, 3)];
        net.Initialize(2);
        net.Freeze("0");
        return net;
    }

    private static DataLoader<(Tensor Images, Tensor Labels)> Loader(int prefetch) =>
        new(37, 10, (samples, _) => (Images(samples), Labels(samples)), shuffle: true, seed: 4, prefetch: prefetch);

    private static Tensor Images(ReadOnlySpan<int> samples) =>
        Tensor.RandomNormal([37, 6], new RandomSource(1, "images")).Take(Tensor.From(samples, [samples.Length]));

    private static Tensor Labels(ReadOnlySpan<int> samples) =>
        Tensor.From([.. samples.ToArray().Select(sample => (long)(sample % 3))]);

    private static void Train(Layer head, DataLoader<(Tensor, Tensor)> loader, Func<Tensor, Tensor> forward)
    {
        var optimizer = new Sgd(head, learningRate: 0.1, momentum: 0.9);
        for (var epoch = 0; epoch < 3; epoch++)
        {
            foreach (var (inputs, labels) in loader)
            {
                using var step = optimizer.BeginStep();
                step.Minimize(Loss.CrossEntropy(forward(inputs), labels));
            }
        }
    }
}
