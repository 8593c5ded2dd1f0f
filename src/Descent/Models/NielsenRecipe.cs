using Descent.Layers;
using Descent.Optimizers;

namespace Descent.Models;

/// <summary>The network that ends chapter 6 of M. Nielsen, "Neural Networks and Deep Learning" (2015), with its first weights and rates; its author reports 99.60 % on MNIST expanded by one-pixel shifts.</summary>
/// <remarks>
/// <para>Weights start as N(0, 1/n_out) and biases as N(0, 1), the last layer as zeros; for a convolution n_out is
/// filters · 5 · 5 / 4. Training is SGD of rate 0.03 on batches of 100 over 40 epochs, without momentum or decay.</para>
/// <para>Its dropout multiplies a dense layer's input by a mask m of zeros and ones in training, m x · W, and by
/// q = 1 − p in inference, q x · W. Ours divides by q in training instead: (m x / q) · W' and x · W'. With W' = q W both
/// compute the same, in training and in inference. Since ∂/∂W' = (∂/∂W) / q, the source's step W ← W − η ∂/∂W reads
/// W' ← W' − q η ∂/∂W = W' − q² η ∂/∂W': first weights are multiplied by q, and the rate of these weights by q², a
/// quarter. Biases stand outside the mask and keep theirs.</para>
/// <para><see cref="InvertedNetwork"/> takes the printed weights and rate as they are, with inverted dropout: what the
/// recipe becomes when it is written down in a library of today. Its dense layers learn four times as fast.</para>
/// </remarks>
public static class NielsenRecipe
{
    private const double Kept = 0.5;

    /// <summary>The step size of the source.</summary>
    public const double LearningRate = 0.03;

    /// <summary>Pictures in a batch.</summary>
    public const int BatchSize = 100;

    /// <summary>Times through the 250,000 pictures.</summary>
    public const int Epochs = 40;

    /// <summary>Makes the network, its first dense weights scaled for inverted dropout: (N, 1, 28, 28) → logits (N, 10).</summary>
    public static Sequential Network() => Build(Kept);

    /// <summary>Makes the network with the printed first weights; to be trained by plain SGD at the printed rate.</summary>
    public static Sequential InvertedNetwork() => Build(1);

    private static Sequential Build(double denseScale) =>
        [
            Convolution(1, 20),
            new MaxPool2d(2),
            new Relu(),
            Convolution(20, 40),
            new MaxPool2d(2),
            new Relu(),
            new Flatten(),
            new Dropout(1 - Kept),
            Dense(640, 1000, denseScale),
            new Relu(),
            new Dropout(1 - Kept),
            Dense(1000, 1000, denseScale),
            new Relu(),
            new Dropout(1 - Kept),
            new Linear(1000, 10, weightInitializer: Initializers.Zeros, biasInitializer: Initializers.Zeros),
        ];

    /// <summary>Plain SGD over the network's parameters, with the dense layers' weights at a quarter of the rate.</summary>
    /// <param name="network">A network of <see cref="Network"/>, initialised.</param>
    /// <param name="learningRate">The rate of biases and filters.</param>
    public static Sgd Optimizer(Sequential network, double learningRate = LearningRate)
    {
        ArgumentNullException.ThrowIfNull(network);
        var behindDropout = network.OfType<Linear>().Select(layer => layer.Weight).ToHashSet();
        return new Sgd(
            [
                new ParameterGroup(network.Parameters.Where(parameter => !behindDropout.Contains(parameter))),
                new ParameterGroup(behindDropout) { LearningRateFactor = Kept * Kept },
            ],
            learningRate
        );
    }

    private static Conv2d Convolution(int inChannels, int outChannels) =>
        new(
            inChannels,
            outChannels,
            5,
            weightInitializer: Initializers.Normal(0, Math.Sqrt(1 / (outChannels * 5 * 5 / 4.0))),
            biasInitializer: Initializers.Normal()
        );

    private static Linear Dense(int inFeatures, int outFeatures, double scale) =>
        new(
            inFeatures,
            outFeatures,
            weightInitializer: Initializers.Normal(0, scale * Math.Sqrt(1.0 / outFeatures)),
            biasInitializer: Initializers.Normal()
        );
}
