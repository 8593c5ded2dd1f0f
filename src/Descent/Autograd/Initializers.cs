using Descent.Numerics;

namespace Descent;

/// <summary>The ways to draw first weights, each by its name in the field.</summary>
/// <remarks>For weights of shape (out, in, r, s): fan-in is in · r · s and fan-out is out · r · s.</remarks>
public static partial class Initializers
{
    /// <summary>Zeros: for biases, and for a last layer that starts without an opinion.</summary>
    /// <remarks><b>Source</b>: the lessons (bias initialisation).</remarks>
    public static Initializer Zeros => Constant(0);

    /// <summary>Ones: for the scale of a normalisation.</summary>
    /// <remarks><b>Source</b>: Ioffe and Szegedy 2015.</remarks>
    public static Initializer Ones => Constant(1);

    /// <summary>One number everywhere.</summary>
    /// <remarks><b>Source</b>: the lessons (bias initialisation).</remarks>
    public static Initializer Constant(double value) => (shape, _, dtype) => Tensor.Full(shape, value, dtype);

    /// <summary>A uniform distribution over [low, high).</summary>
    /// <remarks><b>Formula</b>: mean (low + high) / 2, variance (high − low)² / 12. <b>Source</b>: LeCun et al. 1998.</remarks>
    /// <param name="low">The smallest number.</param>
    /// <param name="high">The bound above, at least <paramref name="low"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bounds are not finite or out of order.</exception>
    public static Initializer Uniform(double low, double high)
    {
        Setting.Require(double.IsFinite(low), low, nameof(low), "finite");
        Setting.Require(double.IsFinite(high) && high >= low, high, nameof(high), "finite and at least low");
        return new Draw(isNormal: false, _ => (low, high)).Make;
    }

    /// <summary>A normal distribution; the standard one unless told otherwise, which is how the lessons' biases start; their small random numbers are <c>Normal(0, 0.01)</c>.</summary>
    /// <remarks><b>Source</b>: the lessons (weight initialisation, the convolutional network's biases); Nielsen 2015, chapter 3.</remarks>
    /// <param name="mean">Its middle.</param>
    /// <param name="standardDeviation">Its width, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is negative, or a number not finite.</exception>
    public static Initializer Normal(double mean = 0, double standardDeviation = 1)
    {
        Setting.Require(double.IsFinite(mean), mean, nameof(mean), "finite");
        RequireWidth(standardDeviation);
        return new Draw(isNormal: true, _ => (mean, standardDeviation)).Make;
    }

    /// <summary>A normal distribution around zero without its tails: what falls beyond a bound is drawn again.</summary>
    /// <remarks>
    /// <b>Formula</b>: within ± bound · standardDeviation; cut at 2 the variance is 0.774 · standardDeviation².
    /// <b>Source</b>: Abadi et al. 2016 (<c>truncated_normal</c>).
    /// </remarks>
    /// <param name="standardDeviation">The width before the tails are cut, at least 0.</param>
    /// <param name="bound">Where they are cut, in standard deviations, at least 0.1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is negative or not finite, or the bound too small.</exception>
    public static Initializer TruncatedNormal(double standardDeviation = 1, double bound = 2)
    {
        RequireWidth(standardDeviation);
        Setting.Require(bound >= 0.1, bound, nameof(bound), "at least 0.1 standard deviations");
        return (shape, source, dtype) =>
        {
            var values = Tensor.RandomNormal(shape, source, dtype: DType.Float64).ToArray<double>();
            for (var index = 0; index < values.Length; index++)
            {
                for (var again = source; Math.Abs(values[index]) > bound; )
                {
                    again = again.Split("again");
                    values[index] = again.NormalDouble(index);
                }

                values[index] *= standardDeviation;
            }

            return Tensor.From(values, shape).To(dtype);
        };
    }

    private static void RequireWidth(double standardDeviation) =>
        Setting.Require(
            standardDeviation >= 0 && double.IsFinite(standardDeviation),
            standardDeviation,
            nameof(standardDeviation),
            "a finite number, zero or more"
        );
}
