namespace Descent.Backends;

/// <summary>Weights that an optimizer changes together: where they, their gradient and the numbers kept beside them lie, and the formula's numbers.</summary>
/// <remarks>Addresses do not keep memory from being collected: whoever describes it does.</remarks>
public readonly struct UpdateBlock
{
    private readonly UpdateConstants<double> constants;

    /// <summary>Describes contiguous operands of one shape and element type; states that the formula does not have are <see cref="Operand.None"/>.</summary>
    public UpdateBlock(
        in Operand weight,
        in Operand gradient,
        in Operand first,
        in Operand second,
        in Operand third,
        in UpdateConstants<double> constants
    )
    {
        (Weight, Gradient) = (weight.Address, gradient.Address);
        First = first.IsNone ? 0 : first.Address;
        Second = second.IsNone ? 0 : second.Address;
        Third = third.IsNone ? 0 : third.Address;
        (Count, DType) = (weight.Count, weight.DType);
        this.constants = constants;
    }

    /// <summary>The address of the first weight.</summary>
    public nint Weight { get; }

    /// <summary>The address of its gradient.</summary>
    public nint Gradient { get; }

    /// <summary>The address of the first number of state; zero when there is none.</summary>
    public nint First { get; }

    /// <summary>The address of the second number of state; zero when there is none.</summary>
    public nint Second { get; }

    /// <summary>The address of the third number of state; zero when there is none.</summary>
    public nint Third { get; }

    /// <summary>The number of weights.</summary>
    public long Count { get; }

    /// <summary>The type of all elements.</summary>
    public DType DType { get; }

    /// <summary>The formula's numbers.</summary>
    public UpdateConstants<double> Constants => constants;
}
