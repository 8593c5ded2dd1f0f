using System.Text.Json;
using Descent.Data;
using Descent.Formats;
using Descent.Layers;
using Descent.Losses;
using Descent.Metrics;
using Descent.Optimizers;
using Descent.Training;

namespace Descent.Tests.Training;

public class TrainerTests
{
    private static readonly string[] Classes = ["left", "right"];
    private static readonly Dictionary<string, string> Settings = new() { ["network"] = "linear", ["seed"] = "7" };

    private readonly Linear model = new(2, 2);
    private readonly List<float[]> weightsAtValidation = [];
    private Sgd optimizer;

    public TrainerTests()
    {
        model.Initialize(7);
        optimizer = new Sgd(model, learningRate: 0.5);
    }

    [Fact]
    public void The_best_weights_are_restored_and_saved()
    {
        using var folder = new TemporaryFolder();
        var run = RunFolder.Create(folder.File("run"), Settings, model);
        var result = Make([0.5, 0.8, 0.8, 0.6], run: run).Fit(Data());

        Assert.Equal(TrainingEnd.Completed, result.End);
        Assert.Equal(2, result.Best!.Epoch);
        Assert.Equal([true, true, false, false], result.Epochs.Select(epoch => epoch.IsBest));
        Assert.Equal([0.5, 0.8, 0.8, 0.6], result.Epochs.Select(epoch => epoch.ValidationAccuracy));
        Assert.Equal(weightsAtValidation[1], Weights());
        Assert.NotEqual(weightsAtValidation[3], Weights());
        var saved = Safetensors.Read(run.ModelPath);
        Assert.Equal(weightsAtValidation[1], saved.Tensors["weight"].ToArray<float>());
        Assert.Equal("linear", saved.Metadata["network"]);
    }

    [Fact]
    public void The_run_folder_tells_settings_and_figures()
    {
        using var folder = new TemporaryFolder();
        var run = RunFolder.Create(folder.File("run"), Settings, model);
        var result = Make([0.5, 0.75], run: run, decay: 0.5).Fit(Data());

        using var settings = JsonDocument.Parse(File.ReadAllText(Path.Combine(run.Path, RunFolder.SettingsFile)));
        Assert.Equal("7", settings.RootElement.GetProperty("seed").GetString());
        var lines = File.ReadAllLines(Path.Combine(run.Path, RunFolder.MetricsFile));
        Assert.Equal(2, lines.Length);
        for (var i = 0; i < lines.Length; i++)
        {
            using var line = JsonDocument.Parse(lines[i]);
            var (json, epoch) = (line.RootElement, result.Epochs[i]);
            Assert.Equal(i + 1, json.GetProperty("epoch").GetInt32());
            Assert.Equal(epoch.TrainingLoss, json.GetProperty("training_loss").GetDouble());
            Assert.Equal(epoch.ValidationLoss, json.GetProperty("validation_loss").GetDouble());
            Assert.Equal(epoch.ValidationAccuracy, json.GetProperty("validation_accuracy").GetDouble());
            Assert.Equal(epoch.LearningRate, json.GetProperty("learning_rate").GetDouble());
            Assert.Equal(epoch.IsBest, json.GetProperty("best").GetBoolean());
            Assert.True(json.GetProperty("seconds").GetDouble() >= 0);
            Assert.True(json.GetProperty("samples_per_second").GetDouble() > 0);
        }

        Assert.Equal([0.5, 0.25], result.Epochs.Select(epoch => epoch.LearningRate));
        Assert.Equal(
            [RunFolder.MetricsFile, RunFolder.ModelFile, RunFolder.SettingsFile],
            Directory.EnumerateFiles(run.Path).Select(file => Path.GetFileName(file)).Order()
        );
    }

    [Fact]
    public void Training_stops_when_validation_does_not_improve()
    {
        var result = Make([0.5, 0.7, 0.6, 0.7, 0.9], patience: 2).Fit(Data());

        Assert.Equal(TrainingEnd.StoppedEarly, result.End);
        Assert.Equal(4, result.Epochs.Count);
        Assert.Equal(2, result.Best!.Epoch);
    }

