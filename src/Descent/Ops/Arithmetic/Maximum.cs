using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>The larger of two, element by element; shapes broadcast.</summary>
    /// <remarks><b>Gradient</b>: dy goes to the larger; halves to each of equals.</remarks>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ or have no arithmetic.</exception>
    public Tensor Maximum(Tensor other) => Combine<MaximumKernel>(this, other, nameof(Maximum));

    /// <summary>The larger of two with one number of the tensor's type.</summary>
    public Tensor Maximum(double other) => Maximum(Constant(other));
}

/// <summary>y = max(a, b); equal elements share the gradient.</summary>
internal readonly struct MaximumKernel : IBinaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T a, T b)
        where T : struct, ILanes<T> => T.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeLeft<T>(T a, T b, T y)
        where T : struct, ILanes<T> => Share(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeRight<T>(T a, T b, T y)
        where T : struct, ILanes<T> => Share(b, a);

    private static T Share<T>(T mine, T other)
        where T : struct, ILanes<T> =>
        T.Where(T.Equal(mine, other), T.Constant(0.5), T.Where(T.GreaterThan(mine, other), T.One, T.Zero));
}
