using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>Sum, element by element; shapes broadcast.</summary>
    /// <remarks><b>Gradient</b>: da = dy, db = dy.</remarks>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ or have no arithmetic.</exception>
    public Tensor Add(Tensor other)
    {
        var shape = RequirePair(this, other, nameof(Add));
        RequireArithmetic(nameof(Add));
        var y = Result(shape);
        Backend.Binary<AddKernel>(Stretched(shape), other.Stretched(shape), y.View);
        return Tape.Tracks(this, other) ? y.From(new AddOp(this, other)) : y;
    }

    /// <summary>Sum with one number of the tensor's type.</summary>
    public Tensor Add(double other) => Add(Constant(other));

    /// <inheritdoc cref="Add(Tensor)"/>
    public static Tensor operator +(Tensor left, Tensor right) => left.Add(right);

    /// <summary>Sum with one number of the tensor's type.</summary>
    public static Tensor operator +(Tensor left, double right) => left.Add(right);

    /// <summary>Sum with one number of the tensor's type.</summary>
    public static Tensor operator +(double left, Tensor right) => right.Add(left);
}

/// <summary>The node of a sum: both inputs get the gradient as it is.</summary>
internal sealed class AddOp(Tensor a, Tensor b) : Op(a, b)
{
    internal override void Backward(Tensor gradient, Tape tape)
    {
        if (tape.Needs(a))
        {
            tape.Add(a, gradient);
        }

        if (tape.Needs(b))
        {
            tape.Add(b, gradient);
        }
    }
}

/// <summary>y = a + b.</summary>
internal readonly struct AddKernel : IBinaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T a, T b)
        where T : struct, ILanes<T> => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeLeft<T>(T a, T b, T y)
        where T : struct, ILanes<T> => T.One;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeRight<T>(T a, T b, T y)
        where T : struct, ILanes<T> => T.One;
}
