using Descent.Numerics;

namespace Descent;

/// <summary>The ways to draw first weights, each by its name in the field.</summary>
/// <remarks>For weights of shape (out, in, r, s): fan-in is in · r · s and fan-out is out · r · s.</remarks>
public static class Initializers
{
    /// <summary>Zeros: for biases, and for a last layer that starts without an opinion.</summary>
    public static Initializer Zeros => Constant(0);

    /// <summary>Ones: for the scale of a normalisation.</summary>
    public static Initializer Ones => Constant(1);

    /// <summary>√(6 / fan-in) as the bound of a uniform distribution: variance 2 / fan-in, for layers followed by ReLU (He et al. 2015, eq. 10).</summary>
    public static Initializer HeUniform => Uniform(shape => Math.Sqrt(6.0 / FanIn(shape)));

    /// <summary>√(2 / fan-in) as the standard deviation of a normal distribution, for layers followed by ReLU (He et al. 2015, eq. 10).</summary>
    public static Initializer HeNormal => Normal(shape => Math.Sqrt(2.0 / FanIn(shape)));

    /// <summary>√(6 / (fan-in + fan-out)) as the bound of a uniform distribution (Glorot and Bengio 2010, eq. 16).</summary>
    public static Initializer XavierUniform => Uniform(shape => Math.Sqrt(6.0 / (FanIn(shape) + FanOut(shape))));

    /// <summary>√(2 / (fan-in + fan-out)) as the standard deviation of a normal distribution (Glorot and Bengio 2010, eq. 12).</summary>
    public static Initializer XavierNormal => Normal(shape => Math.Sqrt(2.0 / (FanIn(shape) + FanOut(shape))));

    /// <summary>1/√n as the bound of a uniform distribution, n the fan-in: what <c>Linear</c> and <c>Conv2d</c> use unless told otherwise (LeCun et al. 1998).</summary>
    public static Initializer InverseSqrtFanIn => Uniform(shape => Math.Sqrt(1.0 / FanIn(shape)));

    /// <summary>A normal distribution of a small standard deviation around zero.</summary>
    public static Initializer SmallNormal(double standardDeviation = 0.01) => Normal(_ => standardDeviation);

    /// <summary>A uniform distribution over [low, high).</summary>
    public static Initializer Uniform(double low, double high) =>
        (shape, source, dtype) => Tensor.RandomUniform(shape, source, low, high, dtype);

    /// <summary>One number everywhere.</summary>
    public static Initializer Constant(double value) => (shape, _, dtype) => Tensor.Full(shape, value, dtype);

    /// <summary>The bound 1/√fan-in of a layer's weights, for its bias, whose own shape does not tell.</summary>
    public static Initializer InverseSqrt(int fanIn) => Uniform(_ => Math.Sqrt(1.0 / Math.Max(1, fanIn)));

    /// <summary>Inputs of one output: all sizes but the first, multiplied.</summary>
    public static long FanIn(Shape shape) => shape.Rank < 2 ? Math.Max(1, shape.Count) : shape.Without(0).Count;

    /// <summary>Outputs of one input: all sizes but the second, multiplied.</summary>
    public static long FanOut(Shape shape) => shape.Rank < 2 ? Math.Max(1, shape.Count) : shape.Without(1).Count;

    private static Initializer Uniform(Func<Shape, double> bound) =>
        (shape, source, dtype) =>
        {
            var limit = bound(shape);
            return Tensor.RandomUniform(shape, source, -limit, limit, dtype);
        };

    private static Initializer Normal(Func<Shape, double> standardDeviation) =>
        (shape, source, dtype) => Tensor.RandomNormal(shape, source, 0, standardDeviation(shape), dtype);
}
