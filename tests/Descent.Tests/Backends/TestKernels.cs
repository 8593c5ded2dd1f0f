using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent.Tests.Backends;

internal readonly struct BumpKernel : IUnaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T x)
        where T : struct, ILanes<T> => x * T.Exp(-(x * x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y)
        where T : struct, ILanes<T> => T.Exp(-(x * x)) - T.Constant(2) * x * y;
}

internal readonly struct NegateKernel : IUnaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T x)
        where T : struct, ILanes<T> => -x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y)
        where T : struct, ILanes<T> => -T.One;
}

internal readonly struct RatioKernel : IBinaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T a, T b)
        where T : struct, ILanes<T> => a / (T.One + b * b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeLeft<T>(T a, T b, T y)
        where T : struct, ILanes<T> => T.One / (T.One + b * b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeRight<T>(T a, T b, T y)
        where T : struct, ILanes<T> => -(T.Constant(2) * b * y / (T.One + b * b));
}

internal readonly struct GreaterKernel : ICompareKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Compare<T>(T a, T b)
        where T : struct, ILanes<T> => T.GreaterThan(a, b);
}

internal readonly struct EqualKernel : ICompareKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Compare<T>(T a, T b)
        where T : struct, ILanes<T> => T.Equal(a, b);
}

internal readonly struct SumKernel : IReduceKernel
{
    public static double Identity => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Combine<T>(T a, T b)
        where T : struct, ILanes<T> => a + b;
}

internal readonly struct MaxKernel : IReduceKernel
{
    public static double Identity => double.NegativeInfinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Combine<T>(T a, T b)
        where T : struct, ILanes<T> => T.Max(a, b);
}

internal readonly struct MomentumKernel : IUpdateKernel
{
    public static int StateCount => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Update<T>(
        ref T weight,
        T gradient,
        ref T first,
        ref T second,
        ref T third,
        in UpdateConstants<T> constants
    )
        where T : struct, ILanes<T>
    {
        first = first * constants[0] + gradient;
        weight -= constants[1] * first;
    }
}

internal readonly struct AdamKernel : IUpdateKernel
{
    public static int StateCount => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Update<T>(
        ref T weight,
        T gradient,
        ref T first,
        ref T second,
        ref T third,
        in UpdateConstants<T> constants
    )
        where T : struct, ILanes<T>
    {
        first = T.FusedMultiplyAdd(constants[0], first - gradient, gradient);
        second = T.FusedMultiplyAdd(constants[1], second - gradient * gradient, gradient * gradient);
        weight -= constants[2] * first / (T.Sqrt(T.Abs(second)) + constants[3]);
    }
}

internal readonly struct ThreeStatesKernel : IUpdateKernel
{
    public static int StateCount => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Update<T>(
        ref T weight,
        T gradient,
        ref T first,
        ref T second,
        ref T third,
        in UpdateConstants<T> constants
    )
        where T : struct, ILanes<T>
    {
        first = T.FusedMultiplyAdd(constants[0], first, gradient);
        second = T.FusedMultiplyAdd(constants[1], second, first * gradient);
        third = T.FusedMultiplyAdd(constants[2], third, second);
        weight -= constants[3] * third;
    }
}
