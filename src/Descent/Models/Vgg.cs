using Descent.Layers;

namespace Descent.Models;

/// <summary>VGG networks: 3×3 convolutions in blocks that end in a pool, then three dense layers.</summary>
/// <remarks>
/// <b>Shape</b>: (N, 3, 224, 224) → logits (N, K). The parameters have torchvision's names, <c>features.0.weight</c> …
/// <c>classifier.6.bias</c>, so that its state dictionaries fit. <b>Source</b>: the lessons (pretrained networks);
/// Simonyan and Zisserman 2015, table 1.
/// </remarks>
public sealed class Vgg : Layer
{
    // Of each block the number of convolutions, of 64, 128, 256, 512 and 512 filters.
    private Vgg(int[] depths, int classes, double dropout)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        var channels = 3;
        for (var block = 0; block < depths.Length; block++)
        {
            var filters = Math.Min(64 << block, 512);
            for (var layer = 0; layer < depths[block]; layer++)
            {
                Features.Add(
                    new Conv2d(channels, filters, 3, padding: 1, weightInitializer: Initializers.HeNormal(fan: Fan.Out))
                );
                Features.Add(new Relu());
                channels = filters;
            }

            Features.Add(new MaxPool2d(2));
        }

        Classifier =
        [
            new Linear(512 * 7 * 7, 4096),
            new Relu(),
            new Dropout(dropout),
            new Linear(4096, 4096),
            new Relu(),
            new Dropout(dropout),
            new Linear(4096, classes),
        ];
    }

    /// <summary>The convolutions and pools.</summary>
    public Sequential Features { get; } = [];

    /// <summary>The dense layers; the last gives the logits: <c>net["classifier.6"] = new Linear(4096, 2)</c> is how it learns other classes.</summary>
    public Sequential Classifier { get; }

    /// <summary>VGG-11, configuration A.</summary>
    /// <param name="classes">K.</param>
    /// <param name="dropout">The share dropped behind each of the first two dense layers.</param>
    public static Vgg Vgg11(int classes = 1000, double dropout = 0.5) => new([1, 1, 2, 2, 2], classes, dropout);

    /// <summary>VGG-16, configuration D.</summary>
    /// <inheritdoc cref="Vgg11"/>
    public static Vgg Vgg16(int classes = 1000, double dropout = 0.5) => new([2, 2, 3, 3, 3], classes, dropout);

    /// <summary>VGG-19, configuration E.</summary>
    /// <inheritdoc cref="Vgg11"/>
    public static Vgg Vgg19(int classes = 1000, double dropout = 0.5) => new([2, 2, 4, 4, 4], classes, dropout);

    /// <inheritdoc/>
    public override string ToString() =>
        $"Vgg({Features.Find<Conv2d>().Count + Classifier.Find<Linear>().Count} layers)";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        if (input.Rank != 4 || input.Shape[1] != 3 || input.Shape[2] / 32 != 7 || input.Shape[3] / 32 != 7)
        {
            throw new ShapeException(
                $"Vgg: needs pictures (N, 3, 224, 224), found {input.Shape}{Tape.InLayer}. Scale or crop them."
            );
        }

        return Classifier.Forward(Features.Forward(input).Flatten());
    }
}
