using Descent.Backends;

namespace Descent;

public partial class Tensor
{
    /// <summary>Combines the elements along the named axes; all of them when none is named.</summary>
    private Tensor Reduce<TKernel>(ReadOnlySpan<int> axes, DType dtype)
        where TKernel : struct, IReduceKernel
    {
        return ReduceTo<TKernel>(ReducedShape(axes), dtype);
    }

    /// <summary>Combines all elements into a scalar.</summary>
    private Tensor ReduceAll<TKernel>(DType dtype)
        where TKernel : struct, IReduceKernel
    {
        Span<int> ones = stackalloc int[Rank];
        ones.Fill(1);
        var y = Result([], dtype);
        Backend.Reduce<TKernel>(View, y.View.Seen(new Shape(ones), default, y.View.Offset));
        return y;
    }

    /// <summary>Combines the elements along every axis on which <paramref name="kept"/> has size 1.</summary>
    internal Tensor ReduceTo<TKernel>(Shape kept, DType dtype)
        where TKernel : struct, IReduceKernel
    {
        var y = Result(kept, dtype);
        Backend.Reduce<TKernel>(View, y.View);
        return y;
    }

    /// <summary>This shape with size 1 on the reduced axes.</summary>
    private Shape ReducedShape(ReadOnlySpan<int> axes)
    {
        var kept = Shape;
        if (axes.IsEmpty)
        {
            for (var axis = 0; axis < Rank; axis++)
            {
                kept = kept.With(axis, 1);
            }
        }

        Span<bool> reduced = stackalloc bool[Shape.MaxRank];
        foreach (var named in axes)
        {
            var axis = Axis(named);
            if (reduced[axis])
            {
                throw new ShapeException($"Axis {named} of a tensor of shape {Shape} is named twice{Tape.InLayer}.");
            }

            reduced[axis] = true;
            kept = kept.With(axis, 1);
        }

        return kept;
    }

    /// <summary>Drops the reduced axes from a result that still has them with size 1.</summary>
    private Tensor DropReduced(ReadOnlySpan<int> axes, bool keepAxes)
    {
        if (keepAxes)
        {
            return this;
        }

        if (axes.IsEmpty)
        {
            return Rank == 0 ? this : Reshape([]);
        }

        Span<bool> dropped = stackalloc bool[Shape.MaxRank];
        foreach (var axis in axes)
        {
            dropped[Axis(axis)] = true;
        }

        Span<int> sizes = stackalloc int[Shape.MaxRank];
        var rank = 0;
        for (var axis = 0; axis < Rank; axis++)
        {
            if (!dropped[axis])
            {
                sizes[rank++] = Shape[axis];
            }
        }

        return Reshape(new Shape(sizes[..rank]));
    }

    /// <summary>How many elements go into one of the results.</summary>
    private long ReducedCount(ReadOnlySpan<int> axes)
    {
        if (axes.IsEmpty)
        {
            return Count;
        }

        long count = 1;
        foreach (var axis in axes)
        {
            count *= Shape[Axis(axis)];
        }

        return count;
    }

    /// <summary>An axis counted from the front, where −1 is the last.</summary>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    internal int Axis(int axis)
    {
        var fromFront = axis < 0 ? axis + Rank : axis;
        return (uint)fromFront < (uint)Rank
            ? fromFront
            : throw new ShapeException(
                $"Axis {axis} of a tensor of shape {Shape}, which has {Rank} axes{Tape.InLayer}."
            );
    }

    /// <summary>Sums over the axes that a broadcast stretched, so that the result has the given shape.</summary>
    internal Tensor SumTo(Shape shape)
    {
        if (Shape == shape)
        {
            return this;
        }

        var kept = Shape;
        var shift = Rank - shape.Rank;
        for (var axis = 0; axis < Rank; axis++)
        {
            if (axis < shift || shape[axis - shift] != Shape[axis])
            {
                kept = kept.With(axis, 1);
            }
        }

        return ReduceTo<SumKernel>(kept, DType).Reshape(shape);
    }
}