    [Fact]
    public void Cancelling_keeps_the_best_weights_and_the_log()
    {
        using var folder = new TemporaryFolder();
        using var source = new CancellationTokenSource();
        var run = RunFolder.Create(folder.File("run"), Settings, model);
        var progress = new Reports(report =>
        {
            if (report is { Epoch: 3, Batch: 2 })
            {
                source.Cancel();
            }
        });
        var result = Make([0.6, 0.5, 0.9], run: run, progress: progress).Fit(Data(), source.Token);

        Assert.Equal(TrainingEnd.Cancelled, result.End);
        Assert.Equal(2, result.Epochs.Count);
        Assert.Equal(weightsAtValidation[0], Weights());
        Assert.Equal(weightsAtValidation[0], Safetensors.Read(run.ModelPath).Tensors["weight"].ToArray<float>());
        Assert.Equal(2, File.ReadAllLines(Path.Combine(run.Path, RunFolder.MetricsFile)).Length);
        Assert.Equal((3, 2), (progress.Last.Epoch, progress.Last.Batch));
    }

    [Fact]
    public void Cancelling_in_the_first_epoch_keeps_the_latest_weights()
    {
        using var folder = new TemporaryFolder();
        using var source = new CancellationTokenSource();
        var run = RunFolder.Create(folder.File("run"), Settings, model);
        var before = Weights();
        var result = Make([1], run: run, progress: new Reports(_ => source.Cancel())).Fit(Data(), source.Token);

        Assert.Equal(TrainingEnd.Cancelled, result.End);
        Assert.Null(result.Best);
        Assert.Equal(1, optimizer.StepNumber);
        Assert.NotEqual(before, Weights());
        Assert.Equal(Weights(), Safetensors.Read(run.ModelPath).Tensors["weight"].ToArray<float>());
    }

    [Fact]
    public void Someone_elses_cancellation_is_an_error()
    {
        var trainer = new Trainer<(Tensor X, Tensor Y)>(
            model,
            optimizer,
            Loss,
            _ => throw new OperationCanceledException()
        );

        Assert.Throws<OperationCanceledException>(() => trainer.Fit(Data()));
    }

    [Fact]
    public void A_loss_that_is_not_finite_ends_training_with_the_best_weights()
    {
        using var folder = new TemporaryFolder();
        var run = RunFolder.Create(folder.File("run"), Settings, model);
        var trainer = new Trainer<(Tensor X, Tensor Y)>(
            model,
            optimizer,
            batch => Loss(batch) * (optimizer.StepNumber == 9 ? double.NaN : 1),
            _ => Validated(0.5)
        )
        {
            RunFolder = run,
        };

        Assert.Throws<NonFiniteException>(() => trainer.Fit(Data()));
        Assert.Equal(weightsAtValidation[0], Weights());
        Assert.Equal(weightsAtValidation[0], Safetensors.Read(run.ModelPath).Tensors["weight"].ToArray<float>());
    }

    [Fact]
    public void Progress_tells_every_batch_and_epoch()
    {
        var progress = new Reports(_ => { });
        Make([0.5, 0.6], progress: progress).Fit(Data());

        Assert.Equal(2 * (4 + 1), progress.All.Count);
        Assert.Equal([1, 2, 3, 4, 4, 1, 2, 3, 4, 4], progress.All.Select(report => report.Batch));
        Assert.All(progress.All, report => Assert.Equal((2, 4), (report.Epochs, report.Batches)));
        Assert.Equal(
            [4, 9],
            progress.All.Index().Where(item => item.Item.Finished is not null).Select(item => item.Index)
        );
        Assert.All(
            progress.All,
            report => Assert.True(report.SamplesPerSecond > 0 && report.Remaining >= TimeSpan.Zero)
        );
        Assert.Equal(TimeSpan.Zero, progress.Last.Remaining);
    }

    [Fact]
    public void A_schedule_is_told_the_validation_loss()
    {
        var trainer = Make([0.5, 0.5, 0.6, 0.6]);
        optimizer.Schedule = Schedule.Plateau(patience: 0);
        var result = trainer.Fit(Data());

        Assert.Equal(
            [0.5, 0.5, 0.05, 0.05],
            result.Epochs.Select(epoch => epoch.LearningRate),
            (a, b) => Math.Abs(a - b) < 1e-12
        );
        Assert.Equal(0.005, optimizer.CurrentLearningRate, 1e-12);
    }

    [Fact]
    public void A_schedule_may_watch_another_figure()
    {
        var trainer = Make([0.5, 0.7, 0.6, 0.8], watched: evaluation => evaluation.Accuracy);
        optimizer.Schedule = Schedule.Plateau(patience: 0, higherIsBetter: true);
        var result = trainer.Fit(Data());

        Assert.Equal(
            [0.5, 0.5, 0.5, 0.05],
            result.Epochs.Select(epoch => epoch.LearningRate),
            (a, b) => Math.Abs(a - b) < 1e-12
        );
    }

