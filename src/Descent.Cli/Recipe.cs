using Descent.Layers;
using Descent.Models;
using Descent.Optimizers;

namespace Descent.Cli;

/// <summary>What a training run does unless options say otherwise.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Network">The network, by its name in <see cref="DigitNetworks"/>.</param>
/// <param name="Epochs">Times through the data.</param>
/// <param name="BatchSize">Pictures a step.</param>
/// <param name="LearningRate">The first step size.</param>
/// <param name="LastRateShare">What share of the first rate the last epoch has; it falls by the same factor after each.</param>
/// <param name="Expands">Whether every picture is also moved by one pixel in four directions.</param>
/// <param name="Optimizer">Makes the optimizer of a network and a rate.</param>
internal sealed record Recipe(
    string Name,
    string Network,
    int Epochs,
    int BatchSize,
    double LearningRate,
    double LastRateShare,
    bool Expands,
    Func<Sequential, double, Optimizer> Optimizer
)
{
    /// <summary>For the synthetic digits: done within seconds.</summary>
    public static Recipe Digits { get; } = new("default", "compact", 8, 64, 0.05, 0.05, false, Momentum);

    /// <summary>For MNIST: the wide network with Adam, whose steps stay small where dropout makes gradients noisy.</summary>
    public static Recipe Mnist { get; } = new("default", "wide", 3, 64, 0.001, 0.05, false, Adam);

    /// <summary>For MNIST as the textbook trains it.</summary>
    public static Recipe Source { get; } =
        new(
            "source",
            "nielsen",
            NielsenRecipe.Epochs,
            NielsenRecipe.BatchSize,
            NielsenRecipe.LearningRate,
            1,
            true,
            NielsenRecipe.Optimizer
        );

    /// <summary>The textbook's recipe with its printed weights and rate and today's inverted dropout.</summary>
    public static Recipe SourceInverted { get; } =
        Source with
        {
            Name = "source-inverted",
            Network = "nielsen-inverted",
            Optimizer = (network, learningRate) => new Sgd(network, learningRate),
        };

    /// <summary>The recipes that MNIST can be trained by; the first unless told otherwise.</summary>
    public static IReadOnlyList<Recipe> ForMnist { get; } = [Mnist, Source, SourceInverted];

    /// <summary>What the rate is multiplied with after each epoch.</summary>
    public double LearningRateDecay => Epochs < 2 ? 1 : Math.Pow(LastRateShare, 1.0 / (Epochs - 1));

    private static Adam Adam(Sequential network, double learningRate) => new(network, learningRate);

    private static Sgd Momentum(Sequential network, double learningRate) =>
        new(network, learningRate, momentum: 0.9, nesterov: true);
}
