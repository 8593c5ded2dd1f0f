using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>The error function, element by element.</summary>
    /// <remarks><b>Formula</b>: y = 2/√π ∫₀ˣ e^(−t²) dt. <b>Gradient</b>: dx = dy · 2/√π · e^(−x²).</remarks>
    /// <exception cref="DTypeException">The elements are not floating-point numbers.</exception>
    public Tensor Erf()
    {
        RequireFloating(nameof(Erf));
        return Map<ErfKernel>(nameof(Erf));
    }
}

/// <summary>y = 2/√π ∫₀ˣ e^(−t²) dt.</summary>
internal readonly struct ErfKernel : IUnaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T x)
        where T : struct, ILanes<T> => T.Erf(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y)
        where T : struct, ILanes<T> => T.Constant(1.1283791670955126) * T.Exp(-(x * x));
}
