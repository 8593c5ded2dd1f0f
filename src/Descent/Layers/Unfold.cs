using Descent.Backends;

namespace Descent.Layers;

/// <summary>Every place of a sliding window as a column, what is called im2col.</summary>
/// <remarks>
/// <b>Shape</b>: (N, C, H, W) → (N, C · kernel rows · kernel columns, L), L the places of the window, row by row. <b>Formula</b>: a
/// column holds a window's elements in the order channel, row, column. <b>Source</b>: Chellapilla et al. 2006.
/// </remarks>
public sealed class Unfold : Layer
{
    private readonly Window2d window;

    /// <summary>Makes the layer.</summary>
    /// <param name="kernelSize">Rows and columns of the window.</param>
    /// <param name="stride">Distance from one place of the window to the next.</param>
    /// <param name="padding">Rows and columns of zeros added on every side.</param>
    /// <param name="dilation">Distance between neighbours inside the window.</param>
    /// <exception cref="ArgumentException">A size is too small.</exception>
    public Unfold(Size2d kernelSize, Size2d? stride = null, Size2d padding = default, Size2d? dilation = null) =>
        window = WindowOptions.Of(nameof(Unfold), kernelSize, stride ?? 1, padding, dilation ?? 1, 1);

    /// <inheritdoc/>
    public override string ToString() => $"Unfold({window.Describe(isLine: false)})";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Unfold(window);
}
