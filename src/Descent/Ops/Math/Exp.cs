using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>e to the power of each number, element by element.</summary>
    /// <remarks><b>Formula</b>: y = eˣ. <b>Gradient</b>: dx = dy · y.</remarks>
    /// <exception cref="DTypeException">The elements are not floating-point numbers.</exception>
    public Tensor Exp()
    {
        RequireFloating(nameof(Exp));
        return Map<ExpKernel>(nameof(Exp));
    }
}

/// <summary>y = eˣ.</summary>
internal readonly struct ExpKernel : IUnaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T x)
        where T : struct, ILanes<T> => T.Exp(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y)
        where T : struct, ILanes<T> => y;
}
