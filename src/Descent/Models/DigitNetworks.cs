using Descent.Layers;

namespace Descent.Models;

/// <summary>Convolutional networks that read pictures of one digit.</summary>
/// <remarks><b>Shape</b>: (N, 1, 28, 28), 0 to 1 → logits (N, 10).</remarks>
public static class DigitNetworks
{
    /// <summary>The networks' names, as run folders and model files keep them.</summary>
    public static IReadOnlyList<string> Names { get; } = ["compact", "wide", "nielsen", "nielsen-inverted"];

    /// <summary>Makes a network by its name.</summary>
    /// <exception cref="ArgumentException">There is no such network; the message lists those there are.</exception>
    public static Sequential Create(string name) =>
        name switch
        {
            "compact" => Compact(),
            "wide" => Wide(),
            "nielsen" => NielsenRecipe.Network(),
            "nielsen-inverted" => NielsenRecipe.InvertedNetwork(),
            _ => throw new ArgumentException(
                $"There is no network '{name}' for digits; there are {string.Join(", ", Names)}."
            ),
        };

    /// <summary>Two convolutions of 8 and 16 filters and one dense layer: small, and quick to train.</summary>
    public static Sequential Compact() =>
        [
            new Conv2d(1, 8, 5),
            new MaxPool2d(2),
            new Relu(),
            new Conv2d(8, 16, 5),
            new MaxPool2d(2),
            new Relu(),
            new Flatten(),
            new Linear(256, 64),
            new Relu(),
            new Linear(64, 10),
        ];

    /// <summary>Two convolutions of 20 and 40 filters, two hidden layers of 1000 and dropout of one half before each dense layer: the shape of <see cref="NielsenRecipe"/>, with the library's own first weights.</summary>
    public static Sequential Wide() =>
        [
            new Conv2d(1, 20, 5),
            new MaxPool2d(2),
            new Relu(),
            new Conv2d(20, 40, 5),
            new MaxPool2d(2),
            new Relu(),
            new Flatten(),
            new Dropout(0.5),
            new Linear(640, 1000),
            new Relu(),
            new Dropout(0.5),
            new Linear(1000, 1000),
            new Relu(),
            new Dropout(0.5),
            new Linear(1000, 10),
        ];
}
