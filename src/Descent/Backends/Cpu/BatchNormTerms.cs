using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>(x − mean) · factor + shift: a normalised element.</summary>
internal readonly struct Normalised<T>(T mean, T factor, T shift) : ITerm<T>
    where T : struct, ILanes<T>
{
    public static bool UsesSecond => false;

    /// <summary>What is taken from every element.</summary>
    public T Mean => mean;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Of(T first, T second) => T.FusedMultiplyAdd(first - mean, factor, shift);
}

/// <summary>factor · dz + slope · (x − mean) + offset from the pair (x, dy): the gradient of a normalised element.</summary>
internal readonly struct NormalisedSlope<TThen, T>(Normalised<T> normalised, T factor, T slope, T offset) : ITerm<T>
    where TThen : struct, IThen
    where T : struct, ILanes<T>
{
    public static bool UsesSecond => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Of(T first, T second)
    {
        var gradient = TThen.Gradient(normalised.Of(first, default), second);
        return T.FusedMultiplyAdd(factor, gradient, T.FusedMultiplyAdd(slope, first - normalised.Mean, offset));
    }
}

/// <summary>What happens to a normalised element z in the same pass.</summary>
internal interface IThen
{
    /// <summary>y = f(z).</summary>
    static abstract T Value<T>(T z)
        where T : struct, ILanes<T>;

    /// <summary>dz = dy · f′(z).</summary>
    static abstract T Gradient<T>(T z, T dy)
        where T : struct, ILanes<T>;

    /// <summary>dz = dy · f′, told from y = f(z).</summary>
    static abstract T GradientFromValue<T>(T y, T dy)
        where T : struct, ILanes<T>;
}

/// <summary>Nothing: y = z.</summary>
internal readonly struct ThenNothing : IThen
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T z)
        where T : struct, ILanes<T> => z;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Gradient<T>(T z, T dy)
        where T : struct, ILanes<T> => dy;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T GradientFromValue<T>(T y, T dy)
        where T : struct, ILanes<T> => dy;
}

/// <summary>A formula; its gradient computes z again, which costs less than to read it.</summary>
internal readonly struct ThenFormula<TKernel> : IThen
    where TKernel : struct, IUnaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Value<T>(T z)
        where T : struct, ILanes<T> => TKernel.Forward(z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Gradient<T>(T z, T dy)
        where T : struct, ILanes<T> => dy * TKernel.Slope(z, TKernel.Forward(z));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T GradientFromValue<T>(T y, T dy)
        where T : struct, ILanes<T> => dy * TKernel.Slope(y, y);
}

/// <summary>dy · f′ from the pair (y, dy).</summary>
internal readonly struct GradientFromValue<TThen, T> : ITerm<T>
    where TThen : struct, IThen
    where T : struct, ILanes<T>
{
    public static bool UsesSecond => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Of(T first, T second) => TThen.GradientFromValue(first, second);
}

/// <summary>A term and what happens to it then.</summary>
internal readonly struct TermThen<TThen, TTerm, T>(TTerm term) : ITerm<T>
    where TThen : struct, IThen
    where TTerm : struct, ITerm<T>
    where T : struct, ILanes<T>
{
    public static bool UsesSecond => TTerm.UsesSecond;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Of(T first, T second) => TThen.Value(term.Of(first, second));
}

/// <summary>x: what an element adds to a mean.</summary>
internal readonly struct MeanTerm<T> : IPlaneTerms<T>
    where T : struct, ILanes<T>
{
    public static bool UsesOther => false;

    public static bool HasSecond => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T First(T x, T other) => x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T AddSecond(T sum, T x, T first) => sum;
}

/// <summary>(x − mean)²: what an element adds to a variance.</summary>
internal readonly struct VarianceTerm<T>(T mean) : IPlaneTerms<T>
    where T : struct, ILanes<T>
{
    public static bool UsesOther => false;

    public static bool HasSecond => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T First(T x, T other)
    {
        var deviation = x - mean;
        return deviation * deviation;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T AddSecond(T sum, T x, T first) => sum;
}

/// <summary>dz and (x − mean) dz from the pair (x, dy): what it adds to the gradients of shift and scale.</summary>
internal readonly struct GradientTerms<TThen, T>(Normalised<T> normalised) : IPlaneTerms<T>
    where TThen : struct, IThen
    where T : struct, ILanes<T>
{
    public static bool UsesOther => true;

    public static bool HasSecond => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T First(T x, T other) => TThen.Gradient(normalised.Of(x, default), other);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T AddSecond(T sum, T x, T first) => T.FusedMultiplyAdd(x - normalised.Mean, first, sum);
}
