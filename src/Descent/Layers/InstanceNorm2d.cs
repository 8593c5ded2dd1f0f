namespace Descent.Layers;

/// <summary>Instance normalisation of pictures: each channel of each sample gets mean 0 and variance 1, then perhaps a learned scale and shift.</summary>
/// <remarks>
/// <b>Shape</b>: (N, C, H, W), kept; where asked for, <c>weight</c>, <c>bias</c>, <c>running_mean</c>, <c>running_var</c> (C).
/// <b>Formula</b>: y = γ (x − μ) / √(σ² + ε) + β over the pixels of each picture, σ² biased, in training and inference;
/// with statistics tracked, inference takes running ones, which in training move toward the batch's mean of μ and of the
/// unbiased σ². <b>Source</b>: Ulyanov et al. 2016.
/// </remarks>
public sealed class InstanceNorm2d : InstanceNorm
{
    /// <summary>Makes the layer.</summary>
    /// <param name="channels">C, the size of axis 1.</param>
    /// <param name="epsilon">ε, added to the variance.</param>
    /// <param name="momentum">The share of the newest batch in the running statistics.</param>
    /// <param name="affine">Whether scale and shift are learned.</param>
    /// <param name="trackStatistics">Whether inference uses running statistics instead of each sample's own.</param>
    public InstanceNorm2d(
        int channels,
        double epsilon = 1e-5,
        double momentum = 0.1,
        bool affine = false,
        bool trackStatistics = false
    )
        : base(channels, epsilon, momentum, affine, trackStatistics) { }

    private protected override string Axes => "(N, C, H, W)";

    private protected override int AxisCount => 4;
}
