using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>Difference, element by element; shapes broadcast.</summary>
    /// <remarks><b>Gradient</b>: da = dy, db = −dy.</remarks>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ or have no arithmetic.</exception>
    public Tensor Subtract(Tensor other)
    {
        var shape = RequirePair(this, other, nameof(Subtract));
        RequireArithmetic(nameof(Subtract));
        var y = Result(shape);
        Backend.Binary<SubtractKernel>(Stretched(shape), other.Stretched(shape), y.View);
        return Tape.Tracks(this, other) ? y.From(new SubtractOp(this, other)) : y;
    }

    /// <summary>Difference with one number of the tensor's type.</summary>
    public Tensor Subtract(double other) => Subtract(Constant(other));

    /// <inheritdoc cref="Subtract(Tensor)"/>
    public static Tensor operator -(Tensor left, Tensor right) => left.Subtract(right);

    /// <summary>Difference with one number of the tensor's type.</summary>
    public static Tensor operator -(Tensor left, double right) => left.Subtract(right);

    /// <summary>Difference with one number of the tensor's type.</summary>
    public static Tensor operator -(double left, Tensor right) => right.Constant(left).Subtract(right);
}

/// <summary>The node of a difference: the right input gets the gradient with its sign turned.</summary>
internal sealed class SubtractOp(Tensor a, Tensor b) : Op(a, b)
{
    internal override void Backward(Tensor gradient, Tape tape)
    {
        if (tape.Needs(a))
        {
            tape.Add(a, gradient);
        }

        if (tape.Needs(b))
        {
            tape.Add(b, gradient.Negate());
        }
    }
}

/// <summary>y = a - b.</summary>
internal readonly struct SubtractKernel : IBinaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T a, T b)
        where T : struct, ILanes<T> => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeLeft<T>(T a, T b, T y)
        where T : struct, ILanes<T> => T.One;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeRight<T>(T a, T b, T y)
        where T : struct, ILanes<T> => -T.One;
}
