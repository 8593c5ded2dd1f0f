namespace Descent.Losses;

/// <summary>What becomes of the losses of a batch's samples.</summary>
public enum Reduction
{
    /// <summary>Their mean: the usual choice, whose step size does not depend on the batch's size.</summary>
    Mean,

    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>They stay as they are, one a sample or element.</summary>
    None,
}

/// <summary>Loss functions: how wrong predictions are. Shapes never broadcast; shapes that differ throw.</summary>
public static partial class Loss
{
    /// <summary>Refuses predictions and targets that a loss would have to broadcast, and predictions of a type without fractions.</summary>
    private static void RequireAlike(Tensor predictions, Tensor targets, string loss)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(targets);
        predictions.RequireFloating(loss);
        Tensor.RequireEqualShapes(predictions, targets, loss);
    }

    /// <summary>Adds up what stands behind the batch axis: one number a sample.</summary>
    private static Tensor PerSample(Tensor elements) =>
        elements.Rank switch
        {
            0 => throw new ShapeException("A loss of samples needs a batch axis; Unsqueeze(0) adds one."),
            1 => elements,
            _ => elements.Flatten().Sum(1),
        };

    private static Tensor Reduce(Tensor losses, Reduction reduction) =>
        reduction switch
        {
            Reduction.Mean => losses.Mean(),
            Reduction.Sum => losses.Sum(),
            _ => losses,
        };
}
