namespace Descent;

/// <summary>Which of a weight's connections its first values are scaled by.</summary>
public enum Fan
{
    /// <summary>Inputs of one output: keeps the variance of what goes forward.</summary>
    In,

    /// <summary>Outputs of one input: keeps the variance of gradients.</summary>
    Out,
}
