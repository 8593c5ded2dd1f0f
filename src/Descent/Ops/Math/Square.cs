using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>The square, element by element.</summary>
    /// <remarks><b>Formula</b>: y = x². <b>Gradient</b>: dx = 2x · dy.</remarks>
    /// <exception cref="DTypeException">The elements are bytes or truth values.</exception>
    public Tensor Square() => Map<SquareKernel>(nameof(Square));
}

/// <summary>y = x².</summary>
internal readonly struct SquareKernel : IUnaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T x)
        where T : struct, ILanes<T> => x * x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y)
        where T : struct, ILanes<T> => x + x;
}
