using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>The square root, correctly rounded, element by element.</summary>
    /// <remarks><b>Formula</b>: y = √x. <b>Gradient</b>: dx = dy / (2y).</remarks>
    /// <exception cref="DTypeException">The elements are not floating-point numbers.</exception>
    public Tensor Sqrt()
    {
        RequireFloating(nameof(Sqrt));
        return Map<SqrtKernel>(nameof(Sqrt));
    }
}

/// <summary>y = √x.</summary>
internal readonly struct SqrtKernel : IUnaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T x)
        where T : struct, ILanes<T> => T.Sqrt(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y)
        where T : struct, ILanes<T> => T.Constant(0.5) / y;
}
