namespace Descent.Optimizers;

/// <summary>A place along a direction: how far, and the loss, its gradient and its slope there.</summary>
internal readonly record struct LbfgsPoint(double Length, double Value, Tensor Gradient, double Slope);

/// <summary>Evaluates the loss of one training step at several places along a direction.</summary>
internal ref struct LbfgsTrials(Lbfgs optimizer, TrainingStep step, Func<Tensor> loss)
{
    private readonly TrainingStep step = step;
    private Tensor? origin;
    private Tensor? direction;

    /// <summary>The parameters.</summary>
    public readonly Parameter[] Leaves => step.Leaves;

    /// <summary>Sets where moves start and where they go.</summary>
    public void Aim(Tensor from, Tensor along) => (origin, direction) = (from, along);

    /// <summary>Puts the weights at origin + length · direction.</summary>
    public readonly void MoveTo(double length)
    {
        FlatVector.Scatter(origin!, Leaves);
        var start = 0L;
        foreach (var leaf in Leaves)
        {
            optimizer.Move(leaf, FlatVector.Part(direction!, start, leaf), length);
            start += leaf.Count;
        }
    }

    /// <summary>The loss where the weights are.</summary>
    public readonly LbfgsPoint Evaluate(double length = 0)
    {
        var value = step.Evaluate(loss);
        var gradients = new Tensor?[Leaves.Length];
        for (var index = 0; index < gradients.Length; index++)
        {
            gradients[index] = step.GradientOf(Leaves[index]);
        }

        var gradient = FlatVector.Gather(Leaves, gradients);
        return new(length, value, gradient, direction is null ? 0 : FlatVector.Dot(gradient, direction));
    }

    /// <summary>The loss at origin + length · direction.</summary>
    public readonly LbfgsPoint At(double length)
    {
        MoveTo(length);
        return Evaluate(length);
    }
}
