namespace Descent.Layers;

/// <summary>Adds places before and after sequences.</summary>
/// <remarks>
/// <b>Shape</b>: (N, C, L) → (N, C, L + before + after). <b>Formula</b>: what the added places hold, see <see cref="PaddingMode"/>.
/// <b>Source</b>: the lessons (convolutional networks) for zeros.
/// </remarks>
public sealed class Pad1d : Layer
{
    private readonly Padding1d padding;
    private readonly PaddingMode paddingMode;
    private readonly double value;

    /// <summary>Makes the layer.</summary>
    /// <param name="padding">A number for both ends, or two: before, after.</param>
    /// <param name="paddingMode">What the added places hold.</param>
    /// <param name="value">What they hold instead of zeros, in the mode of zeros.</param>
    /// <exception cref="ArgumentException">A number is negative, the padding is to be <see cref="Padding1d.Same"/>, or a value is given in another mode.</exception>
    public Pad1d(Padding1d padding, PaddingMode paddingMode = PaddingMode.Zeros, double value = 0)
    {
        Pad2d.Require(nameof(Pad1d), padding.OnAllSides(), paddingMode, value);
        (this.padding, this.paddingMode, this.value) = (padding, paddingMode, value);
    }

    /// <inheritdoc/>
    public override string ToString() => $"Pad1d({padding}, {Pad2d.Describe(paddingMode, value)})";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        input.RequireSequences(nameof(Pad1d));
        (int, int) ends = (padding.Before, padding.After);
        return paddingMode == PaddingMode.Zeros ? input.Pad([ends], value) : input.Pad(paddingMode, ends);
    }
}
