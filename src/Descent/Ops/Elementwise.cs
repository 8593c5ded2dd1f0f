using Descent.Backends;

namespace Descent;

public partial class Tensor
{
    /// <summary>y = f(x) for a formula of one variable.</summary>
    internal Tensor Map<TKernel>(string operation)
        where TKernel : struct, IUnaryKernel
    {
        RequireArithmetic(operation);
        var y = Result(Shape);
        Backend.Unary<TKernel>(View, y.View);
        return Tape.Tracks(this) ? y.From(new UnaryOp<TKernel>(this, y)) : y;
    }

    /// <summary>y = f(a, b) for a formula of two variables, broadcasting.</summary>
    internal static Tensor Combine<TKernel>(Tensor a, Tensor b, string operation)
        where TKernel : struct, IBinaryKernel
    {
        var shape = RequirePair(a, b, operation);
        a.RequireArithmetic(operation);
        var y = a.Result(shape);
        a.Backend.Binary<TKernel>(a.Stretched(shape), b.Stretched(shape), y.View);
        return Tape.Tracks(a, b) ? y.From(new BinaryOp<TKernel>(a, b, y)) : y;
    }

    internal static Tensor Relate<TKernel>(Tensor a, Tensor b, string operation)
        where TKernel : struct, ICompareKernel
    {
        var shape = RequirePair(a, b, operation);
        var mask = a.Result(shape, DType.Bool);
        a.Backend.Compare<TKernel>(a.Stretched(shape), b.Stretched(shape), mask.View);
        return mask;
    }

    /// <summary>The elements seen through a larger shape, with zero strides where they repeat.</summary>
    internal Operand Stretched(Shape shape)
    {
        ref readonly var view = ref View;
        if (view.Shape == shape)
        {
            return view;
        }

        var strides = default(Strides);
        var shift = shape.Rank - view.Rank;
        for (var axis = 0; axis < view.Rank; axis++)
        {
            strides[axis + shift] = view.Shape[axis] == 1 ? 0 : view.Strides[axis];
        }

        return view.Seen(shape, strides, view.Offset);
    }

    /// <summary>Checks that two operands share device and element type; gives the shape they broadcast to.</summary>
    internal static Shape RequirePair(Tensor a, Tensor b, string operation)
    {
        RequireSameKind(a, b, operation);
        return RequireBroadcast(a.Shape, b.Shape, operation);
    }

    /// <summary>The shape that two shapes broadcast to; the error names the operation.</summary>
    internal static Shape RequireBroadcast(Shape a, Shape b, string operation)
    {
        try
        {
            return Shape.Broadcast(a, b);
        }
        catch (ShapeException problem)
        {
            throw new ShapeException($"{operation}: {problem.Message}{Tape.InLayer}");
        }
    }

    internal static void RequireSameKind(Tensor a, Tensor b, string operation)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.DType != b.DType)
        {
            throw new DTypeException(
                $"{operation}: {a.DType.Name()} and {b.DType.Name()} do not mix{Tape.InLayer}. Convert one with To(DType.{a.DType})."
            );
        }

        if (a.Device != b.Device)
        {
            throw new ArgumentException(
                $"{operation}: one tensor is on {a.Device} and the other on {b.Device}{Tape.InLayer}. Move one with To(Device.…)."
            );
        }
    }

    internal void RequireArithmetic(string operation)
    {
        if (DType is DType.UInt8 or DType.Bool)
        {
            throw new DTypeException(
                $"{operation}: {DType.Name()} has no arithmetic{Tape.InLayer}. Convert with To(DType.Float32)."
            );
        }
    }

    internal void RequireFloating(string operation)
    {
        if (!DType.IsFloating())
        {
            throw new DTypeException(
                $"{operation}: needs float32 or float64, found {DType.Name()}{Tape.InLayer}. Convert with To(DType.Float32)."
            );
        }
    }
}

/// <summary>The node of a formula of one variable: dx = dy · f′(x).</summary>
internal sealed class UnaryOp<TKernel>(Tensor x, Tensor y) : Op(x)
    where TKernel : struct, IUnaryKernel
{
    internal override void Backward(Tensor gradient, Tape tape)
    {
        var dx = x.Result(x.Shape);
        x.Backend.UnaryGradient<TKernel>(x.View, y.View, gradient.View, dx.View);
        tape.Add(x, dx);
    }
}

/// <summary>The node of a formula of two variables: da = dy · ∂f/∂a, db = dy · ∂f/∂b.</summary>
internal sealed class BinaryOp<TKernel>(Tensor a, Tensor b, Tensor y) : Op(a, b)
    where TKernel : struct, IBinaryKernel
{
    internal override void Backward(Tensor gradient, Tape tape)
    {
        if (tape.Needs(a))
        {
            tape.Add(a, Slope(gradient, left: true));
        }

        if (tape.Needs(b))
        {
            tape.Add(b, Slope(gradient, left: false));
        }
    }

    private Tensor Slope(Tensor gradient, bool left)
    {
        // Of a loss times a number the slope is that number.
        if (typeof(TKernel) == typeof(MultiplyKernel) && left && gradient.IsOne && b.IsConstant)
        {
            return b;
        }

        var slope = y.Result(y.Shape);
        y.Backend.BinaryGradient<TKernel>(
            a.Stretched(y.Shape),
            b.Stretched(y.Shape),
            y.View,
            gradient.View,
            left,
            slope.View
        );
        return slope;
    }
}
