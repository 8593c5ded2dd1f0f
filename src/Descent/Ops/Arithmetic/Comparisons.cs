using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>Where the element on the left is larger, as truth values; shapes broadcast; no gradient.</summary>
    public Tensor Greater(Tensor other) => Relate<GreaterKernel>(this, other, nameof(Greater));

    /// <inheritdoc cref="Greater(Tensor)"/>
    public Tensor Greater(double other) => Greater(Constant(other));

    /// <inheritdoc cref="Greater(Tensor)"/>
    public static Tensor operator >(Tensor left, Tensor right) => left.Greater(right);

    /// <inheritdoc cref="Greater(Tensor)"/>
    public static Tensor operator >(Tensor left, double right) => left.Greater(right);

    /// <summary>Where the element on the left is larger or equal, as truth values; shapes broadcast; no gradient.</summary>
    public Tensor GreaterOrEqual(Tensor other) => Relate<GreaterOrEqualKernel>(this, other, nameof(GreaterOrEqual));

    /// <inheritdoc cref="GreaterOrEqual(Tensor)"/>
    public Tensor GreaterOrEqual(double other) => GreaterOrEqual(Constant(other));

    /// <inheritdoc cref="GreaterOrEqual(Tensor)"/>
    public static Tensor operator >=(Tensor left, Tensor right) => left.GreaterOrEqual(right);

    /// <inheritdoc cref="GreaterOrEqual(Tensor)"/>
    public static Tensor operator >=(Tensor left, double right) => left.GreaterOrEqual(right);

    /// <summary>Where the element on the left is smaller, as truth values; shapes broadcast; no gradient.</summary>
    public Tensor Less(Tensor other) => Relate<LessKernel>(this, other, nameof(Less));

    /// <inheritdoc cref="Less(Tensor)"/>
    public Tensor Less(double other) => Less(Constant(other));

    /// <inheritdoc cref="Less(Tensor)"/>
    public static Tensor operator <(Tensor left, Tensor right) => left.Less(right);

    /// <inheritdoc cref="Less(Tensor)"/>
    public static Tensor operator <(Tensor left, double right) => left.Less(right);

    /// <summary>Where the element on the left is smaller or equal, as truth values; shapes broadcast; no gradient.</summary>
    public Tensor LessOrEqual(Tensor other) => Relate<LessOrEqualKernel>(this, other, nameof(LessOrEqual));

    /// <inheritdoc cref="LessOrEqual(Tensor)"/>
    public Tensor LessOrEqual(double other) => LessOrEqual(Constant(other));

    /// <inheritdoc cref="LessOrEqual(Tensor)"/>
    public static Tensor operator <=(Tensor left, Tensor right) => left.LessOrEqual(right);

    /// <inheritdoc cref="LessOrEqual(Tensor)"/>
    public static Tensor operator <=(Tensor left, double right) => left.LessOrEqual(right);

    /// <summary>Where both elements are equal, as truth values; shapes broadcast; no gradient.</summary>
    public Tensor EqualTo(Tensor other) => Relate<EqualToKernel>(this, other, nameof(EqualTo));

    /// <inheritdoc cref="EqualTo(Tensor)"/>
    public Tensor EqualTo(double other) => EqualTo(Constant(other));

    /// <summary>Where both elements differ, or one is NaN, as truth values; shapes broadcast; no gradient.</summary>
    public Tensor NotEqualTo(Tensor other) => Relate<NotEqualToKernel>(this, other, nameof(NotEqualTo));

    /// <inheritdoc cref="NotEqualTo(Tensor)"/>
    public Tensor NotEqualTo(double other) => NotEqualTo(Constant(other));
}

internal readonly struct GreaterKernel : ICompareKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Compare<T>(T a, T b)
        where T : struct, ILanes<T> => T.GreaterThan(a, b);
}

internal readonly struct GreaterOrEqualKernel : ICompareKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Compare<T>(T a, T b)
        where T : struct, ILanes<T> => T.GreaterOrEqual(a, b);
}

internal readonly struct LessKernel : ICompareKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Compare<T>(T a, T b)
        where T : struct, ILanes<T> => T.GreaterThan(b, a);
}

internal readonly struct LessOrEqualKernel : ICompareKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Compare<T>(T a, T b)
        where T : struct, ILanes<T> => T.GreaterOrEqual(b, a);
}

internal readonly struct EqualToKernel : ICompareKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Compare<T>(T a, T b)
        where T : struct, ILanes<T> => T.Equal(a, b);
}

internal readonly struct NotEqualToKernel : ICompareKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Compare<T>(T a, T b)
        where T : struct, ILanes<T> => T.NotEqual(a, b);
}
