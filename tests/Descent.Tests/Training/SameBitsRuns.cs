using Descent.Data;
using Descent.Layers;
using Descent.Losses;
using Descent.Numerics;
using Descent.Optimizers;
using Descent.Tests.Layers;
using Descent.Tests.Losses;
using Descent.Tests.Optimizers;

namespace Descent.Tests.Training;

/// <summary>Computations whose bits must not depend on threads, vectors or luck.</summary>
internal static class SameBitsRuns
{
    private const int Steps = 50;

    /// <summary>Runs with a number of threads, every loop shared among them; says how many took part, this one included.</summary>
    public static (T Result, int Participants) With<T>(int threads, Func<T> run)
    {
        var before = WorkSplitter.Threads;
        try
        {
            WorkSplitter.Threads = threads;
            WorkSplitter.ForceSharing = true;
            WorkerPool.TakeParticipants();
            var result = run();
            return (result, 1 + WorkerPool.TakeParticipants());
        }
        finally
        {
            WorkSplitter.ForceSharing = false;
            WorkSplitter.Threads = before;
        }
    }

    /// <summary>50 steps on drawn digits, shuffled and made ahead on a thread; the last batch of each epoch is short.</summary>
    public static string Large()
    {
        Sequential network =
        [
            new Conv2d(1, 7, 5),
            new BatchNorm2d(7),
            new Relu(),
            new MaxPool2d(2),
            new Conv2d(7, 13, 3, padding: 1),
            new BatchNorm2d(13),
            new Relu(),
            new AveragePool2d(2),
            new Flatten(),
            new Linear(13 * 36, 37),
            new BatchNorm1d(37),
            new Tanh(),
            new Dropout(0.5),
            new Linear(37, 10),
        ];
        return Train(network, Digits.Generate(111, seed: 3).Loader(25, shuffle: true, seed: 5));
    }

    /// <summary>50 steps of a network under two million multiply-adds a step, for processors without FMA.</summary>
    public static string Small()
    {
        Sequential network =
        [
            new Conv2d(1, 5, 3),
            new BatchNorm2d(5),
            new Relu(),
            new MaxPool2d(2),
            new Conv2d(5, 11, 3, stride: 2, padding: 1),
            new Sigmoid(),
            new Flatten(),
            new Dropout(0.3),
            new Linear(11 * 16, 19),
            new BatchNorm1d(19),
            new Relu(),
            new Linear(19, 3),
        ];
        Assert.InRange(3 * network.Summary([16, 1, 16, 16]).MultiplyAdds, 100_000, 2_000_000);
        var images = Tensor.RandomNormal([73, 1, 16, 16], new RandomSource(1, "images"));
        var labels = Tensor.From([.. Enumerable.Range(0, 73).Select(i => (long)(i % 3))]);
        return Train(
            network,
            new DataLoader<(Tensor, Tensor)>(
                73,
                16,
                (samples, _) =>
                {
                    var places = Tensor.From(samples.ToArray());
                    return (images.Take(places), labels.Take(places));
                },
                shuffle: true
            )
        );
    }

    /// <summary>A layer's outputs and gradients on a larger batch, in training and inference.</summary>
    public static string OfLayer(LayerCase layerCase)
    {
        var results = new List<Tensor>();
        foreach (var dtype in (DType[])[DType.Float32, DType.Float64])
        {
            var layer = layerCase.MakeFilled(dtype);
            var large = layerCase with { Input = layerCase.Input.With(0, 61) };
            var input = large.MakeInput(dtype);
            Tensor[] inputs = [.. input.DType.IsFloating() ? [input] : Array.Empty<Tensor>(), .. layer.Parameters];
            using (Gradients.RecordTraining(inputs))
            {
                var output = layer.Forward(input);
                results.Add(output);
                results.AddRange(Gradients.Of(output.Square().Mean(), inputs));
            }

            results.Add(layer.Forward(input));
        }

        return Fingerprint.Of(results);
    }

    /// <summary>Outputs and gradients of a recurrence large enough to be shared out.</summary>
    public static string OfRecurrence(string kind)
    {
        Layer layer = kind switch
        {
            "lstm" => new Lstm(24, 40, peepholes: true, bidirectional: true),
            "gru" => new Gru(24, 40, layers: 2),
            _ => new Rnn(24, 64, learnInitialState: true),
        };
        layer.Initialize(2);
        var input = Tensor.RandomNormal([100, 12, 24], new RandomSource(4, "sequences"));
        Tensor[] leaves = [input, .. layer.Parameters];
        using var recording = Gradients.RecordTraining(leaves);
        var output = layer.Forward(input);
        return Fingerprint.Of([output, .. Gradients.Of(output.Square().Mean(), leaves)]);
    }

    /// <summary>A loss and its gradient.</summary>
    public static string OfLoss(LossCase loss)
    {
        var results = new List<Tensor>();
        foreach (var dtype in (DType[])[DType.Float32, DType.Float64])
        {
            var predictions = loss.MakePredictions(1017, 11, dtype);
            using var recording = Gradients.Record(predictions);
            var value = loss.Compute(predictions, loss.MakeTargets(1017, 11, dtype), Reduction.Mean);
            results.Add(value);
            results.AddRange(Gradients.Of(value, predictions));
        }

        return Fingerprint.Of(results);
    }

    /// <summary>First weights that are computed, not only drawn.</summary>
    public static string OfInitializers()
    {
        Initializer[] all = [Initializers.Orthogonal(), Initializers.TruncatedNormal(), Initializers.Sparse(0.5)];
        return Fingerprint.Of(
            all.Select(initializer => initializer([71, 90], new RandomSource(3, "init"), DType.Float32))
        );
    }

    /// <summary>Weights and state after some steps of an optimizer on a large vector.</summary>
    public static string OfOptimizer(string name)
    {
        var parameters = new[] { new Parameter([33_333], Initializers.Normal()), new Parameter([5]) };
        var optimizer = OptimizerCases.Named(name).Over(parameters);
        for (var number = 0; number < 5; number++)
        {
            using var step = optimizer.BeginStep();
            step.Minimize(() => (parameters[0] - 1).Square().Sum() + (parameters[1] - 2).Square().Sum());
        }

        return Fingerprint.Of(optimizer.StateDict().Values.Where(t => t.DType.IsFloating()).Concat(parameters));
    }

    private static string Train(Sequential network, DataLoader<(Tensor Images, Tensor Labels)> loader)
    {
        Assert.NotEqual(0, loader.SampleCount % loader.BatchSize);
        network.Initialize(11);
        var optimizer = new Sgd(network, learningRate: 0.05, momentum: 0.9);
        while (optimizer.StepNumber < Steps)
        {
            foreach (var (images, labels) in loader)
            {
                using var step = optimizer.BeginStep();
                step.Minimize(Loss.CrossEntropy(network.Forward(images), labels));
                if (optimizer.StepNumber == Steps)
                {
                    break;
                }
            }
        }

        return Fingerprint.Of(network);
    }
}
