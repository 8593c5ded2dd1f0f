using Descent.Data;
using Descent.Formats;
using Descent.Layers;
using Descent.Losses;
using Descent.Models;
using Descent.Numerics;
using Descent.Optimizers;
using Descent.Tests.Tensors;
using Descent.Training;

namespace Descent.Tests.Models;

/// <summary>Networks that predict as one.</summary>
public class EnsembleTests
{
    private static readonly Tensor X = Tensor.RandomNormal([9, 4], new RandomSource(1, "x"), dtype: DType.Float64);

    [Theory]
    [Trait("check", "golden")]
    [InlineData("Ensemble: averaged probabilities")]
    [InlineData("Ensemble: averaged outputs")]
    [InlineData("Ensemble: votes")]
    public void Predictions_are_put_together_by_the_rule(string part)
    {
        var ensemble = Make(Rule(part), 3);
        var outputs = ensemble.Select(member => member.Forward(X).ToArray<double>()).ToArray();
        var probabilities = ensemble.Select(member => member.Forward(X).Softmax().ToArray<double>()).ToArray();
        var expected = new double[9 * 3];
        for (var row = 0; row < 9; row++)
        {
            for (var member = 0; member < 3; member++)
            {
                var scores = outputs[member].AsSpan(row * 3, 3);
                var best = scores.IndexOf(Math.Max(Math.Max(scores[0], scores[1]), scores[2]));
                for (var label = 0; label < 3; label++)
                {
                    expected[row * 3 + label] += ensemble.Rule switch
                    {
                        EnsembleRule.AverageProbabilities => probabilities[member][row * 3 + label] / 3,
                        EnsembleRule.AverageOutputs => scores[label] / 3,
                        _ => label == best ? 1 / 3.0 : 0,
                    };
                }
            }
        }

        var output = ensemble.Forward(X);
        var found = ensemble.Rule == EnsembleRule.AverageProbabilities ? output.Softmax() : output;
        Golden.AssertClose(expected, found.ToArray<double>(), 1e-12, part);
    }

    [Fact]
    public void The_majority_wins_over_one_loud_voice()
    {
        var (x, y) = (Says(0, 1, 0), Says(0, 2, 1));
        Layer[] quiet = [x, x, Says(90, 0, 0), y];
        var input = Tensor.Zeros([1, 1]);

        Assert.Equal(1, new Ensemble(EnsembleRule.MajorityVote, quiet).Forward(input).ArgMax().ToScalar());
        Assert.Equal([0.25f, 0.75f, 0], new Ensemble(EnsembleRule.MajorityVote, quiet).Forward(input).ToArray<float>());
        Assert.Equal(0, new Ensemble(EnsembleRule.AverageOutputs, quiet).Forward(input).ArgMax().ToScalar());

        // One vote each: the class of the smallest number.
        var tied = new Ensemble(EnsembleRule.MajorityVote, Says(0, 0, 1), Says(0, 1, 0), Says(1, 0, 0));
        Assert.Equal(0, tied.Forward(input).ArgMax().ToScalar());
    }

    [Theory]
    [InlineData(EnsembleRule.AverageProbabilities)]
    [InlineData(EnsembleRule.MajorityVote)]
    public void Certain_networks_give_finite_averages(EnsembleRule rule)
    {
        var ensemble = new Ensemble(rule, Says(1e30f, 0, 0), Says(0, 1e30f, 0));
        var shares = ensemble.Forward(Tensor.Zeros([1, 1]));
        var found = rule == EnsembleRule.MajorityVote ? shares : shares.Softmax();

        Assert.Equal([0.5, 0.5, 0], found.To(DType.Float64).ToArray<double>());
    }

