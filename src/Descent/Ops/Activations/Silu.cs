using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>x times its sigmoid, element by element.</summary>
    /// <remarks><b>Formula</b>: y = x / (1 + e⁻ˣ). <b>Gradient</b>: dx = dy · σ(x) (1 + x (1 − σ(x))).</remarks>
    /// <exception cref="DTypeException">The elements are not floating-point numbers.</exception>
    public Tensor Silu()
    {
        RequireFloating(nameof(Silu));
        return Map<SiluKernel>(nameof(Silu));
    }
}

/// <summary>y = x σ(x).</summary>
internal readonly struct SiluKernel : IUnaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T x)
        where T : struct, ILanes<T> => x * T.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y)
        where T : struct, ILanes<T> => T.FusedMultiplyAdd(x * T.Sigmoid(x), T.Sigmoid(-x), T.Sigmoid(x));
}
