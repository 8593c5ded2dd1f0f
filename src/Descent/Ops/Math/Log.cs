using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>The natural logarithm, element by element.</summary>
    /// <remarks><b>Formula</b>: y = ln x. <b>Gradient</b>: dx = dy / x. −∞ at 0, NaN below.</remarks>
    /// <exception cref="DTypeException">The elements are not floating-point numbers.</exception>
    public Tensor Log()
    {
        RequireFloating(nameof(Log));
        return Map<LogKernel>(nameof(Log));
    }
}

/// <summary>y = ln x.</summary>
internal readonly struct LogKernel : IUnaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T x)
        where T : struct, ILanes<T> => T.Log(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y)
        where T : struct, ILanes<T> => T.One / x;
}
