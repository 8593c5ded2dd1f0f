namespace Descent.Layers;

/// <summary>The largest elements of sequences cut into a given number of windows, so that the output has one length whatever the input's.</summary>
/// <remarks>
/// <b>Shape</b>: (N, C, L) → (N, C, outputSize). <b>Formula</b>: the largest element of the places from ⌊i·L/L'⌋ to before ⌈(i + 1)·L/L'⌉.
/// <b>Source</b>: He et al. 2014 (spatial pyramid pooling).
/// </remarks>
public sealed class AdaptiveMaxPool1d : Layer
{
    private readonly int outputSize;

    /// <summary>Makes the layer.</summary>
    /// <param name="outputSize">Places that come out.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is less than 1.</exception>
    public AdaptiveMaxPool1d(int outputSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputSize);
        this.outputSize = outputSize;
    }

    /// <inheritdoc/>
    public override string ToString() => $"AdaptiveMaxPool1d({outputSize})";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) =>
        input.AsRows(nameof(AdaptiveMaxPool1d)).AdaptiveMaxPool2d(1, outputSize).Squeeze(2);
}
