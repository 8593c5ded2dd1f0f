using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>The number where it is positive, else zero, element by element.</summary>
    /// <remarks><b>Formula</b>: y = max(x, 0). <b>Gradient</b>: dx = dy where x > 0, else 0.</remarks>
    /// <exception cref="DTypeException">The elements are not floating-point numbers.</exception>
    public Tensor Relu()
    {
        RequireFloating(nameof(Relu));
        return Map<ReluKernel>(nameof(Relu));
    }
}

/// <summary>y = max(x, 0): NaN stays, and −0 becomes 0, so that a pool may come before or after.</summary>
internal readonly struct ReluKernel : IUnaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T x)
        where T : struct, ILanes<T> => T.Abs(T.AtLeast(x, T.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y)
        where T : struct, ILanes<T> => T.Where(T.GreaterThan(x, T.Zero), T.One, T.Zero);
}
