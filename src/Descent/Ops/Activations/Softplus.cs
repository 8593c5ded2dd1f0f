using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>A smooth form of ReLU, element by element.</summary>
    /// <remarks><b>Formula</b>: y = ln(1 + e^(βx)) / β. <b>Gradient</b>: dx = dy · σ(βx).</remarks>
    /// <param name="beta">β, how sharp the bend is, above 0.</param>
    /// <exception cref="DTypeException">The elements are not floating-point numbers.</exception>
    public Tensor Softplus(double beta = 1)
    {
        RequireFloating(nameof(Softplus));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beta);
        return beta == 1
            ? Map<SoftplusKernel>(nameof(Softplus))
            : (this * beta).Map<SoftplusKernel>(nameof(Softplus)) / beta;
    }
}

/// <summary>y = max(x, 0) + ln(1 + e^(−|x|)); the slope σ(x) = 1 − e⁻ʸ is told from y.</summary>
internal readonly struct SoftplusKernel : IUnaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T x)
        where T : struct, ILanes<T> => T.AtLeast(x, T.Zero) + T.Log1p(T.Exp(-T.Abs(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y)
        where T : struct, ILanes<T> => -T.Expm1(-y);
}
