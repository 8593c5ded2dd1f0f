using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>The number where it is positive, else α (eˣ − 1), element by element.</summary>
    /// <remarks><b>Formula</b>: y = x where x > 0, else α (eˣ − 1). <b>Gradient</b>: dx = dy where x > 0, else dy · (y + α).</remarks>
    /// <param name="alpha">α, what large negative numbers come near, with a minus sign.</param>
    /// <exception cref="DTypeException">The elements are not floating-point numbers.</exception>
    public Tensor Elu(double alpha = 1)
    {
        RequireFloating(nameof(Elu));
        var y = Map<EluKernel>(nameof(Elu));
        return alpha == 1 ? y : Where(this > 0, this, y * alpha);
    }
}

/// <summary>y = x where x > 0, else eˣ − 1; the slope is told from y.</summary>
internal readonly struct EluKernel : IUnaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T x)
        where T : struct, ILanes<T> => T.Where(T.GreaterThan(x, T.Zero), x, T.Expm1(T.AtMost(x, T.Zero)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y)
        where T : struct, ILanes<T> => T.Where(T.GreaterThan(y, T.Zero), T.One, y + T.One);
}
