using Descent.Backends;

namespace Descent.Layers;

/// <summary>The mean of each window.</summary>
/// <remarks>
/// <b>Shape</b>: (N, C, H, W) → (N, C, H', W') with H' = ⌊(H + 2·padding − kernelSize) / stride⌋ + 1; in ceiling mode rounded up,
/// unless the last window would then start behind the picture and its padding at the top. Windows overlap where the stride is smaller than they
/// are. <b>Formula</b>: y = Σ x / n over the window, n its places without those past the end that ceiling mode brings.
/// <b>Source</b>: the lessons (convolutional networks); LeCun et al. 1998.
/// </remarks>
public sealed class AveragePool2d : Layer
{
    private readonly Window2d window;
    private readonly bool countPadding;
    private readonly bool ceilingMode;

    /// <summary>Makes the layer.</summary>
    /// <param name="kernelSize">Rows and columns of a window.</param>
    /// <param name="stride">Distance from one window to the next; the window's own size when null.</param>
    /// <param name="padding">Rows and columns added on every side; at most half the window.</param>
    /// <param name="countPadding">Whether padding counts as zeros in the mean, or is left out of it.</param>
    /// <param name="ceilingMode">Whether the last windows may reach past the end of the picture.</param>
    /// <exception cref="ArgumentException">A size is too small, or the padding exceeds half the window.</exception>
    public AveragePool2d(
        Size2d kernelSize,
        Size2d? stride = null,
        Size2d padding = default,
        bool countPadding = true,
        bool ceilingMode = false
    )
    {
        window = WindowOptions.OfPool(nameof(AveragePool2d), kernelSize, stride, padding);
        (this.countPadding, this.ceilingMode) = (countPadding, ceilingMode);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"AveragePool2d({window.Describe(isLine: false)}{(ceilingMode ? ", ceiling mode" : "")})";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.AveragePool2d(window, countPadding, ceilingMode);
}
