using Descent.Layers;

namespace Descent.Models;

/// <summary>Residual networks for pictures: a first convolution, four groups of residual blocks, a global average, one dense layer.</summary>
/// <remarks>
/// <b>Shape</b>: (N, 3, H, W), 224 × 224 as a rule → logits (N, K). The parameters have torchvision's names,
/// <c>layer1.0.conv1.weight</c> … <c>fc.bias</c>, so that its state dictionaries fit. <b>Source</b>: the lessons
/// (pretrained networks); He et al. 2016, table 1.
/// </remarks>
public sealed class ResNet : Layer
{
    private readonly MaxPool2d pool = new(3, stride: 2, padding: 1);
    private readonly Relu relu = new();

    private ResNet(int[] depths, bool bottlenecks, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        var channels = 64;
        Sequential[] groups = [Layer1, Layer2, Layer3, Layer4];
        for (var group = 0; group < groups.Length; group++)
        {
            for (var block = 0; block < depths[group]; block++)
            {
                var stride = group > 0 && block == 0 ? 2 : 1;
                var width = 64 << group;
                groups[group]
                    .Add(
                        bottlenecks
                            ? new BottleneckBlock(channels, width, stride)
                            : new BasicBlock(channels, width, stride)
                    );
                channels = bottlenecks ? BottleneckBlock.Expansion * width : width;
            }
        }

        Fc = new Linear(channels, classes);
    }

    /// <summary>The first convolution, 7×7 in steps of two.</summary>
    public Layer Conv1 { get; private set; } =
        new Conv2d(
            3,
            64,
            7,
            stride: 2,
            padding: 3,
            bias: false,
            weightInitializer: Initializers.HeNormal(fan: Fan.Out)
        );

    /// <summary>Its normalisation.</summary>
    public Layer Bn1 { get; private set; } = new BatchNorm2d(64);

    /// <summary>The blocks of 64 channels.</summary>
    public Sequential Layer1 { get; } = [];

    /// <summary>The blocks of 128 channels.</summary>
    public Sequential Layer2 { get; } = [];

    /// <summary>The blocks of 256 channels.</summary>
    public Sequential Layer3 { get; } = [];

    /// <summary>The blocks of 512 channels.</summary>
    public Sequential Layer4 { get; } = [];

    /// <summary>The dense layer that gives the logits: <c>net["fc"] = new Linear(512, 2)</c> is how it learns other classes.</summary>
    public Layer Fc { get; private set; }

    /// <summary>ResNet-18: 2, 2, 2 and 2 basic blocks.</summary>
    /// <param name="classes">K.</param>
    public static ResNet ResNet18(int classes = 1000) => new([2, 2, 2, 2], bottlenecks: false, classes);

    /// <summary>ResNet-34: 3, 4, 6 and 3 basic blocks.</summary>
    /// <param name="classes">K.</param>
    public static ResNet ResNet34(int classes = 1000) => new([3, 4, 6, 3], bottlenecks: false, classes);

    /// <summary>ResNet-50: 3, 4, 6 and 3 bottleneck blocks.</summary>
    /// <param name="classes">K.</param>
    public static ResNet ResNet50(int classes = 1000) => new([3, 4, 6, 3], bottlenecks: true, classes);

    /// <inheritdoc/>
    public override string ToString() => $"ResNet({Find<Conv2d>().Count} convolutions)";

    internal override void FoldNeighbours() => (Conv1, Bn1) = InferenceCopy.Folded(Conv1, Bn1);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        if (input.Rank != 4 || input.Shape[1] != 3)
        {
            throw new ShapeException($"ResNet: needs pictures (N, 3, H, W), found {input.Shape}{Tape.InLayer}.");
        }

        var x = Sequential.Run(input, Conv1, Bn1, relu, pool, Layer1, Layer2, Layer3, Layer4);
        return Fc.Forward(x.Mean([2, 3]));
    }
}
