using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>(x − mean)²: what an element adds to a variance.</summary>
internal readonly struct SquaredDeviation<T>(T mean) : ITerm<T>
    where T : struct, ILanes<T>
{
    public static bool UsesSecond => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Of(T first, T second)
    {
        var deviation = first - mean;
        return deviation * deviation;
    }
}

/// <summary>(x − mean) dy from the pair (x, dy): what it adds to the scale's gradient.</summary>
internal readonly struct DeviationTimesGradient<T>(T mean) : ITerm<T>
    where T : struct, ILanes<T>
{
    public static bool UsesSecond => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Of(T first, T second) => (first - mean) * second;
}

/// <summary>(x − mean) · factor + shift: a normalised element.</summary>
internal readonly struct Normalised<T>(T mean, T factor, T shift) : ITerm<T>
    where T : struct, ILanes<T>
{
    public static bool UsesSecond => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Of(T first, T second) => T.FusedMultiplyAdd(first - mean, factor, shift);
}

/// <summary>factor · dy + slope · (x − mean) + offset from the pair (x, dy): the gradient of a normalised element.</summary>
internal readonly struct NormalisedSlope<T>(T mean, T factor, T slope, T offset) : ITerm<T>
    where T : struct, ILanes<T>
{
    public static bool UsesSecond => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Of(T first, T second) =>
        T.FusedMultiplyAdd(factor, second, T.FusedMultiplyAdd(slope, first - mean, offset));
}
