namespace Descent;

public partial class Tensor
{
    /// <summary>The variance of all elements around their mean.</summary>
    /// <param name="correction">1 divides by n − 1 (unbiased, the default), 0 by n.</param>
    public Tensor Variance(int correction = 1) => Variance([], correction);

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

    /// <summary>The square root of the variance of all elements.</summary>
    /// <param name="correction">1 divides by n − 1 (unbiased, the default), 0 by n.</param>
    public Tensor StandardDeviation(int correction = 1) => Variance(correction).Sqrt();

    /// <summary>The square root of the variance along the named axes; all of them when none is named.</summary>
    public Tensor StandardDeviation(ReadOnlySpan<int> axes, int correction = 1, bool keepAxes = false) =>
        Variance(axes, correction, keepAxes).Sqrt();

    /// <summary>The p-norm of all elements.</summary>
    public Tensor Norm(double p = 2) => Norm([], p);

    /// <summary>The p-norm along the named axes, (Σ |x|ᵖ)^(1/p); all of them when none is named. p = ∞ is the largest magnitude.</summary>
    /// <exception cref="ArgumentOutOfRangeException">p is not positive.</exception>
    public Tensor Norm(ReadOnlySpan<int> axes, double p = 2, bool keepAxes = false)
    {
        RequireFloating(nameof(Norm));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(p);
        return p switch
        {
            1 => Abs().Sum(axes, keepAxes),
            2 => Square().Sum(axes, keepAxes).Sqrt(),
            double.PositiveInfinity => Abs().Max(axes, keepAxes),
            _ => Abs().Pow(p).Sum(axes, keepAxes).Pow(1 / p),
        };
    }
}
