namespace Descent;

public partial class Tensor
{
    /// <summary>The place of the largest element along an axis as int64, the first of equals; a NaN wins.</summary>
    /// <param name="axis">The axis, −1 for the last.</param>
    /// <param name="keepAxes">Whether the axis stays, with size 1.</param>
    /// <exception cref="ShapeException">The axis is empty.</exception>
    public Tensor ArgMax(int axis = -1, bool keepAxes = false) =>
        ArgExtreme(axis, largest: true, keepAxes, nameof(ArgMax));

    /// <summary>The place of the smallest element along an axis as int64, the first of equals; a NaN wins.</summary>
    /// <inheritdoc cref="ArgMax"/>
    public Tensor ArgMin(int axis = -1, bool keepAxes = false) =>
        ArgExtreme(axis, largest: false, keepAxes, nameof(ArgMin));

    private Tensor ArgExtreme(int axis, bool largest, bool keepAxes, string operation)
    {
        RequireArithmetic(operation);
        axis = Axis(axis);
        if (Shape[axis] == 0)
        {
            throw new ShapeException($"{operation}: axis {axis} of a tensor of shape {Shape} is empty{Tape.InLayer}.");
        }

        var places = Result(Shape.With(axis, 1), DType.Int64);
        Backend.ArgReduce(View, axis, largest, places.View);
        return places.DropReduced([axis], keepAxes);
    }
}
