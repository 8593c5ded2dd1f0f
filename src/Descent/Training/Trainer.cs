using System.Diagnostics;
using Descent.Data;
using Descent.Layers;
using Descent.Optimizers;

namespace Descent.Training;

/// <summary>Trains a model over epochs, validates after each, and keeps the best weights.</summary>
/// <remarks>
/// The model ends with the weights of the epoch of best validation accuracy (the earlier of equals), also when training
/// is cancelled or stops early. The learning rate follows the optimizer's <see cref="Optimizer.Schedule"/>, which is told
/// the validation loss after each epoch, or what <see cref="Watched"/> takes in its place.
/// </remarks>
/// <param name="model">The model, for its weights.</param>
/// <param name="optimizer">What changes them.</param>
/// <param name="loss">The loss of a batch: runs the model and compares.</param>
/// <param name="validate">The model's figures on data that it does not learn from.</param>
/// <typeparam name="TBatch">What a batch is: <c>(Tensor Images, Tensor Labels)</c>, say.</typeparam>
public sealed class Trainer<TBatch>(
    Module model,
    Optimizer optimizer,
    Func<TBatch, Tensor> loss,
    Func<CancellationToken, Evaluation> validate
)
{
    private readonly Module model = model ?? throw new ArgumentNullException(nameof(model));
    private readonly Optimizer optimizer = optimizer ?? throw new ArgumentNullException(nameof(optimizer));
    private readonly Func<TBatch, Tensor> loss = loss ?? throw new ArgumentNullException(nameof(loss));
    private readonly Func<CancellationToken, Evaluation> validate =
        validate ?? throw new ArgumentNullException(nameof(validate));

    /// <summary>How many times the data is gone through at most.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Epochs
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Epochs));
            field = value;
        }
    } = 10;

    /// <summary>Epochs without a better validation accuracy after which training stops; null for never.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int? Patience
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value ?? 1, 1, nameof(Patience));
            field = value;
        }
    }

    /// <summary>The figure that the optimizer's schedule is told after each epoch, for <c>Schedule.Plateau</c>; the validation loss unless another is set.</summary>
    /// <example><c>Watched = evaluation => evaluation.Accuracy</c>, with <c>Schedule.Plateau(higherIsBetter: true)</c>.</example>
    public Func<Evaluation, double> Watched { get; init; } = evaluation => evaluation.Loss;

    /// <summary>An average of the weights to validate with and to keep, in place of the weights themselves; none when null.</summary>
    public WeightAverage? Average { get; init; }

    /// <summary>Told of every batch and epoch.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Where the log and the best weights are written; nowhere when null.</summary>
    public RunFolder? RunFolder { get; init; }

    /// <summary>Trains.</summary>
    /// <param name="data">The training data; each loop over it is one epoch.</param>
    /// <param name="cancellation">Stops between two batches; what was best so far is kept.</param>
    /// <exception cref="ArgumentException">The data has no batch.</exception>
    /// <exception cref="NonFiniteException">A loss or gradient is not finite. The model holds the best weights so far.</exception>
    public TrainingResult Fit(DataLoader<TBatch> data, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.BatchCount == 0)
        {
            throw new ArgumentException(
                $"Trainer: the data of {data.SampleCount} samples gives no batch of {data.BatchSize}.",
                nameof(data)
            );
        }

        var watch = Stopwatch.StartNew();
        var epochs = new List<EpochResult>();
        EpochResult? best = null;
        StateDict? bestWeights = null;
        var end = TrainingEnd.Completed;
        try
        {
            for (var epoch = 1; epoch <= Epochs; epoch++)
            {
                var result = RunEpoch(epoch, data, watch, best, cancellation);
                epochs.Add(result);
                if (result.IsBest)
                {
                    using var averaged = Average?.Use();
                    (best, bestWeights) = (result, model.StateDict());
                    RunFolder?.SaveModel(model);
                }

                RunFolder?.Log(result);
                if (epoch < Epochs && epoch - best!.Epoch >= Patience)
                {
                    end = TrainingEnd.StoppedEarly;
                    break;
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            end = TrainingEnd.Cancelled;
            if (best is null)
            {
                RunFolder?.SaveModel(model);
            }
        }
        finally
        {
            if (bestWeights is not null)
            {
                model.LoadStateDict(bestWeights);
            }
        }

        return new TrainingResult(epochs, best, end, watch.Elapsed);
    }

    private EpochResult RunEpoch(
        int epoch,
        DataLoader<TBatch> data,
        Stopwatch watch,
        EpochResult? best,
        CancellationToken cancellation
    )
    {
        var (start, rate) = (watch.Elapsed, optimizer.CurrentLearningRate);
        var (sum, batches, samples) = (0.0, 0, 0L);
        foreach (var batch in data)
        {
            cancellation.ThrowIfCancellationRequested();
            using (var step = optimizer.BeginStep())
            {
                sum += step.Minimize(() => loss(batch));
            }

            Average?.Update();

            batches++;
            samples += data.LastCount;
            Progress?.Report(Standing(epoch, batches, samples, data, sum / batches, watch.Elapsed, start, null));
        }

        var trained = watch.Elapsed;
        var evaluation = Validate(cancellation);
        optimizer.Observe(Watched(evaluation));
        var result = new EpochResult(
            epoch,
            sum / batches,
            evaluation.Loss,
            evaluation.Accuracy,
            rate,
            (watch.Elapsed - start).TotalSeconds,
            samples / (trained - start).TotalSeconds,
            best is null || evaluation.Accuracy > best.ValidationAccuracy
        );
        Progress?.Report(Standing(epoch, batches, samples, data, result.TrainingLoss, watch.Elapsed, start, result));
        return result;
    }

    private Evaluation Validate(CancellationToken cancellation)
    {
        using var averaged = Average?.Use();
        return validate(cancellation);
    }

    private TrainingProgress Standing(
        int epoch,
        int batches,
        long samples,
        DataLoader<TBatch> data,
        double meanLoss,
        TimeSpan elapsed,
        TimeSpan start,
        EpochResult? finished
    )
    {
        var done = epoch - 1 + (double)samples / data.EpochCount;
        return new TrainingProgress(
            epoch,
            Epochs,
            batches,
            data.BatchCount,
            meanLoss,
            samples / (elapsed - start).TotalSeconds,
            elapsed,
            elapsed * ((Epochs - done) / done),
            finished
        );
    }
}
