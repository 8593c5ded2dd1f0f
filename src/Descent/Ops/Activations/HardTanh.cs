using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>The number, but at least −1 and at most 1, element by element.</summary>
    /// <remarks><b>Formula</b>: y = min(max(x, −1), 1). <b>Gradient</b>: dx = dy where −1 &lt; x &lt; 1, else 0. Other bounds: <see cref="Clamp"/>.</remarks>
    /// <exception cref="DTypeException">The elements are not floating-point numbers.</exception>
    public Tensor HardTanh()
    {
        RequireFloating(nameof(HardTanh));
        return Map<HardTanhKernel>(nameof(HardTanh));
    }
}

/// <summary>y = x between −1 and 1; the slope is told from y.</summary>
internal readonly struct HardTanhKernel : IUnaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T x)
        where T : struct, ILanes<T> => T.AtMost(T.AtLeast(x, -T.One), T.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y)
        where T : struct, ILanes<T> => T.Where(T.GreaterThan(T.One, T.Abs(y)), T.One, T.Zero);
}
