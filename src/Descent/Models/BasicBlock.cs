using Descent.Layers;

namespace Descent.Models;

/// <summary>A residual block of two 3×3 convolutions (He et al. 2016, figure 5 left): ReLU(BN(conv(ReLU(BN(conv(x))))) + x).</summary>
/// <remarks><b>Shape</b>: (N, inChannels, H, W) → (N, channels, ⌈H / stride⌉, ⌈W / stride⌉). <b>Source</b>: the lessons (pretrained networks); He et al. 2016.</remarks>
internal sealed class BasicBlock : Layer
{
    private readonly Relu relu = new();

    /// <summary>Makes the block.</summary>
    /// <param name="inChannels">Channels of the input.</param>
    /// <param name="channels">Channels of the output.</param>
    /// <param name="stride">Of the first convolution.</param>
    public BasicBlock(int inChannels, int channels, int stride = 1)
    {
        Conv1 = new Conv2d(
            inChannels,
            channels,
            3,
            stride,
            1,
            bias: false,
            weightInitializer: Initializers.HeNormal(fan: Fan.Out)
        );
        Bn1 = new BatchNorm2d(channels);
        Conv2 = new Conv2d(
            channels,
            channels,
            3,
            padding: 1,
            bias: false,
            weightInitializer: Initializers.HeNormal(fan: Fan.Out)
        );
        Bn2 = new BatchNorm2d(channels);
        Downsample = Shortcut(inChannels, channels, stride);
    }

    /// <summary>The first convolution.</summary>
    public Layer Conv1 { get; private set; }

    /// <summary>Its normalisation.</summary>
    public Layer Bn1 { get; private set; }

    /// <summary>The second convolution.</summary>
    public Layer Conv2 { get; private set; }

    /// <summary>Its normalisation.</summary>
    public Layer Bn2 { get; private set; }

    /// <summary>What makes the input's shape the output's, a 1×1 convolution and its normalisation; null where they are equal.</summary>
    public Sequential? Downsample { get; }

    internal override void FoldNeighbours()
    {
        (Conv1, Bn1) = InferenceCopy.Folded(Conv1, Bn1);
        (Conv2, Bn2) = InferenceCopy.Folded(Conv2, Bn2);
    }

    private protected override bool KeepsNothing =>
        Sequential.LetGo([Conv1, Bn1, Conv2, Bn2]) && Downsample is null or { LetsGo: true };

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) =>
        Joined(input, [Conv1, Bn1, relu, Conv2, Bn2], Downsample, KeepsNothing);

    /// <summary>ReLU(body(x) + around(x)), by the body's last layer where it can; then both are given back unless somebody has them.</summary>
    internal static Tensor Joined(Tensor input, ReadOnlySpan<Layer> layers, Sequential? downsample, bool letsGo)
    {
        var body = layers[^1].Joins ? null : Sequential.Run(input, layers);
        var around = downsample?.Forward(input) ?? input;
        var output =
            body?.AddThen<ReluKernel>(around)
            ?? Sequential.RunJoined(input, around, ActivationFormula<ReluKernel>.Instance, layers);
        if (letsGo && body is not null && !body.SharesMemory(input))
        {
            body.GiveBack(output);
        }

        if (letsGo && !around.SharesMemory(input) && body?.SharesMemory(around) != true)
        {
            around.GiveBack(output);
        }

        return output;
    }

    /// <summary>The 1×1 convolution that leads around a block whose output has another shape.</summary>
    internal static Sequential? Shortcut(int inChannels, int outChannels, int stride) =>
        stride == 1 && inChannels == outChannels
            ? null
            :
            [
                new Conv2d(
                    inChannels,
                    outChannels,
                    1,
                    stride,
                    bias: false,
                    weightInitializer: Initializers.HeNormal(fan: Fan.Out)
                ),
                new BatchNorm2d(outChannels),
            ];
}
