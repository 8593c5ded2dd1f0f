using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>x to the power of <paramref name="exponent"/>, element by element; shapes broadcast. Whole powers of negative numbers are defined, other powers of them are NaN.</summary>
    /// <remarks><b>Gradient</b>: dx = dy · p · x^(p − 1), dp = dy · y ln x.</remarks>
    /// <exception cref="DTypeException">The elements are not floating-point numbers.</exception>
    public Tensor Pow(Tensor exponent)
    {
        RequireFloating(nameof(Pow));
        return Combine<PowKernel>(this, exponent, nameof(Pow));
    }

    /// <summary>x to the power of one number, element by element.</summary>
    /// <inheritdoc cref="Pow(Tensor)"/>
    public Tensor Pow(double exponent)
    {
        RequireFloating(nameof(Pow));
        return exponent switch
        {
            1 => this,
            2 => Square(),
            0.5 => Sqrt(),
            _ => Combine<PowKernel>(this, Constant(exponent), nameof(Pow)),
        };
    }
}

/// <summary>y = xᵖ = sign · e^(p ln |x|), exact at 0 and 1.</summary>
internal readonly struct PowKernel : IBinaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T x, T p)
        where T : struct, ILanes<T>
    {
        var magnitude = T.Exp(p * T.Log(T.Abs(x)));
        var half = p * T.Constant(0.5);
        var isWhole = T.Equal(T.Floor(p), p);
        var isEven = T.Equal(T.Floor(half), half);
        var negative = T.Where(isWhole, T.Where(isEven, magnitude, -magnitude), T.Constant(double.NaN));
        return T.Where(
            T.Equal(p, T.Zero),
            T.One,
            T.Where(T.GreaterOrEqual(x, T.Zero), magnitude, T.Where(T.Equal(x, x), negative, x))
        );
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeLeft<T>(T x, T p, T y)
        where T : struct, ILanes<T> => T.Where(T.Equal(p, T.Zero), T.Zero, p * Forward(x, p - T.One));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeRight<T>(T x, T p, T y)
        where T : struct, ILanes<T> => T.Where(T.Equal(x, T.Zero), T.Zero, y * T.Log(x));
}
