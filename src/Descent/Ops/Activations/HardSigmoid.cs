using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>The sigmoid of three straight pieces, element by element.</summary>
    /// <remarks><b>Formula</b>: y = min(max(x / 6 + 1/2, 0), 1). <b>Gradient</b>: dx = dy / 6 where −3 &lt; x &lt; 3, else 0.</remarks>
    /// <exception cref="DTypeException">The elements are not floating-point numbers.</exception>
    public Tensor HardSigmoid()
    {
        RequireFloating(nameof(HardSigmoid));
        return Map<HardSigmoidKernel>(nameof(HardSigmoid));
    }
}

/// <summary>y = x / 6 + 1/2 between 0 and 1; the slope is told from y.</summary>
internal readonly struct HardSigmoidKernel : IUnaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T x)
        where T : struct, ILanes<T> => T.AtMost(T.AtLeast((x + T.Constant(3)) / T.Constant(6), T.Zero), T.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y)
        where T : struct, ILanes<T> =>
        T.Where(T.GreaterThan(y, T.Zero), T.Where(T.GreaterThan(T.One, y), T.One / T.Constant(6), T.Zero), T.Zero);
}
