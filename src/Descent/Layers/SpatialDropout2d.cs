namespace Descent.Layers;

/// <summary>Dropout of whole channels of pictures: in training each channel of each sample is dropped with probability p and the others are scaled by 1 / (1 − p).</summary>
/// <remarks><b>Shape</b>: (N, C, H, W), kept. Neighbouring places say nearly the same, so dropping them one by one would hide little. <b>Source</b>: Tompson et al. 2015.</remarks>
public sealed class SpatialDropout2d : SpatialDropout
{
    /// <summary>Makes the layer.</summary>
    /// <param name="probability">p, the share of channels that is dropped: 0 ≤ p &lt; 1.</param>
    public SpatialDropout2d(double probability = 0.5)
        : base(probability) { }

    private protected override string Axes => "(N, C, H, W)";

    private protected override int AxisCount => 4;
}
