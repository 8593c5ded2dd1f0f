namespace Descent;

public partial class Tensor
{
    /// <summary>Tensors one behind the other along an axis; all other sizes are equal.</summary>
    /// <remarks><b>Gradient</b>: each gets its part of dy.</remarks>
    /// <exception cref="ShapeException">There is nothing to join, or another size differs.</exception>
    public static Tensor Concat(ReadOnlySpan<Tensor> tensors, int axis = 0)
    {
        if (tensors.IsEmpty)
        {
            throw new ShapeException("Concat: there is nothing to join.");
        }

        var first = tensors[0];
        axis = first.Axis(axis);
        var size = 0;
        foreach (var tensor in tensors)
        {
            RequireSameKind(first, tensor, nameof(Concat));
            if (tensor.Rank != first.Rank || tensor.Shape.With(axis, 1) != first.Shape.With(axis, 1))
            {
                throw new ShapeException(
                    $"Concat along axis {axis}: {first.Shape} and {tensor.Shape} differ on another axis{Tape.InLayer}."
                );
            }

            size = checked(size + tensor.Shape[axis]);
        }

        return Join(tensors, axis, first.Result(first.Shape.With(axis, size)));
    }

    /// <summary>Tensors of one shape side by side along a new axis.</summary>
    /// <remarks><b>Gradient</b>: each gets its part of dy.</remarks>
    public static Tensor Stack(ReadOnlySpan<Tensor> tensors, int axis = 0)
    {
        var rows = new Tensor[tensors.Length];
        for (var index = 0; index < rows.Length; index++)
        {
            rows[index] = tensors[index].Unsqueeze(axis);
        }

        return Concat(rows, axis);
    }

    /// <summary>Parts of the given sizes along an axis, as views.</summary>
    /// <exception cref="ShapeException">The sizes do not add up to the axis.</exception>
    public Tensor[] Split(ReadOnlySpan<int> sizes, int axis = 0)
    {
        axis = Axis(axis);
        var parts = new Tensor[sizes.Length];
        var start = 0;
        for (var index = 0; index < parts.Length; index++)
        {
            parts[index] = AlongAxis(axis, start, sizes[index]);
            start += sizes[index];
        }

        return start == Shape[axis]
            ? parts
            : throw new ShapeException(
                $"Split: the parts add up to {start}; axis {axis} of {Shape} has size {Shape[axis]}."
            );
    }

    /// <summary>Parts of equal size along an axis, as views; the last may be smaller.</summary>
    public Tensor[] Split(int size, int axis = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        var whole = Shape[Axis(axis)];
        var sizes = new int[(whole + size - 1) / size];
        for (var index = 0; index < sizes.Length; index++)
        {
            sizes[index] = Math.Min(size, whole - index * size);
        }

        return Split(sizes, axis);
    }

    /// <summary>The part of <paramref name="size"/> places from <paramref name="start"/> along one axis, as a view.</summary>
    internal Tensor AlongAxis(int axis, int start, int size)
    {
        Span<Slice> slices = stackalloc Slice[axis + 1];
        slices.Fill(new Slice(..));
        slices[axis] = new Range(start, start + size);
        return this[slices];
    }

    private static Tensor Join(ReadOnlySpan<Tensor> tensors, int axis, Tensor y)
    {
        Tensor[] parts = [.. tensors];
        var start = 0;
        var isTracked = false;
        foreach (var part in parts)
        {
            y.Backend.Copy(part.View, y.AlongAxis(axis, start, part.Shape[axis]).View);
            start += part.Shape[axis];
            isTracked |= Tape.Tracks(part);
        }

        return isTracked ? y.From(new ConcatOp(parts, axis)) : y;
    }
}

/// <summary>The node of a concatenation.</summary>
internal sealed class ConcatOp(Tensor[] parts, int axis) : Op(parts[0])
{
    internal override void Backward(Tensor gradient, Tape tape)
    {
        var start = 0;
        foreach (var part in parts)
        {
            if (tape.Needs(part))
            {
                tape.Add(part, gradient.AlongAxis(axis, start, part.Shape[axis]));
            }

            start += part.Shape[axis];
        }
    }
}
