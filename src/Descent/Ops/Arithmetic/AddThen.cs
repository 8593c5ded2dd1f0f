using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>f(a + b) in one pass, for a formula whose slope can be told from its value and operands of one shape; the same bits as one after the other.</summary>
    /// <remarks><b>Gradient</b>: da = db = dy · f′(a + b), made once.</remarks>
    internal Tensor AddThen<TKernel>(Tensor other)
        where TKernel : struct, IUnaryKernel
    {
        if (Shape != RequirePair(this, other, nameof(Add)) || Shape != other.Shape || !DType.IsFloating())
        {
            return Add(other).Map<TKernel>(nameof(Add));
        }

        var y = Result(Shape);
        Backend.Binary<AddThenKernel<TKernel>>(View, other.View, y.View);
        return Tape.Tracks(this, other) ? y.From(new AddThenOp<TKernel>(this, other, y)) : y;
    }

    /// <summary>Refuses what comes around a residual layer in another shape than the body's.</summary>
    internal static void RequireJoin(Shape body, Tensor around)
    {
        if (body != around.Shape)
        {
            throw new ShapeException(
                $"Residual: the body gives {body} and the way around it {around.Shape}{Tape.InLayer}. Give it a shortcut that makes the shapes equal, a 1×1 convolution say."
            );
        }
    }
}

/// <summary>The node of <see cref="Tensor.AddThen"/>: both inputs get the same gradient.</summary>
internal sealed class AddThenOp<TKernel>(Tensor a, Tensor b, Tensor y) : Op(a, b)
    where TKernel : struct, IUnaryKernel
{
    internal override string Name => "Add";

    internal override void Backward(Tensor gradient, Tape tape)
    {
        var slope = y.Result(y.Shape);
        y.Backend.UnaryGradient<TKernel>(y.View, y.View, gradient.View, slope.View);
        if (tape.Needs(a))
        {
            tape.Add(a, slope);
        }

        if (tape.Needs(b))
        {
            tape.Add(b, slope);
        }
    }
}

/// <summary>y = f(a + b), with the slopes of f told from y.</summary>
internal readonly struct AddThenKernel<TKernel> : IBinaryKernel
    where TKernel : struct, IUnaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T a, T b)
        where T : struct, ILanes<T> => TKernel.Forward(a + b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeLeft<T>(T a, T b, T y)
        where T : struct, ILanes<T> => TKernel.Slope(y, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeRight<T>(T a, T b, T y)
        where T : struct, ILanes<T> => TKernel.Slope(y, y);
}
