using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>The variance of all elements around their mean, dividing by n − 1 (unbiased).</summary>
    public Tensor Variance() => Variance([]);

    /// <summary>The variance along one axis.</summary>
    /// <param name="axis">The axis, −1 for the last.</param>
    /// <param name="correction">1 divides by n − 1 (unbiased, the default), 0 by n.</param>
    /// <param name="keepAxes">Whether the axis stays, with size 1.</param>
    public Tensor Variance(int axis, int correction = 1, bool keepAxes = false) =>
        Variance([axis], correction, keepAxes);

    /// <summary>The variance along the named axes; all of them when none is named.</summary>
    /// <remarks><b>Formula</b>: Σ (x − mean)² / (n − correction).</remarks>
    /// <param name="axes">The axes, −1 for the last.</param>
    /// <param name="correction">1 divides by n − 1 (unbiased, the default), 0 by n.</param>
    /// <param name="keepAxes">Whether the axes stay, with size 1.</param>
    public Tensor Variance(ReadOnlySpan<int> axes, int correction = 1, bool keepAxes = false)
    {
        RequireFloating(nameof(Variance));
        var deviation = this - Mean(axes, keepAxes: true);
        return deviation.Square().Sum(axes, keepAxes) / (ReducedCount(axes) - correction);
    }

    /// <summary>The square root of the variance of all elements, which divides by n − 1 (unbiased).</summary>
    public Tensor StandardDeviation() => StandardDeviation([]);

    /// <summary>The square root of the variance along one axis.</summary>
    /// <param name="axis">The axis, −1 for the last.</param>
    /// <param name="correction">1 divides by n − 1 (unbiased, the default), 0 by n.</param>
    /// <param name="keepAxes">Whether the axis stays, with size 1.</param>
    public Tensor StandardDeviation(int axis, int correction = 1, bool keepAxes = false) =>
        StandardDeviation([axis], correction, keepAxes);

    /// <summary>The square root of the variance along the named axes; all of them when none is named.</summary>
    /// <remarks>Its gradient is taken as 0 where all elements are equal.</remarks>
    public Tensor StandardDeviation(ReadOnlySpan<int> axes, int correction = 1, bool keepAxes = false) =>
        Variance(axes, correction, keepAxes).Map<SpreadRootKernel>(nameof(StandardDeviation));

    /// <summary>The p-norm of all elements.</summary>
    public Tensor Norm(double p = 2) => Norm([], p);

    /// <summary>The p-norm along the named axes, (Σ |x|ᵖ)^(1/p); all of them when none is named. p = ∞ is the largest magnitude.</summary>
    /// <remarks>Its gradient is taken as 0 where all elements are 0.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">p is not positive.</exception>
    public Tensor Norm(ReadOnlySpan<int> axes, double p = 2, bool keepAxes = false)
    {
        RequireFloating(nameof(Norm));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(p);
        return p switch
        {
            1 => Abs().Sum(axes, keepAxes),
            2 => Square().Sum(axes, keepAxes).Map<SpreadRootKernel>(nameof(Norm)),
            double.PositiveInfinity => Abs().Max(axes, keepAxes),
            _ => RootOfSum(Abs().Pow(p).Sum(axes, keepAxes), p),
        };
    }

    private static Tensor RootOfSum(Tensor sum, double p)
    {
        // The root of 0 has an infinite slope: it is taken of 1 there, and its result dropped.
        var isZero = sum.EqualTo(0);
        var root = Where(isZero, sum.Constant(1), sum).Pow(1 / p);
        return Where(isZero, sum.Constant(0), root);
    }
}

/// <summary>y = √x of a sum of squares: its slope is taken as 0 at 0, where all the squares are flat.</summary>
internal readonly struct SpreadRootKernel : IUnaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T x)
        where T : struct, ILanes<T> => T.Sqrt(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Slope<T>(T x, T y)
        where T : struct, ILanes<T> => T.Where(T.Equal(y, T.Zero), T.Zero, T.Constant(0.5) / y);
}
