namespace Descent;

public partial class Tensor
{
    /// <summary>The elements sorted along an axis, and where each stood; equal elements keep their order, NaN counts as the largest.</summary>
    /// <remarks><b>Gradient</b>: dy goes back to where each element stood.</remarks>
    public (Tensor Values, Tensor Indices) Sort(int axis = -1, bool descending = false)
    {
        RequireArithmetic(nameof(Sort));
        axis = Axis(axis);
        var values = Result(Shape);
        var indices = Result(Shape, DType.Int64);
        Backend.Sort(View, axis, descending, values.View, indices.View);
        return (Tape.Tracks(this) ? values.From(new TakeAlongOp(this, indices, axis)) : values, indices);
    }

    /// <summary>The <paramref name="count"/> largest (or smallest) along an axis in order, and where each stood.</summary>
    /// <remarks><b>Gradient</b>: dy goes back to where each element stood.</remarks>
    /// <exception cref="ShapeException">The axis has fewer elements.</exception>
    public (Tensor Values, Tensor Indices) TopK(int count, int axis = -1, bool largest = true)
    {
        axis = Axis(axis);
        if (count < 0 || count > Shape[axis])
        {
            throw new ShapeException(
                $"TopK: {count} elements of axis {axis}, which has size {Shape[axis]}, in a tensor of shape {Shape}."
            );
        }

        var (values, indices) = Sort(axis, descending: largest);
        return (values.AlongAxis(axis, 0, count), indices.AlongAxis(axis, 0, count));
    }

    /// <summary>Elements taken along an axis at places of their own: y[…, i, …] = x[…, indices[…, i, …], …].</summary>
    /// <remarks><b>Gradient</b>: dy is added up at the places.</remarks>
    /// <param name="indices">int64, of this shape but for the axis.</param>
    /// <param name="axis">The axis, −1 for the last.</param>
    /// <exception cref="ArgumentOutOfRangeException">A place lies outside the axis.</exception>
    public Tensor TakeAlong(Tensor indices, int axis = -1)
    {
        ArgumentNullException.ThrowIfNull(indices);
        axis = Axis(axis);
        if (indices.DType != DType.Int64)
        {
            throw new DTypeException(
                $"TakeAlong: places are int64, found {indices.DType.Name()}{Tape.InLayer}. Convert with To(DType.Int64)."
            );
        }

        if (indices.Rank != Rank || indices.Shape.With(axis, 1) != Shape.With(axis, 1))
        {
            throw new ShapeException(
                $"TakeAlong: places have the shape {Shape} but for axis {axis}; found {indices.Shape}{Tape.InLayer}."
            );
        }

        indices = indices.To(Device);

        foreach (var place in indices.ToArray<long>())
        {
            if ((ulong)place >= (ulong)Shape[axis])
            {
                throw new ArgumentOutOfRangeException(
                    nameof(indices),
                    $"TakeAlong: place {place} lies outside axis {axis}, which has size {Shape[axis]}."
                );
            }
        }

        var y = Result(indices.Shape);
        Backend.TakeAlong(View, axis, indices.View, y.View);
        return Tape.Tracks(this) ? y.From(new TakeAlongOp(this, indices, axis)) : y;
    }
}

/// <summary>The node of whatever takes single elements along an axis: sorting, the largest few, <see cref="Tensor.TakeAlong"/>.</summary>
internal sealed class TakeAlongOp(Tensor x, Tensor indices, int axis) : Op(x)
{
    internal override void Backward(Tensor gradient, Tape tape)
    {
        var dx = gradient.ZeroResult(x.Shape);
        dx.Backend.ScatterAddAlong(dx.View, axis, indices.View, gradient.View);
        tape.Add(x, dx);
    }
}
