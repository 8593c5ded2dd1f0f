using System.Globalization;
using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>Each number, but at least <paramref name="low"/> and at most <paramref name="high"/>.</summary>
    /// <remarks><b>Gradient</b>: dx = dy where low ≤ x ≤ high, else 0.</remarks>
    /// <exception cref="ArgumentException"><paramref name="low"/> is above <paramref name="high"/>.</exception>
    public Tensor Clamp(double low = double.NegativeInfinity, double high = double.PositiveInfinity)
    {
        if (!(low <= high))
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Clamp: the lower bound {low} is above the upper bound {high}."
                )
            );
        }

        RequireArithmetic(nameof(Clamp));
        var y = double.IsPositiveInfinity(high) ? this : Combine<ClampHighKernel>(this, Constant(high), nameof(Clamp));
        return double.IsNegativeInfinity(low) ? y : Combine<ClampLowKernel>(y, Constant(low), nameof(Clamp));
    }
}

/// <summary>y = max(x, low), with the gradient kept at the bound itself.</summary>
internal readonly struct ClampLowKernel : IBinaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T x, T low)
        where T : struct, ILanes<T> => T.Max(x, low);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeLeft<T>(T x, T low, T y)
        where T : struct, ILanes<T> => T.Where(T.GreaterOrEqual(x, low), T.One, T.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeRight<T>(T x, T low, T y)
        where T : struct, ILanes<T> => T.Where(T.GreaterOrEqual(x, low), T.Zero, T.One);
}

/// <summary>y = min(x, high), with the gradient kept at the bound itself.</summary>
internal readonly struct ClampHighKernel : IBinaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T x, T high)
        where T : struct, ILanes<T> => T.Min(x, high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeLeft<T>(T x, T high, T y)
        where T : struct, ILanes<T> => T.Where(T.GreaterOrEqual(high, x), T.One, T.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeRight<T>(T x, T high, T y)
        where T : struct, ILanes<T> => T.Where(T.GreaterOrEqual(high, x), T.Zero, T.One);
}
