using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>The self-normalising unit: 1.0507 · x where x is positive, else 1.0507 · 1.6733 (eˣ − 1), element by element.</summary>
    /// <remarks><b>Formula</b>: y = λ x where x > 0, else λ α (eˣ − 1), with the constants that keep mean 0 and variance 1. <b>Gradient</b>: dx = dy · λ where x > 0, else dy · (y + λ α).</remarks>
    /// <exception cref="DTypeException">The elements are not floating-point numbers.</exception>
    public Tensor Selu()
    {
        RequireFloating(nameof(Selu));
        return Map<SeluKernel>(nameof(Selu));
    }
}

/// <summary>y = λ x where x > 0, else λ α (eˣ − 1); the slope is told from y.</summary>
internal readonly struct SeluKernel : IUnaryKernel
{
    // λ and λ α of Klambauer et al. 2017, equation 14.
    private const double Scale = 1.0507009873554805;
    private const double Depth = Scale * 1.6732632423543772;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T x)
        where T : struct, ILanes<T> =>
        T.Where(T.GreaterThan(x, T.Zero), T.Constant(Scale) * x, T.Constant(Depth) * T.Expm1(T.AtMost(x, T.Zero)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y)
        where T : struct, ILanes<T> => T.Where(T.GreaterThan(y, T.Zero), T.Constant(Scale), y + T.Constant(Depth));
}
