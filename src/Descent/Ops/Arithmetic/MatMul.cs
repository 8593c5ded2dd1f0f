using Descent.Backends;

namespace Descent;

public partial class Tensor
{
    /// <summary>Matrix product over the last two axes; leading axes are batches and broadcast. A vector counts as a row on the left and as a column on the right.</summary>
    /// <remarks>
    /// <b>Shape</b>: (…, M, K) × (…, K, N) → (…, M, N). <b>Gradient</b>: da = dy bᵀ, db = aᵀ dy. Each element is summed
    /// over K in order, within blocks of a fixed length.
    /// </remarks>
    /// <exception cref="ShapeException">The inner sizes differ, the batches do not broadcast, or one side is a scalar.</exception>
    /// <exception cref="DTypeException">The element types differ or are not floating-point numbers.</exception>
    public Tensor MatMul(Tensor other)
    {
        RequireSameKind(this, other, nameof(MatMul));
        RequireFloating(nameof(MatMul));
        if (Rank == 0 || other.Rank == 0)
        {
            throw new ShapeException(
                $"MatMul: {Shape} × {other.Shape}: a scalar is no matrix{Tape.InLayer}. Multiply with *."
            );
        }

        if (Rank == 1)
        {
            return Unsqueeze(0).MatMul(other).Squeeze(other.Rank == 1 ? 0 : -2);
        }

        if (other.Rank == 1)
        {
            return MatMul(other.Unsqueeze(1)).Squeeze(-1);
        }

        if (Shape[^1] != other.Shape[^2])
        {
            throw new ShapeException(
                $"MatMul: {Shape} × {other.Shape}: inner sizes {Shape[^1]} and {other.Shape[^2]} differ{Tape.InLayer}. Flatten or transpose one of them?"
            );
        }

        var batch = BroadcastBatches(Shape.Without(^1).Without(^1), other);
        var y = Result(batch.Insert(^0, Shape[^2]).Insert(^0, other.Shape[^1]));
        MultiplyBatches(this, other, y, batch);
        return Tape.Tracks(this, other) ? y.From(new MatMulOp(this, other)) : y;
    }

    private Shape BroadcastBatches(Shape own, Tensor other)
    {
        try
        {
            return Shape.Broadcast(own, other.Shape.Without(^1).Without(^1));
        }
        catch (ShapeException problem)
        {
            throw new ShapeException($"MatMul: {Shape} × {other.Shape}: batches: {problem.Message}{Tape.InLayer}");
        }
    }

    private static void MultiplyBatches(Tensor a, Tensor b, Tensor y, Shape batch)
    {
        var count = checked((int)batch.Count);
        y.Backend.MatMul(Batches(a, batch, count), Batches(b, batch, count), Batches(y, batch, count));
    }

    /// <summary>A stack of matrices as three axes, without a copy where the strides allow it.</summary>
    private static Operand Batches(Tensor tensor, Shape batch, int count)
    {
        var stretched = tensor.Stretched(batch.Insert(^0, tensor.Shape[^2]).Insert(^0, tensor.Shape[^1]));
        var rank = stretched.Rank;
        var strides = default(Strides);
        strides[1] = stretched.Strides[rank - 2];
        strides[2] = stretched.Strides[rank - 1];
        Shape flat = [count, tensor.Shape[^2], tensor.Shape[^1]];
        if (rank == 2)
        {
            return stretched.Seen(flat, strides, stretched.Offset);
        }

        strides[0] = stretched.Strides[rank - 3];
        for (var axis = rank - 4; axis >= 0; axis--)
        {
            if (
                stretched.Shape[axis] > 1
                && stretched.Strides[axis] != stretched.Strides[axis + 1] * stretched.Shape[axis + 1]
            )
            {
                var copy = tensor.Result(stretched.Shape);
                tensor.Backend.Copy(stretched, copy.View);
                return copy.View.Seen(flat, flat.RowMajorStrides(), copy.View.Offset);
            }
        }

        return stretched.Seen(flat, strides, stretched.Offset);
    }
}

/// <summary>The node of a matrix product.</summary>
internal sealed class MatMulOp(Tensor a, Tensor b) : Op(a, b)
{
    internal override void Backward(Tensor gradient, Tape tape)
    {
        if (tape.Needs(a))
        {
            tape.Add(a, gradient.MatMul(b.Transpose()));
        }

        if (tape.Needs(b))
        {
            tape.Add(b, a.Transpose().MatMul(gradient));
        }
    }
}
