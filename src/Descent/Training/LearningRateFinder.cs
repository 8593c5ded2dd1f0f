using Descent.Data;
using Descent.Layers;
using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Training;

/// <summary>Finds a learning rate: trains for a few steps at rates that rise from tiny to huge, and watches the loss.</summary>
/// <remarks><b>Source</b>: Smith 2015, section 3.3, with an exponential ramp.</remarks>
public static class LearningRateFinder
{
    /// <summary>Runs the test. Weights, running statistics, optimizer and loader are afterwards as they were, to the bit.</summary>
    /// <remarks>
    /// <b>Formula</b>: the rate of step i is lowest · (highest / lowest)^(i / (steps − 1)); the loss is smoothed,
    /// s ← smoothing · s + (1 − smoothing) · loss, corrected for its start at zero. It stops when the smoothed loss is
    /// divergence times its lowest, or a number is not finite.
    /// </remarks>
    /// <param name="model">The model, for its weights and running statistics.</param>
    /// <param name="optimizer">What would train it; its schedule is left out.</param>
    /// <param name="data">The training data; gone through again if it ends early.</param>
    /// <param name="loss">The loss of a batch: runs the model and compares.</param>
    /// <param name="lowest">The first rate.</param>
    /// <param name="highest">The last rate.</param>
    /// <param name="steps">The number of rates.</param>
    /// <param name="smoothing">How slowly the smoothed loss follows: 0 for not at all smoothed.</param>
    /// <param name="divergence">How many times its lowest the smoothed loss may become.</param>
    /// <typeparam name="TBatch">What a batch is: <c>(Tensor Images, Tensor Labels)</c>, say.</typeparam>
    /// <exception cref="ArgumentException">A number is out of its range, or the data has no batch.</exception>
    public static LearningRateCurve Find<TBatch>(
        Module model,
        Optimizer optimizer,
        DataLoader<TBatch> data,
        Func<TBatch, Tensor> loss,
        double lowest = 1e-7,
        double highest = 10,
        int steps = 100,
        double smoothing = 0.9,
        double divergence = 4
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(loss);
        Setting.Require(lowest > 0 && lowest < highest, lowest, nameof(lowest), "above 0 and below the highest rate");
        Setting.Require(double.IsFinite(highest), highest, nameof(highest), "a finite number");
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 2);
        Setting.Require(smoothing is >= 0 and < 1, smoothing, nameof(smoothing), "at least 0 and below 1");
        Setting.Require(divergence > 1, divergence, nameof(divergence), "above 1");
        if (data.BatchCount == 0)
        {
            throw new ArgumentException(
                $"LearningRateFinder: the data of {data.SampleCount} samples gives no batch of {data.BatchSize}.",
                nameof(data)
            );
        }

        var (weights, state, place) = (model.StateDict(), optimizer.StateDict(), data.Place);
        var (rate, schedule) = (optimizer.LearningRate, optimizer.Schedule);
        optimizer.Schedule = null;
        try
        {
            var ratio = Math.Pow(highest / lowest, 1.0 / (steps - 1));
            return Ramp(optimizer, Endless(data), loss, lowest, ratio, steps, smoothing, divergence);
        }
        finally
        {
            (optimizer.LearningRate, optimizer.Schedule) = (rate, schedule);
            model.LoadStateDict(weights);
            optimizer.LoadStateDict(state);
            data.Place = place;
        }
    }

    private static LearningRateCurve Ramp<TBatch>(
        Optimizer optimizer,
        IEnumerable<TBatch> batches,
        Func<TBatch, Tensor> loss,
        double lowest,
        double ratio,
        int steps,
        double smoothing,
        double divergence
    )
    {
        var points = new List<LearningRatePoint>();
        var (mean, least) = (0.0, double.PositiveInfinity);
        foreach (var batch in batches.Take(steps))
        {
            var rate = lowest * Math.Pow(ratio, points.Count);
            optimizer.LearningRate = rate;
            double value;
            try
            {
                using var step = optimizer.BeginStep();
                value = step.Minimize(() => loss(batch));
            }
            catch (NonFiniteException)
            {
                return new LearningRateCurve(points, HasDiverged: true);
            }

            mean = smoothing * mean + (1 - smoothing) * value;
            var smoothed = mean / (1 - Math.Pow(smoothing, points.Count + 1));
            points.Add(new LearningRatePoint(rate, value, smoothed));
            least = Math.Min(least, smoothed);
            if (smoothed > divergence * least)
            {
                return new LearningRateCurve(points, HasDiverged: true);
            }
        }

        return new LearningRateCurve(points, HasDiverged: false);
    }

    private static IEnumerable<TBatch> Endless<TBatch>(DataLoader<TBatch> data)
    {
        while (true)
        {
            foreach (var batch in data)
            {
                yield return batch;
            }
        }
    }
}

/// <summary>One rate that the finder tried.</summary>
/// <param name="LearningRate">The rate.</param>
/// <param name="Loss">The loss of its batch, before the step at this rate.</param>
/// <param name="SmoothedLoss">The running mean of the losses so far.</param>
public readonly record struct LearningRatePoint(double LearningRate, double Loss, double SmoothedLoss);

/// <summary>How the loss went as the learning rate rose.</summary>
/// <param name="Points">The rates that were tried, rising.</param>
/// <param name="HasDiverged">Whether the test stopped because the loss grew out of bounds.</param>
public sealed record LearningRateCurve(IReadOnlyList<LearningRatePoint> Points, bool HasDiverged)
{
    /// <summary>The rate at which the smoothed loss falls fastest over the logarithm of the rate, before it is lowest; null when it never falls.</summary>
    public double? Suggestion
    {
        get
        {
            var lowest = Points.Count == 0 ? 0 : Points.Index().MinBy(item => item.Item.SmoothedLoss).Index;
            var (steepest, slope) = (-1, 0.0);
            for (var i = 1; i <= lowest; i++)
            {
                // The rates rise by a constant ratio, so differences do for slopes.
                var change = Points[i].SmoothedLoss - Points[i - 1].SmoothedLoss;
                if (change < slope)
                {
                    (steepest, slope) = (i, change);
                }
            }

            return steepest < 0 ? null : Points[steepest].LearningRate;
        }
    }
}
