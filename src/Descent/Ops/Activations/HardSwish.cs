using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>x times its hard sigmoid, element by element.</summary>
    /// <remarks><b>Formula</b>: y = x · min(max(x / 6 + 1/2, 0), 1). <b>Gradient</b>: dx = 0 where x &lt; −3, dy where x &gt; 3, else dy · (x / 3 + 1/2), at the corners too, as in PyTorch.</remarks>
    /// <exception cref="DTypeException">The elements are not floating-point numbers.</exception>
    public Tensor HardSwish()
    {
        RequireFloating(nameof(HardSwish));
        return Map<HardSwishKernel>(nameof(HardSwish));
    }
}

/// <summary>y = x · hardsigmoid(x).</summary>
internal readonly struct HardSwishKernel : IUnaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T x)
        where T : struct, ILanes<T> => x * HardSigmoidKernel.Forward(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y)
        where T : struct, ILanes<T> =>
        T.Where(
            T.GreaterThan(x, T.Constant(3)),
            T.One,
            T.Where(T.GreaterOrEqual(x, T.Constant(-3)), x / T.Constant(3) + T.Constant(0.5), T.Zero)
        );
}
