using Descent.Layers;

namespace Descent.Models;

/// <summary>A residual block that narrows to fewer channels for its 3×3 convolution (He et al. 2016, figure 5 right).</summary>
/// <remarks>
/// <b>Shape</b>: (N, inChannels, H, W) → (N, 4 · width, ⌈H / stride⌉, ⌈W / stride⌉). The stride is the 3×3 convolution's, as in
/// torchvision. <b>Source</b>: the lessons (pretrained networks); He et al. 2016.
/// </remarks>
internal sealed class BottleneckBlock : Layer
{
    /// <summary>How many times as many channels the output has as the 3×3 convolution.</summary>
    public const int Expansion = 4;

    private readonly Relu relu = new();

    /// <summary>Makes the block.</summary>
    /// <param name="inChannels">Channels of the input.</param>
    /// <param name="width">Channels of the 3×3 convolution.</param>
    /// <param name="stride">Of the 3×3 convolution.</param>
    public BottleneckBlock(int inChannels, int width, int stride = 1)
    {
        Conv1 = new Conv2d(inChannels, width, 1, bias: false, weightInitializer: Initializers.HeNormal(fan: Fan.Out));
        Bn1 = new BatchNorm2d(width);
        Conv2 = new Conv2d(
            width,
            width,
            3,
            stride,
            1,
            bias: false,
            weightInitializer: Initializers.HeNormal(fan: Fan.Out)
        );
        Bn2 = new BatchNorm2d(width);
        Conv3 = new Conv2d(
            width,
            Expansion * width,
            1,
            bias: false,
            weightInitializer: Initializers.HeNormal(fan: Fan.Out)
        );
        Bn3 = new BatchNorm2d(Expansion * width);
        Downsample = BasicBlock.Shortcut(inChannels, Expansion * width, stride);
    }

    /// <summary>The 1×1 convolution that narrows.</summary>
    public Layer Conv1 { get; private set; }

    /// <summary>Its normalisation.</summary>
    public Layer Bn1 { get; private set; }

    /// <summary>The 3×3 convolution.</summary>
    public Layer Conv2 { get; private set; }

    /// <summary>Its normalisation.</summary>
    public Layer Bn2 { get; private set; }

    /// <summary>The 1×1 convolution that widens.</summary>
    public Layer Conv3 { get; private set; }

    /// <summary>Its normalisation.</summary>
    public Layer Bn3 { get; private set; }

    /// <summary>What makes the input's shape the output's; null where they are equal.</summary>
    public Sequential? Downsample { get; }

    internal override void FoldNeighbours()
    {
        (Conv1, Bn1) = InferenceCopy.Folded(Conv1, Bn1);
        (Conv2, Bn2) = InferenceCopy.Folded(Conv2, Bn2);
        (Conv3, Bn3) = InferenceCopy.Folded(Conv3, Bn3);
    }

    private protected override bool KeepsNothing =>
        Sequential.LetGo([Conv1, Bn1, Conv2, Bn2, Conv3, Bn3]) && Downsample is null or { LetsGo: true };

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) =>
        BasicBlock.Joined(input, [Conv1, Bn1, relu, Conv2, Bn2, relu, Conv3, Bn3], Downsample, KeepsNothing);
}