    [Theory]
    [Trait("check", "state")]
    [InlineData("Ensemble: one file")]
    public void Networks_are_saved_and_loaded_as_one(string part)
    {
        using var folder = new TemporaryFolder();
        var saved = Make(EnsembleRule.AverageProbabilities, 3);
        Safetensors.Write(folder.File("all.safetensors"), saved.StateDict());
        var loaded = Make(EnsembleRule.AverageProbabilities, 4);
        loaded.LoadStateDict(Safetensors.Read(folder.File("all.safetensors")).Tensors);

        Assert.Equal(
            ["0.0.weight", "0.0.bias", "0.2.weight", "0.2.bias", "1.0.weight", "1.0.bias"],
            saved.StateDict().Keys.Take(6)
        );
        Assert.Equal(saved.Forward(X).ToArray<double>(), loaded.Forward(X).ToArray<double>());
        Assert.Equal(saved[1].Forward(X).ToArray<double>(), loaded[1].Forward(X).ToArray<double>());
        Assert.StartsWith("Ensemble", part, StringComparison.Ordinal);
    }

    [Fact]
    public void Networks_of_other_samples_and_seeds_read_better_together()
    {
        var (training, validation, _) = Digits.GenerateSplits(500, validation: 300, test: 10);
        Layer[] members = [.. Enumerable.Range(0, 3).Select(number => Trained(training, number))];
        var alone = members.Select(Accuracy).ToArray();

        Assert.Equal(3, alone.Distinct().Count());
        Assert.True(Accuracy(new Ensemble(EnsembleRule.AverageProbabilities, members)) > alone.Average());
        Assert.True(Accuracy(new Ensemble(EnsembleRule.MajorityVote, members)) >= alone.Average());

        double Accuracy(Layer model) =>
            Evaluation.Of(model, validation.Loader(100, prefetch: 0), validation.ClassNames).Accuracy;
    }

    [Fact]
    public void Nonsense_is_refused()
    {
        Misuse.Throws<ArgumentException>(() => new Ensemble(EnsembleRule.MajorityVote), "at least one");
        Misuse.Throws<ArgumentException>(() => new Ensemble((EnsembleRule)9, new Relu()), "no such rule");
        Assert.Throws<ArgumentNullException>(() => new Ensemble(EnsembleRule.MajorityVote, new Relu(), null!));
        var uneven = new Ensemble(EnsembleRule.AverageOutputs, new Linear(4, 3), new Linear(4, 2));
        Misuse.Throws<ShapeException>(() => uneven.Forward(Tensor.Ones([5, 4])), "network 1", "(5, 2)", "(5, 3)");
    }

    [Fact]
    public void Votes_are_refused_in_training()
    {
        var voting = Make(EnsembleRule.MajorityVote, 1);
        using (Gradients.RecordTraining(X))
        {
            Misuse.Throws<StepException>(() => voting.Forward(X), "votes have no gradient");
            voting.Freeze();
            Assert.Equal([9, 3], voting.Forward(X).Shape);
        }
    }

    private static Sequential Trained(ImageDataset training, int number)
    {
        Sequential network = [new Flatten(), new Linear(784, 24), new Relu(), new Linear(24, 10)];
        network.Initialize(number);
        var part = training.Take(Resampling.Bootstrap(training.Count, number));
        var optimizer = new Sgd(network, learningRate: 0.1, momentum: 0.9);
        for (var epoch = 0; epoch < 6; epoch++)
        {
            foreach (var (images, labels) in part.Loader(50, shuffle: true, number, prefetch: 0))
            {
                using var step = optimizer.BeginStep();
                step.Minimize(Loss.CrossEntropy(network.Forward(images), labels));
            }
        }

        return network;
    }

    private static EnsembleRule Rule(string part) =>
        part switch
        {
            "Ensemble: averaged probabilities" => EnsembleRule.AverageProbabilities,
            "Ensemble: averaged outputs" => EnsembleRule.AverageOutputs,
            _ => EnsembleRule.MajorityVote,
        };

    private static Ensemble Make(EnsembleRule rule, long seed)
    {
        Layer[] members =
        [
            .. Enumerable.Range(0, 3).Select(_ => new Sequential(new Linear(4, 5), new Tanh(), new Linear(5, 3))),
        ];
        var ensemble = new Ensemble(rule, members);
        ensemble.To(DType.Float64);
        ensemble.Initialize(seed);
        return ensemble;
    }

    /// <summary>A network that gives the same scores whatever it is shown.</summary>
    private static Linear Says(params float[] scores)
    {
        var layer = new Linear(1, scores.Length);
        layer.Initialize();
        layer.Bias!.Assign(Tensor.From(scores));
        return layer;
    }
}
