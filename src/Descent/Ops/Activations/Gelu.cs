using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>x times the chance that a normal number lies below x, element by element.</summary>
    /// <remarks><b>Formula</b>: y = x Φ(x) = x (1 + erf(x / √2)) / 2; approximately x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2. <b>Gradient</b>: dx = dy · (Φ(x) + x φ(x)), or that of the approximation.</remarks>
    /// <param name="approximate">Whether to take the form with tanh.</param>
    /// <exception cref="DTypeException">The elements are not floating-point numbers.</exception>
    public Tensor Gelu(bool approximate = false)
    {
        RequireFloating(nameof(Gelu));
        return approximate ? Map<GeluTanhKernel>(nameof(Gelu)) : Map<GeluKernel>(nameof(Gelu));
    }
}

/// <summary>y = x Φ(x).</summary>
internal readonly struct GeluKernel : IUnaryKernel
{
    private const double InverseRootTwo = 0.70710678118654752;
    private const double InverseRootTwoPi = 0.39894228040143268;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T x)
        where T : struct, ILanes<T> => x * Below(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y)
        where T : struct, ILanes<T>
    {
        // Beyond 40 the density is 0, also where x² is not finite.
        var near = T.AtMost(T.AtLeast(x, T.Constant(-40)), T.Constant(40));
        var density = T.Constant(InverseRootTwoPi) * T.Exp(T.Constant(-0.5) * near * near);
        return T.FusedMultiplyAdd(near, density, Below(x));
    }

    /// <summary>Φ(x), the share of a normal distribution below x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Below<T>(T x)
        where T : struct, ILanes<T> => T.Constant(0.5) * (T.One + T.Erf(x * T.Constant(InverseRootTwo)));
}

/// <summary>y = x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2.</summary>
internal readonly struct GeluTanhKernel : IUnaryKernel
{
    private const double Linear = 0.79788456080286536;
    private const double Cubic = 0.044715 * Linear;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T x)
        where T : struct, ILanes<T> => T.Constant(0.5) * x * (T.One + T.Tanh(Bent(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y)
        where T : struct, ILanes<T>
    {
        var near = T.AtMost(T.AtLeast(x, T.Constant(-40)), T.Constant(40));
        var tanh = T.Tanh(Bent(near));
        var bend = T.FusedMultiplyAdd(T.Constant(3 * Cubic), near * near, T.Constant(Linear));
        return T.Constant(0.5) * (T.One + tanh + near * (T.One - tanh * tanh) * bend);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Bent<T>(T x)
        where T : struct, ILanes<T> => x * T.FusedMultiplyAdd(T.Constant(Cubic), x * x, T.Constant(Linear));
}
