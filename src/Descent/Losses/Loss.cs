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
    private static Tensor Reduce(Tensor losses, Reduction reduction) =>
        reduction switch
        {
            Reduction.Mean => losses.Mean(),
            Reduction.Sum => losses.Sum(),
            _ => losses,
        };
}
