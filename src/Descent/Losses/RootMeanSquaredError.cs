namespace Descent.Losses;

public static partial class Loss
{
    /// <summary>The root of the mean squared error: an error in the targets' own unit.</summary>
    /// <remarks>
    /// <b>Shape</b>: any, equal; one number comes out. <b>Formula</b>: √(Σ (x − t)² / count).
    /// <b>Gradient</b>: (x − t) / (count · loss), taken as 0 where every prediction is exact.
    /// <b>Source</b>: the lessons (regression).
    /// </remarks>
    /// <param name="predictions">The network's outputs.</param>
    /// <param name="targets">What they should be.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public static Tensor RootMeanSquaredError(Tensor predictions, Tensor targets)
    {
        RequireAlike(predictions, targets, nameof(RootMeanSquaredError));
        return (predictions - targets).Norm() / Math.Sqrt(predictions.Count);
    }
}
