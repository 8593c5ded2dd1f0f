using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>The number with its sign turned, element by element.</summary>
    /// <remarks><b>Formula</b>: y = −x. <b>Gradient</b>: dx = −dy.</remarks>
    /// <exception cref="DTypeException">The elements are bytes or truth values.</exception>
    public Tensor Negate() => Map<NegateKernel>(nameof(Negate));

    /// <inheritdoc cref="Negate"/>
    public static Tensor operator -(Tensor value) => value.Negate();
}

/// <summary>y = −x.</summary>
internal readonly struct NegateKernel : IUnaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T x)
        where T : struct, ILanes<T> => -x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y)
        where T : struct, ILanes<T> => -T.One;
}
