using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>The logistic function, element by element.</summary>
    /// <remarks><b>Formula</b>: y = 1 / (1 + e⁻ˣ). <b>Gradient</b>: dx = dy · y (1 − y).</remarks>
    /// <exception cref="DTypeException">The elements are not floating-point numbers.</exception>
    public Tensor Sigmoid()
    {
        RequireFloating(nameof(Sigmoid));
        return Map<SigmoidKernel>(nameof(Sigmoid));
    }
}

/// <summary>y = 1 / (1 + e⁻ˣ).</summary>
internal readonly struct SigmoidKernel : IUnaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T x)
        where T : struct, ILanes<T> => T.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y)
        where T : struct, ILanes<T> => y * (T.One - y);
}
