using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>Quotient, element by element; shapes broadcast.</summary>
    /// <remarks><b>Gradient</b>: da = dy / b, db = −dy · a / b².</remarks>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ or have no arithmetic.</exception>
    public Tensor Divide(Tensor other) => Combine<DivideKernel>(this, other, nameof(Divide));

    /// <summary>Quotient with one number of the tensor's type.</summary>
    public Tensor Divide(double other) => Divide(Constant(other));

    /// <inheritdoc cref="Divide(Tensor)"/>
    public static Tensor operator /(Tensor left, Tensor right) => left.Divide(right);

    /// <summary>Quotient with one number of the tensor's type.</summary>
    public static Tensor operator /(Tensor left, double right) => left.Divide(right);

    /// <summary>Quotient with one number of the tensor's type.</summary>
    public static Tensor operator /(double left, Tensor right) => right.Constant(left).Divide(right);
}

/// <summary>y = a / b.</summary>
internal readonly struct DivideKernel : IBinaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T a, T b)
        where T : struct, ILanes<T> => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeLeft<T>(T a, T b, T y)
        where T : struct, ILanes<T> => T.One / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeRight<T>(T a, T b, T y)
        where T : struct, ILanes<T> => -y / b;
}
