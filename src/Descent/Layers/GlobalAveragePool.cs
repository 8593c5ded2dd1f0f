namespace Descent.Layers;

/// <summary>The mean of each channel over all its places.</summary>
/// <remarks>
/// <b>Shape</b>: (N, C, …) → (N, C): of sequences (N, C, L), pictures (N, C, H, W), or more. <b>Formula</b>: y = Σ x / n.
/// <b>Source</b>: Lin et al. 2013.
/// </remarks>
public sealed class GlobalAveragePool : Layer
{
    /// <inheritdoc/>
    public override string ToString() => nameof(GlobalAveragePool);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.AsChannels(nameof(GlobalAveragePool)).Mean(2);
}
