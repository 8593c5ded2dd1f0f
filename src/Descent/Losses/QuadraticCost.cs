namespace Descent.Losses;

public static partial class Loss
{
    /// <summary>The quadratic cost: half the squared distance between a sample's outputs and its targets.</summary>
    /// <remarks>
    /// <b>Shape</b>: (N, …), equal. <b>Formula</b>: ½ ‖a − y‖² a sample, so that the mean is 1/(2N) Σ ‖a − y‖².
    /// <b>Gradient</b>: (a − y) / N under the mean.
    /// <b>Source</b>: the lessons (the quadratic cost).
    /// </remarks>
    /// <param name="predictions">a, the network's outputs.</param>
    /// <param name="targets">y, what they should be.</param>
    /// <param name="reduction">Mean over the batch unless told otherwise.</param>
    /// <exception cref="ShapeException">The shapes differ, or there is no batch axis.</exception>
    public static Tensor QuadraticCost(Tensor predictions, Tensor targets, Reduction reduction = Reduction.Mean)
    {
        RequireAlike(predictions, targets, nameof(QuadraticCost));
        return Reduce(PerSample(predictions.SquaredDifference(targets)) * 0.5, reduction);
    }
}
