namespace Descent.Losses;

public static partial class Loss
{
    /// <summary>Absolute error between predictions and targets, |x − t|: outliers count no more than in proportion.</summary>
    /// <remarks>
    /// <b>Shape</b>: any, equal. <b>Gradient</b>: sign(x − t) / count under the mean, 0 where they are equal.
    /// <b>Source</b>: Laplace 1774.
    /// </remarks>
    /// <param name="predictions">The network's outputs.</param>
    /// <param name="targets">What they should be.</param>
    /// <param name="reduction">Mean over all elements unless told otherwise.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor MeanAbsoluteError(Tensor predictions, Tensor targets, Reduction reduction = Reduction.Mean)
    {
        RequireAlike(predictions, targets, nameof(MeanAbsoluteError));
        return Reduce((predictions - targets).Abs(), reduction);
    }
}
