namespace Descent;

public partial class Tensor
{
    /// <summary>The mean of all elements.</summary>
    /// <remarks><b>Gradient</b>: dx = dy / n, repeated.</remarks>
    public Tensor Mean() => Mean([]);

    /// <summary>The mean along one axis.</summary>
    /// <param name="axis">The axis, −1 for the last.</param>
    /// <param name="keepAxes">Whether the axis stays, with size 1.</param>
    public Tensor Mean(int axis, bool keepAxes = false) => Mean([axis], keepAxes);

    /// <summary>The mean along the named axes; all of them when none is named.</summary>
    /// <exception cref="DTypeException">The elements are not floating-point numbers.</exception>
    public Tensor Mean(ReadOnlySpan<int> axes, bool keepAxes = false)
    {
        RequireFloating(nameof(Mean));
        return Sum(axes, keepAxes) / ReducedCount(axes);
    }
}
