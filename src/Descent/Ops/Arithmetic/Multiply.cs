using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>Product, element by element; shapes broadcast.</summary>
    /// <remarks><b>Gradient</b>: da = dy · b, db = dy · a.</remarks>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ or have no arithmetic.</exception>
    public Tensor Multiply(Tensor other) => Combine<MultiplyKernel>(this, other, nameof(Multiply));

    /// <summary>Product with one number of the tensor's type.</summary>
    public Tensor Multiply(double other) => Multiply(Constant(other));

    /// <inheritdoc cref="Multiply(Tensor)"/>
    public static Tensor operator *(Tensor left, Tensor right) => left.Multiply(right);

    /// <summary>Product with one number of the tensor's type.</summary>
    public static Tensor operator *(Tensor left, double right) => left.Multiply(right);

    /// <summary>Product with one number of the tensor's type.</summary>
    public static Tensor operator *(double left, Tensor right) => right.Constant(left).Multiply(right);
}

/// <summary>y = a · b.</summary>
internal readonly struct MultiplyKernel : IBinaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T a, T b)
        where T : struct, ILanes<T> => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeLeft<T>(T a, T b, T y)
        where T : struct, ILanes<T> => b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeRight<T>(T a, T b, T y)
        where T : struct, ILanes<T> => a;
}
