using Descent.Numerics;

namespace Descent;

public static partial class Initializers
{
    /// <summary>A uniform distribution of variance gain² / fan, for layers followed by ReLU or its leaky form.</summary>
    /// <remarks>
    /// <b>Formula</b>: within ± √(3 / fan) · gain, where gain = √(2 / (1 + slope²)).
    /// <b>Source</b>: the lessons (weight initialisation); He et al. 2015, equations 10 and 15.
    /// </remarks>
    /// <param name="slope">The activation's slope below zero: 0 for ReLU.</param>
    /// <param name="fan">Whose variance is kept: that of what goes forward (in) or of what comes back (out).</param>
    /// <exception cref="ArgumentOutOfRangeException">The slope is not finite.</exception>
    public static Initializer HeUniform(double slope = 0, Fan fan = Fan.In) =>
        ScaledUniform(Gain.LeakyRelu(slope), shape => Count(shape, fan));

    /// <summary>A normal distribution of variance gain² / fan, for layers followed by ReLU or its leaky form.</summary>
    /// <remarks>
    /// <b>Formula</b>: standard deviation gain / √fan, where gain = √(2 / (1 + slope²)).
    /// <b>Source</b>: the lessons (weight initialisation); He et al. 2015, equations 10 and 15.
    /// </remarks>
    /// <param name="slope">The activation's slope below zero: 0 for ReLU.</param>
    /// <param name="fan">Whose variance is kept: that of what goes forward (in) or of what comes back (out).</param>
    /// <exception cref="ArgumentOutOfRangeException">The slope is not finite.</exception>
    public static Initializer HeNormal(double slope = 0, Fan fan = Fan.In) =>
        ScaledNormal(Gain.LeakyRelu(slope), shape => Count(shape, fan));

    /// <summary>A uniform distribution of variance 2 gain² / (fan-in + fan-out), for layers followed by tanh and its like.</summary>
    /// <remarks>
    /// <b>Formula</b>: within ± gain · √(6 / (fan-in + fan-out)). <b>Source</b>: Glorot and Bengio 2010, equation 16.
    /// </remarks>
    /// <param name="gain">What makes up for the activation behind the layer; see <see cref="Gain"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The gain is not finite.</exception>
    public static Initializer XavierUniform(double gain = 1) => ScaledUniform(gain, MeanFan);

    /// <summary>A normal distribution of variance 2 gain² / (fan-in + fan-out), for layers followed by tanh and its like.</summary>
    /// <remarks>
    /// <b>Formula</b>: standard deviation gain · √(2 / (fan-in + fan-out)). <b>Source</b>: Glorot and Bengio 2010, equation 12.
    /// </remarks>
    /// <param name="gain">What makes up for the activation behind the layer; see <see cref="Gain"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The gain is not finite.</exception>
    public static Initializer XavierNormal(double gain = 1) => ScaledNormal(gain, MeanFan);

    /// <summary>A uniform distribution of variance gain² / fan.</summary>
    /// <remarks><b>Formula</b>: within ± gain · √(3 / fan). <b>Source</b>: LeCun et al. 1998, section 4.6.</remarks>
    /// <param name="gain">What makes up for the activation behind the layer; see <see cref="Gain"/>.</param>
    /// <param name="fan">Whose variance is kept: that of what goes forward (in) or of what comes back (out).</param>
    /// <exception cref="ArgumentOutOfRangeException">The gain is not finite.</exception>
    public static Initializer LeCunUniform(double gain = 1, Fan fan = Fan.In) =>
        ScaledUniform(gain, shape => Count(shape, fan));

    /// <summary>A normal distribution of variance gain² / fan: the lessons' 1/√n, for n inputs.</summary>
    /// <remarks>
    /// <b>Formula</b>: standard deviation gain / √fan. The lessons' convolutional network takes n as the number of outputs,
    /// <c>Fan.Out</c>, and starts biases by <see cref="Normal"/>.
    /// <b>Source</b>: the lessons (weight initialisation); LeCun et al. 1998, section 4.6.
    /// </remarks>
    /// <param name="gain">What makes up for the activation behind the layer; see <see cref="Gain"/>.</param>
    /// <param name="fan">Whose variance is kept: that of what goes forward (in) or of what comes back (out).</param>
    /// <exception cref="ArgumentOutOfRangeException">The gain is not finite.</exception>
    public static Initializer LeCunNormal(double gain = 1, Fan fan = Fan.In) =>
        ScaledNormal(gain, shape => Count(shape, fan));

    /// <summary>1/√n as the bound of a uniform distribution, n the fan-in: what <c>Linear</c> and <c>Conv2d</c> use unless told otherwise.</summary>
    /// <remarks><b>Formula</b>: variance 1 / (3 n). <b>Source</b>: LeCun et al. 1998, section 4.6.</remarks>
    public static Initializer InverseSqrtFanIn { get; } =
        new Draw(isNormal: false, shape => InverseSqrtBounds((int)FanIn(shape))).Make;

    /// <summary>The bound 1/√fan-in of a layer's weights, for its bias, whose own shape does not tell.</summary>
    /// <remarks><b>Formula</b>: variance 1 / (3 · fan-in). <b>Source</b>: LeCun et al. 1998, section 4.6.</remarks>
    /// <param name="fanIn">Inputs of one output.</param>
    public static Initializer InverseSqrt(int fanIn)
    {
        var (low, high) = InverseSqrtBounds(fanIn);
        return Uniform(low, high);
    }

    /// <summary>Inputs of one output: all sizes but the first, multiplied.</summary>
    public static long FanIn(Shape shape) => Count(shape, Fan.In);

    /// <summary>Outputs of one input: all sizes but the second, multiplied.</summary>
    public static long FanOut(Shape shape) => Count(shape, Fan.Out);

    private static long Count(Shape shape, Fan fan) =>
        Math.Max(1, shape.Rank < 2 ? shape.Count : shape.Without((int)fan).Count);

    private static double MeanFan(Shape shape) => (FanIn(shape) + FanOut(shape)) / 2.0;

    private static (double Low, double High) InverseSqrtBounds(int fanIn)
    {
        var bound = Math.Sqrt(1.0 / Math.Max(1, fanIn));
        return (-bound, bound);
    }

    private static Initializer ScaledUniform(double gain, Func<Shape, double> fan)
    {
        RequireGain(gain);
        return new Draw(isNormal: false, Limits).Make;

        (double, double) Limits(Shape shape)
        {
            var limit = gain * Math.Sqrt(3 / fan(shape));
            return (-limit, limit);
        }
    }

    private static Initializer ScaledNormal(double gain, Func<Shape, double> fan)
    {
        RequireGain(gain);
        return new Draw(isNormal: true, shape => (0, gain * Math.Sqrt(1 / fan(shape)))).Make;
    }

    private static void RequireGain(double gain) =>
        Setting.Require(double.IsFinite(gain), gain, nameof(gain), "finite");
}
