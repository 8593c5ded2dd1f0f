using System.Runtime.CompilerServices;

namespace Descent;

public partial class Tensor
{
    /// <summary>The same elements in row-major order under another shape; a view where the memory allows it, else a copy.</summary>
    /// <param name="sizes">The new sizes; one of them may be −1, to be worked out.</param>
    /// <exception cref="ShapeException">The number of elements differs.</exception>
    [OverloadResolutionPriority(1)]
    public Tensor Reshape(params ReadOnlySpan<int> sizes)
    {
        var shape = WorkOut(sizes);
        if (shape == Shape)
        {
            return this;
        }

        var source = Contiguous();
        var y = source.Seen(shape, shape.RowMajorStrides(), source.View.Offset);
        return Tape.Tracks(this) ? y.From(new ReshapeOp(this)) : y;
    }

    /// <inheritdoc cref="Reshape(ReadOnlySpan{int})"/>
    public Tensor Reshape(Shape shape)
    {
        Span<int> sizes = stackalloc int[Shape.MaxRank];
        shape.CopyTo(sizes);
        return Reshape(sizes[..shape.Rank]);
    }

    /// <summary>Joins all axes from <paramref name="from"/> on into one: (N, C, H, W) becomes (N, C·H·W).</summary>
    public Tensor Flatten(int from = 1)
    {
        from =
            Rank == 0 ? 0
            : from < 0 ? Axis(from)
            : Math.Min(from, Rank);
        Span<int> sizes = stackalloc int[Shape.MaxRank + 1];
        Shape.CopyTo(sizes);
        long rest = 1;
        for (var axis = from; axis < Rank; axis++)
        {
            rest *= Shape[axis];
        }

        sizes[from] = checked((int)rest);
        return Reshape(sizes[..(from + 1)]);
    }

    /// <summary>Without an axis of size 1.</summary>
    /// <exception cref="ShapeException">The axis has another size.</exception>
    public Tensor Squeeze(int axis)
    {
        axis = Axis(axis);
        return Shape[axis] == 1
            ? Reshape(Shape.Without(axis))
            : throw new ShapeException(
                $"Squeeze: axis {axis} of {Shape} has size {Shape[axis]}; only an axis of size 1 can go."
            );
    }

    /// <summary>Without any axis of size 1.</summary>
    public Tensor Squeeze()
    {
        Span<int> sizes = stackalloc int[Shape.MaxRank];
        var rank = 0;
        foreach (var size in Shape)
        {
            if (size != 1)
            {
                sizes[rank++] = size;
            }
        }

        return Reshape(sizes[..rank]);
    }

    /// <summary>With a new axis of size 1 before <paramref name="axis"/>; −1 puts it last.</summary>
    public Tensor Unsqueeze(int axis)
    {
        var place = axis < 0 ? axis + Rank + 1 : axis;
        return (uint)place <= (uint)Rank
            ? Reshape(Shape.Insert(place, 1))
            : throw new ShapeException($"Unsqueeze: there is no place {axis} in a tensor of shape {Shape}.");
    }

    private Shape WorkOut(ReadOnlySpan<int> sizes)
    {
        var unknown = sizes.IndexOf(-1);
        if (unknown < 0)
        {
            var shape = new Shape(sizes);
            return shape.Count == Count ? shape : throw Misfit(sizes);
        }

        long known = 1;
        foreach (var size in sizes)
        {
            known *= size == -1 ? 1 : size;
        }

        if (known <= 0 || Count % known != 0 || sizes[(unknown + 1)..].Contains(-1))
        {
            throw Misfit(sizes);
        }

        Span<int> complete = stackalloc int[sizes.Length];
        sizes.CopyTo(complete);
        complete[unknown] = checked((int)(Count / known));
        return new Shape(complete);
    }

    private ShapeException Misfit(ReadOnlySpan<int> sizes) =>
        new(
            $"Reshape: the {Count} elements of shape {Shape} do not fill ({string.Join(", ", sizes.ToArray())}){Tape.InLayer}. "
                + "The products must be equal; at most one size is −1."
        );
}

/// <summary>The node of a reshape.</summary>
internal sealed class ReshapeOp(Tensor x) : Op(x)
{
    internal override void Backward(Tensor gradient, Tape tape) => tape.Add(x, gradient.Reshape(x.Shape));
}
