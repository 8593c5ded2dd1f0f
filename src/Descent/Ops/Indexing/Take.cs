namespace Descent;

public partial class Tensor
{
    /// <summary>Slices along an axis, at the places that an integer vector names; places may repeat.</summary>
    /// <remarks><b>Shape</b>: axis becomes as long as the vector. <b>Gradient</b>: dy is added up at the places, in order of the vector.</remarks>
    /// <param name="indices">int64 or int32, one axis; negative places count from the end.</param>
    /// <param name="axis">The axis, −1 for the last.</param>
    /// <exception cref="ArgumentOutOfRangeException">A place lies outside the axis.</exception>
    public Tensor Take(Tensor indices, int axis = 0)
    {
        axis = Axis(axis);
        var places = Places(indices, Shape[axis], nameof(Take));
        var y = Result(Shape.With(axis, places.Shape[0]));
        Backend.Gather(View, axis, places.View, y.View);
        return Tape.Tracks(this) ? y.From(new TakeOp(this, places, axis)) : y;
    }

    /// <summary>The elements where a mask holds, which may stretch over this tensor, in row-major order, as a vector.</summary>
    /// <remarks><b>Gradient</b>: dy at the chosen places, 0 elsewhere.</remarks>
    /// <exception cref="ShapeException">The mask does not stretch to this shape.</exception>
    /// <exception cref="DTypeException">The mask does not hold truth values.</exception>
    public Tensor TakeWhere(Tensor mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        if (mask.DType != DType.Bool)
        {
            throw new DTypeException(
                $"TakeWhere: the mask holds {mask.DType.Name()}; make truth values by a comparison, such as x > 0."
            );
        }

        if (RequireBroadcast(mask.Shape, Shape, nameof(TakeWhere)) != Shape)
        {
            throw new ShapeException(
                $"TakeWhere: a mask of shape {mask.Shape} does not fit a tensor of shape {Shape}{Tape.InLayer}."
            );
        }

        var chosen = mask.To(Device.Cpu).BroadcastTo(Shape).ToArray<bool>();
        var places = new List<long>();
        for (var index = 0; index < chosen.Length; index++)
        {
            if (chosen[index])
            {
                places.Add(index);
            }
        }

        return Reshape([-1]).Take(From(places.ToArray()));
    }

    /// <summary>This tensor with slices added along an axis at the places that an integer vector names, in order of the vector.</summary>
    /// <remarks><b>Gradient</b>: dx = dy, dsource = dy taken at the places. The same bits on every run.</remarks>
    /// <param name="indices">int64 or int32, one axis.</param>
    /// <param name="source">One slice for each place.</param>
    /// <param name="axis">The axis, −1 for the last.</param>
    public Tensor IndexAdd(Tensor indices, Tensor source, int axis = 0)
    {
        RequireSameKind(this, source, nameof(IndexAdd));
        RequireArithmetic(nameof(IndexAdd));
        axis = Axis(axis);
        var places = Places(indices, Shape[axis], nameof(IndexAdd));
        if (source.Shape != Shape.With(axis, places.Shape[0]))
        {
            throw new ShapeException(
                $"IndexAdd: {places.Shape[0]} places along axis {axis} of {Shape} need a source of shape {Shape.With(axis, places.Shape[0])}, not {source.Shape}."
            );
        }

        var y = Result(Shape);
        Backend.Copy(View, y.View);
        Backend.ScatterAdd(y.View, axis, places.View, source.View);
        return Tape.Tracks(this, source) ? y.From(new IndexAddOp(this, source, places, axis)) : y;
    }

    /// <summary>Checks places along an axis and gives them as contiguous int64, none negative.</summary>
    private Tensor Places(Tensor indices, int size, string operation)
    {
        ArgumentNullException.ThrowIfNull(indices);
        if (indices.DType is not (DType.Int64 or DType.Int32))
        {
            throw new DTypeException(
                $"{operation}: places are int64 or int32, found {indices.DType.Name()}{Tape.InLayer}. Convert with To(DType.Int64)."
            );
        }

        if (indices.Rank != 1)
        {
            throw new ShapeException($"{operation}: places are a vector, found shape {indices.Shape}{Tape.InLayer}.");
        }

        var places = indices.To(DType.Int64).ToArray<long>();
        for (var index = 0; index < places.Length; index++)
        {
            if (places[index] < -size || places[index] >= size)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(indices),
                    $"{operation}: place {places[index]} (number {index}) lies outside an axis of size {size}{Tape.InLayer}."
                );
            }

            places[index] += places[index] < 0 ? size : 0;
        }

        return From(places).To(Device);
    }
}

/// <summary>The node of <see cref="Tensor.Take(Tensor, int)"/>.</summary>
internal sealed class TakeOp(Tensor x, Tensor places, int axis) : Op(x)
{
    internal override void Backward(Tensor gradient, Tape tape)
    {
        if (axis == 0)
        {
            tape.AddRows(x, places, gradient);
            return;
        }

        var dx = gradient.ZeroResult(x.Shape);
        dx.Backend.ScatterAdd(dx.View, axis, places.View, gradient.View);
        tape.Add(x, dx);
    }
}

/// <summary>The node of <see cref="Tensor.IndexAdd"/>.</summary>
internal sealed class IndexAddOp(Tensor x, Tensor source, Tensor places, int axis) : Op(x, source)
{
    internal override void Backward(Tensor gradient, Tape tape)
    {
        if (tape.Needs(x))
        {
            tape.Add(x, gradient);
        }

        if (tape.Needs(source))
        {
            tape.Add(source, gradient.Take(places, axis));
        }
    }
}
