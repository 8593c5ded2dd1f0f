namespace Descent.Layers;

/// <summary>The largest element of each channel.</summary>
/// <remarks>
/// <b>Shape</b>: (N, C, …) → (N, C): of sequences (N, C, L), pictures (N, C, H, W), or more. <b>Formula</b>: y = max x; equal
/// largest elements share the gradient. <b>Source</b>: Collobert et al. 2011 (over sequences).
/// </remarks>
public sealed class GlobalMaxPool : Layer
{
    /// <inheritdoc/>
    public override string ToString() => nameof(GlobalMaxPool);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.AsChannels(nameof(GlobalMaxPool)).Max(2);
}
