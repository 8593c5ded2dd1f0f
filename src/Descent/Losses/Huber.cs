using Descent.Numerics;

namespace Descent.Losses;

public static partial class Loss
{
    /// <summary>Huber's loss: the squared error near the target, the absolute error far from it.</summary>
    /// <remarks>
    /// <b>Shape</b>: any, equal. <b>Formula</b>: d²/2 for d = |x − t| up to δ, else δ (d − δ/2).
    /// <b>Gradient</b>: x − t, kept within −δ and δ, over count under the mean.
    /// <b>Source</b>: Huber 1964.
    /// </remarks>
    /// <param name="predictions">The network's outputs.</param>
    /// <param name="targets">What they should be.</param>
    /// <param name="reduction">Mean over all elements unless told otherwise.</param>
    /// <param name="delta">δ, the distance from which an error counts in proportion, above 0.</param>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">δ is not above 0.</exception>
    public static Tensor Huber(
        Tensor predictions,
        Tensor targets,
        Reduction reduction = Reduction.Mean,
        double delta = 1
    )
    {
        Setting.Require(delta > 0 && double.IsFinite(delta), delta, nameof(delta), "above 0");
        RequireAlike(predictions, targets, nameof(Huber));
        var distance = (predictions - targets).Abs();
        var near = distance.Clamp(high: delta);
        return Reduce(near.Square() * 0.5 + (distance - near) * delta, reduction);
    }
}
