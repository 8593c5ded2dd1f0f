using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>The number without its sign, element by element.</summary>
    /// <remarks><b>Formula</b>: y = |x|. <b>Gradient</b>: dx = dy · sign(x), 0 at 0.</remarks>
    /// <exception cref="DTypeException">The elements are bytes or truth values.</exception>
    public Tensor Abs() => Map<AbsKernel>(nameof(Abs));
}

/// <summary>y = |x|.</summary>
internal readonly struct AbsKernel : IUnaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T x)
        where T : struct, ILanes<T> => T.Abs(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y)
        where T : struct, ILanes<T> => T.Where(T.Equal(x, T.Zero), T.Zero, T.CopySign(T.One, x));
}
