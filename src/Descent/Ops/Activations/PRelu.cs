using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>The number where it is positive, else times a slope that may be learned; shapes broadcast.</summary>
    /// <remarks><b>Formula</b>: y = x where x > 0, else s x. <b>Gradient</b>: dx = dy where x > 0, else dy · s; ds = dy · x where x ≤ 0, else 0.</remarks>
    /// <param name="slope">s, of a shape that stretches to this one: the share of negative numbers that passes.</param>
    /// <exception cref="DTypeException">The elements are not floating-point numbers.</exception>
    public Tensor PRelu(Tensor slope)
    {
        RequireFloating(nameof(PRelu));
        return Combine<PReluKernel>(this, slope, nameof(PRelu));
    }
}

/// <summary>y = x where x > 0, else s x.</summary>
internal readonly struct PReluKernel : IBinaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T x, T s)
        where T : struct, ILanes<T> => T.Where(T.GreaterThan(x, T.Zero), x, s * x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeLeft<T>(T x, T s, T y)
        where T : struct, ILanes<T> => T.Where(T.GreaterThan(x, T.Zero), T.One, s);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeRight<T>(T x, T s, T y)
        where T : struct, ILanes<T> => T.Where(T.GreaterThan(x, T.Zero), T.Zero, x);
}