    [Fact]
    public void Batches_of_different_sizes_count_by_their_samples()
    {
        var sampler = new LengthSampler([3, 1, 1, 1, 2, 1, 3], batchSize: 4, maxPadding: 0);
        var loader = sampler.Loader(
            (samples, _) => (Tensor.Ones([samples.Length, 2]), Tensor.Zeros([samples.Length], DType.Int64))
        );
        var counts = new List<int>();
        foreach (var (x, _) in loader)
        {
            Assert.Equal(x.Shape[0], loader.LastCount);
            counts.Add(loader.LastCount);
        }

        Assert.Equal([4, 1, 2], counts);
        Assert.Equal((7, 4, 3, 7), (loader.SampleCount, loader.BatchSize, loader.BatchCount, loader.EpochCount));
        var progress = new Reports(_ => { });
        Make([0.5], progress: progress).Fit(loader);
        Assert.Equal(
            [4, 5, 7],
            progress.All.Take(3).Select(report => Math.Round(7 * report.Elapsed / (report.Elapsed + report.Remaining)))
        );
    }

    [Fact]
    public void Averages_of_the_weights_are_validated_and_kept()
    {
        var average = WeightAverage.Equal(model);
        var trainer = Make([0.5, 0.6], average: average);
        trainer.Fit(Data());

        Assert.Equal(8, average.Count);
        Assert.Equal(weightsAtValidation[1], average.StateDict()["weight"].ToArray<float>());
        Assert.Equal(weightsAtValidation[1], Weights());
    }

    [Fact]
    public void Any_optimizer_trains()
    {
        var result = new Trainer<(Tensor X, Tensor Y)>(
            model,
            new Lbfgs(model, maxIterations: 2),
            Loss,
            _ => Validated(0.5)
        )
        {
            Epochs = 2,
        }.Fit(Data());

        Assert.True(result.Epochs[1].TrainingLoss < result.Epochs[0].TrainingLoss);
    }

    [Fact]
    public void Data_without_batches_is_refused()
    {
        var empty = new DataLoader<(Tensor, Tensor)>(
            3,
            4,
            (_, _) => throw new InvalidOperationException(),
            dropLast: true
        );

        Assert.Throws<ArgumentException>(() => Make([1]).Fit(empty));
    }

    private static Tensor LossOf(Layer model, (Tensor X, Tensor Y) batch) =>
        Descent.Losses.Loss.CrossEntropy(model.Forward(batch.X), batch.Y);

    private Tensor Loss((Tensor X, Tensor Y) batch) => LossOf(model, batch);

    private static DataLoader<(Tensor X, Tensor Y)> Data() =>
        new(
            8,
            2,
            (samples, _) =>
            {
                var side = samples[0] % 2 * 2 - 1;
                return (
                    Tensor.From(
                        new float[,]
                        {
                            { side, 1 },
                            { side, -1 },
                        }
                    ),
                    Tensor.From([(side + 1) / 2, 1L])
                );
            }
        );

    private float[] Weights() => model.Weight.ToArray<float>();

    private Trainer<(Tensor X, Tensor Y)> Make(
        double[] accuracies,
        int? patience = null,
        double decay = 1,
        RunFolder? run = null,
        IProgress<TrainingProgress>? progress = null,
        WeightAverage? average = null,
        Func<Evaluation, double>? watched = null
    ) =>
        new(
            model,
            optimizer = new Sgd(model, 0.5) { Schedule = Schedule.Exponential(decay).PerEpoch(Data().BatchCount) },
            Loss,
            _ => Validated(accuracies[weightsAtValidation.Count])
        )
        {
            Epochs = accuracies.Length,
            Patience = patience,
            RunFolder = run,
            Progress = progress,
            Average = average,
            Watched = watched ?? (evaluation => evaluation.Loss),
        };

    /// <summary>Figures with an accuracy of our choice, over 100 samples.</summary>
    private Evaluation Validated(double accuracy)
    {
        weightsAtValidation.Add(Weights());
        var confusion = new ConfusionMatrix(Classes);
        var labels = Enumerable.Range(0, 100).Select(i => i < Math.Round(100 * accuracy) ? 0L : 1L).ToArray();
        confusion.Add(Tensor.From([.. labels.SelectMany(_ => new[] { 1f, 0f })], [100, 2]), Tensor.From(labels));
        return new Evaluation(1 - accuracy, confusion);
    }

    private sealed class Reports(Action<TrainingProgress> told) : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> All { get; } = [];

        public TrainingProgress Last => All[^1];

        public void Report(TrainingProgress value)
        {
            All.Add(value);
            told(value);
        }
    }
}
