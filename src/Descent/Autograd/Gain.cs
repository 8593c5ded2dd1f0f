namespace Descent;

/// <summary>What first weights are multiplied with to make up for the activation behind them, so that signals keep their variance.</summary>
/// <remarks>The values are PyTorch's <c>calculate_gain</c>.</remarks>
public static class Gain
{
    /// <summary>No activation: 1.</summary>
    public const double Linear = 1;

    /// <summary>The sigmoid: 1.</summary>
    public const double Sigmoid = 1;

    /// <summary>The hyperbolic tangent: 5/3.</summary>
    public const double Tanh = 5 / 3.0;

    /// <summary>SELU: 3/4.</summary>
    public const double Selu = 3 / 4.0;

    /// <summary>ReLU: √2, since half of the signals are lost (He et al. 2015).</summary>
    public static double Relu { get; } = Math.Sqrt(2);

    /// <summary>Leaky ReLU: √(2 / (1 + slope²)) (He et al. 2015, equation 15).</summary>
    /// <param name="slope">The slope below zero.</param>
    public static double LeakyRelu(double slope = 0.01) => Math.Sqrt(2 / (1 + slope * slope));
}
