using Descent.Backends;

namespace Descent.Layers;

/// <summary>The mean of each window of a sequence.</summary>
/// <remarks>
/// <b>Shape</b>: (N, C, L) → (N, C, L'), L' as the rows of <see cref="AveragePool2d"/>. <b>Formula</b>: y = Σ x / n over the window,
/// n its places without those past the end that ceiling mode brings. <b>Source</b>: the lessons (convolutional networks).
/// </remarks>
public sealed class AveragePool1d : Layer
{
    private readonly Window2d window;
    private readonly bool countPadding;
    private readonly bool ceilingMode;

    /// <summary>Makes the layer.</summary>
    /// <param name="kernelSize">Places of a window.</param>
    /// <param name="stride">Distance from one window to the next; the window's own size when null.</param>
    /// <param name="padding">Places added at both ends; at most half the window.</param>
    /// <param name="countPadding">Whether padding counts as zeros in the mean, or is left out of it.</param>
    /// <param name="ceilingMode">Whether the last window may reach past the end of the sequence.</param>
    /// <exception cref="ArgumentException">A size is too small, or the padding exceeds half the window.</exception>
    public AveragePool1d(
        int kernelSize,
        int? stride = null,
        int padding = 0,
        bool countPadding = true,
        bool ceilingMode = false
    )
    {
        window = WindowOptions.OfPool(nameof(AveragePool1d), kernelSize, stride ?? kernelSize, padding).OverOneRow();
        (this.countPadding, this.ceilingMode) = (countPadding, ceilingMode);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"AveragePool1d({window.Describe(isLine: true)}{(ceilingMode ? ", ceiling mode" : "")})";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) =>
        input.AsRows(nameof(AveragePool1d)).AveragePool2d(window, countPadding, ceilingMode).Squeeze(2);
}
