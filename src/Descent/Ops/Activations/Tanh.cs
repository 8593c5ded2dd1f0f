using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>The hyperbolic tangent, element by element.</summary>
    /// <remarks><b>Formula</b>: y = tanh x. <b>Gradient</b>: dx = dy · (1 − y²).</remarks>
    /// <exception cref="DTypeException">The elements are not floating-point numbers.</exception>
    public Tensor Tanh()
    {
        RequireFloating(nameof(Tanh));
        return Map<TanhKernel>(nameof(Tanh));
    }
}

/// <summary>y = tanh x.</summary>
internal readonly struct TanhKernel : IUnaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T x)
        where T : struct, ILanes<T> => T.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y)
        where T : struct, ILanes<T> => T.FusedMultiplyAdd(-y, y, T.One);
}
