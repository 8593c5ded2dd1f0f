namespace Descent.Layers;

/// <summary>Batch normalisation of pictures (Ioffe and Szegedy 2015): each channel gets mean 0 and variance 1, then a learned scale and shift.</summary>
/// <remarks>
/// <b>Shape</b>: (N, C, H, W), kept; <c>weight</c>, <c>bias</c>, <c>running_mean</c>, <c>running_var</c> (C).
/// <b>Formula</b>: y = γ (x − μ) / √(σ² + ε) + β. In training μ and σ² are the batch's (biased) and the running ones
/// move toward it by <c>momentum</c> (σ² unbiased); in inference they are the running ones.
/// <b>Source</b>: the lessons (batch normalisation); Ioffe and Szegedy 2015, section 3.2.
/// </remarks>
public sealed class BatchNorm2d : BatchNorm
{
    /// <summary>Makes the layer.</summary>
    /// <param name="channels">C, the size of axis 1.</param>
    /// <param name="epsilon">ε, added to the variance.</param>
    /// <param name="momentum">The share of the newest batch in the running statistics.</param>
    /// <param name="affine">Whether scale and shift are learned.</param>
    public BatchNorm2d(int channels, double epsilon = 1e-5, double momentum = 0.1, bool affine = true)
        : base(channels, epsilon, momentum, affine) { }

    private protected override void RequireInput(Tensor input, int channels)
    {
        if (input.Rank != 4 || input.Shape[1] != channels)
        {
            throw new ShapeException(
                $"BatchNorm2d: needs (N, C, H, W) with C = {channels}, found {input.Shape}{Tape.InLayer}."
            );
        }
    }
}
