using Descent.Backends;

namespace Descent;

public partial class Tensor
{
    /// <summary>With the last two axes exchanged: the transposed matrix. A view.</summary>
    public Tensor Transpose() => Transpose(-2, -1);

    /// <summary>With two axes exchanged. A view.</summary>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public Tensor Transpose(int first, int second)
    {
        Span<int> order = stackalloc int[Rank];
        for (var axis = 0; axis < Rank; axis++)
        {
            order[axis] = axis;
        }

        (order[Axis(first)], order[Axis(second)]) = (order[Axis(second)], order[Axis(first)]);
        return Permute(order);
    }

    /// <summary>With the axes in another order: axis i of the result is axis <c>order[i]</c> of this. A view.</summary>
    /// <exception cref="ShapeException">The order does not name every axis once.</exception>
    public Tensor Permute(params ReadOnlySpan<int> order)
    {
        Span<int> sizes = stackalloc int[Rank];
        Span<bool> used = stackalloc bool[Rank];
        var strides = default(Strides);
        for (var axis = 0; axis < order.Length && order.Length == Rank; axis++)
        {
            var from = Axis(order[axis]);
            used[from] = true;
            sizes[axis] = Shape[from];
            strides[axis] = View.Strides[from];
        }

        if (order.Length != Rank || used.Contains(false))
        {
            throw new ShapeException(
                $"Permute: ({string.Join(", ", order.ToArray())}) does not name each of the {Rank} axes of {Shape} once."
            );
        }

        var y = Seen(new Shape(sizes), strides, View.Offset);
        return Tape.Tracks(this) ? y.From(new PermuteOp(this, order)) : y;
    }
}

/// <summary>The node of a permutation of axes: the gradient is permuted back.</summary>
internal sealed class PermuteOp : Op
{
    private readonly Tensor x;
    private readonly int[] back;

    internal PermuteOp(Tensor x, ReadOnlySpan<int> order)
        : base(x)
    {
        this.x = x;
        back = new int[order.Length];
        for (var axis = 0; axis < order.Length; axis++)
        {
            back[x.Axis(order[axis])] = axis;
        }
    }

    internal override void Backward(Tensor gradient, Tape tape) => tape.Add(x, gradient.Permute(back));
}
