using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>(a − b)², element by element, broadcasting.</summary>
    /// <remarks><b>Formula</b>: y = (a − b)². <b>Gradient</b>: da = 2 (a − b) · dy, db = −da.</remarks>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    /// <exception cref="DTypeException">The element types differ, or have no arithmetic.</exception>
    public Tensor SquaredDifference(Tensor other) =>
        Combine<SquaredDifferenceKernel>(this, other, nameof(SquaredDifference));
}

/// <summary>y = (a − b)².</summary>
internal readonly struct SquaredDifferenceKernel : IBinaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T a, T b)
        where T : struct, ILanes<T> => (a - b) * (a - b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeLeft<T>(T a, T b, T y)
        where T : struct, ILanes<T> => (a - b) + (a - b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeRight<T>(T a, T b, T y)
        where T : struct, ILanes<T> => (b - a) + (b - a);
}
