using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends;

/// <summary>A formula of one variable, y = f(x), with its slope.</summary>
/// <remarks>Mark the methods with <see cref="MethodImplOptions.AggressiveInlining"/>, here and in the other formulas: a long one is otherwise called for every vector, which costs many times its arithmetic.</remarks>
public interface IUnaryKernel
{
    /// <summary>The value f(x).</summary>
    static abstract T Forward<T>(T x)
        where T : struct, ILanes<T>;

    /// <summary>The slope dy/dx, from x and the value y = f(x).</summary>
    static abstract T Slope<T>(T x, T y)
        where T : struct, ILanes<T>;
}

/// <summary>A formula of two variables, y = f(a, b), with its two slopes.</summary>
public interface IBinaryKernel
{
    /// <summary>The value f(a, b).</summary>
    static abstract T Forward<T>(T a, T b)
        where T : struct, ILanes<T>;

    /// <summary>The slope ∂y/∂a, from a, b and the value y.</summary>
    static abstract T SlopeLeft<T>(T a, T b, T y)
        where T : struct, ILanes<T>;

    /// <summary>The slope ∂y/∂b, from a, b and the value y.</summary>
    static abstract T SlopeRight<T>(T a, T b, T y)
        where T : struct, ILanes<T>;
}

/// <summary>A comparison of two numbers, giving a mask of lanes.</summary>
public interface ICompareKernel
{
    /// <summary>The mask of the lanes where the relation holds.</summary>
    static abstract T Compare<T>(T a, T b)
        where T : struct, ILanes<T>;
}

/// <summary>An associative way to combine many numbers into one.</summary>
public interface IReduceKernel
{
    /// <summary>The number that changes nothing: 0 for a sum, −∞ for a maximum.</summary>
    static abstract double Identity { get; }

    /// <summary>Two numbers combined.</summary>
    static abstract T Combine<T>(T a, T b)
        where T : struct, ILanes<T>;
}

/// <summary>An optimizer's formula: how a weight and up to three numbers of state beside it change by a gradient.</summary>
public interface IUpdateKernel
{
    /// <summary>Numbers of state kept beside each weight: 0, 1, 2 or 3.</summary>
    static abstract int StateCount { get; }

    /// <summary>Changes a weight and its state in place.</summary>
    static abstract void Update<T>(
        ref T weight,
        T gradient,
        ref T first,
        ref T second,
        ref T third,
        in UpdateConstants<T> constants
    )
        where T : struct, ILanes<T>;
}

/// <summary>The numbers that an optimizer's formula takes: rates and factors, in the order its file defines.</summary>
/// <typeparam name="T">The element or lanes.</typeparam>
[InlineArray(Length)]
public struct UpdateConstants<T>
    where T : struct
{
    /// <summary>The number of places.</summary>
    public const int Length = 8;

    private T first;
}
