using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>The smaller of two, element by element; shapes broadcast.</summary>
    /// <remarks><b>Gradient</b>: dy goes to the smaller; halves to each of equals.</remarks>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ or have no arithmetic.</exception>
    public Tensor Minimum(Tensor other) => Combine<MinimumKernel>(this, other, nameof(Minimum));

    /// <summary>The smaller of two with one number of the tensor's type.</summary>
    public Tensor Minimum(double other) => Minimum(Constant(other));
}

/// <summary>y = min(a, b); equal elements share the gradient.</summary>
internal readonly struct MinimumKernel : IBinaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T a, T b)
        where T : struct, ILanes<T> => T.Min(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeLeft<T>(T a, T b, T y)
        where T : struct, ILanes<T> => Share(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeRight<T>(T a, T b, T y)
        where T : struct, ILanes<T> => Share(b, a);

    private static T Share<T>(T mine, T other)
        where T : struct, ILanes<T> =>
        T.Where(T.Equal(mine, other), T.Constant(0.5), T.Where(T.GreaterThan(other, mine), T.One, T.Zero));
}
