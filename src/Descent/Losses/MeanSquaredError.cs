namespace Descent.Losses;

public static partial class Loss
{
    /// <summary>Squared error between predictions and targets, (x − t)².</summary>
    /// <remarks>
    /// <b>Shape</b>: any, equal. <b>Gradient</b>: 2 (x − t) / count under the mean.
    /// <b>Source</b>: the lessons (regression); Legendre 1805.
    /// </remarks>
    /// <param name="predictions">The network's outputs.</param>
    /// <param name="targets">What they should be.</param>
    /// <param name="reduction">Mean over all elements unless told otherwise.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor MeanSquaredError(Tensor predictions, Tensor targets, Reduction reduction = Reduction.Mean)
    {
        RequireAlike(predictions, targets, nameof(MeanSquaredError));
        return Reduce(predictions.SquaredDifference(targets), reduction);
    }
}
