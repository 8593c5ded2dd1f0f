using Descent.Layers;
using Descent.Losses;
using Descent.Metrics;

namespace Descent.Training;

/// <summary>How well a classifier does on samples that it is only shown.</summary>
/// <param name="Loss">The mean cross-entropy of a sample.</param>
/// <param name="Confusion">Predictions against classes.</param>
public sealed record Evaluation(double Loss, ConfusionMatrix Confusion)
{
    /// <summary>The share of samples that were predicted right.</summary>
    public double Accuracy => Confusion.Accuracy;

    /// <summary>Shows a classifier every batch, in inference.</summary>
    /// <param name="model">Turns inputs into logits (N, K).</param>
    /// <param name="batches">Inputs and int64 labels.</param>
    /// <param name="classNames">The K classes.</param>
    /// <param name="cancellation">Stops between two batches.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Evaluation Of(
        Layer model,
        IEnumerable<(Tensor Inputs, Tensor Labels)> batches,
        IEnumerable<string> classNames,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batches);
        var confusion = new ConfusionMatrix(classNames);
        var sum = 0.0;
        foreach (var (inputs, labels) in batches)
        {
            cancellation.ThrowIfCancellationRequested();
            var logits = model.Forward(inputs);
            confusion.Add(logits, labels);
            sum += Descent.Losses.Loss.CrossEntropy(logits, labels, Reduction.Sum).ToScalar();
        }

        return new Evaluation(sum / confusion.Total, confusion);
    }
}
