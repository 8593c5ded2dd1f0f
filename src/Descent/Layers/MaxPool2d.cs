using Descent.Backends;

namespace Descent.Layers;

/// <summary>The largest element of each window.</summary>
/// <remarks>
/// <b>Shape</b>: (N, C, H, W) → (N, C, H', W') with H' = ⌊(H + 2·padding − dilation·(kernelSize − 1) − 1) / stride⌋ + 1; in ceiling
/// mode rounded up, unless the last window would then start behind the picture and its padding at the top. Windows overlap where the stride is
/// smaller than they are. <b>Formula</b>: y = max x over the window. <b>Source</b>: the lessons (convolutional networks);
/// Riesenhuber and Poggio 1999.
/// </remarks>
public sealed class MaxPool2d : Layer
{
    private readonly Window2d window;
    private readonly bool ceilingMode;

    /// <summary>Makes the layer.</summary>
    /// <param name="kernelSize">Rows and columns of a window.</param>
    /// <param name="stride">Distance from one window to the next; the window's own size when null.</param>
    /// <param name="padding">Rows and columns added on every side, which never win; at most half the window.</param>
    /// <param name="dilation">Distance between neighbours inside a window.</param>
    /// <param name="ceilingMode">Whether the last windows may reach past the end of the picture.</param>
    /// <exception cref="ArgumentException">A size is too small, or the padding exceeds half the window.</exception>
    public MaxPool2d(
        Size2d kernelSize,
        Size2d? stride = null,
        Size2d padding = default,
        Size2d? dilation = null,
        bool ceilingMode = false
    )
    {
        window = WindowOptions.OfPool(nameof(MaxPool2d), kernelSize, stride, padding, dilation);
        this.ceilingMode = ceilingMode;
    }

    /// <summary>How the window slides, where it does so within the padded picture and without gaps; else null.</summary>
    internal Window2d? Window => ceilingMode || window.DilationY > 1 || window.DilationX > 1 ? null : window;

    /// <inheritdoc/>
    public override string ToString() =>
        $"MaxPool2d({window.Describe(isLine: false)}{(ceilingMode ? ", ceiling mode" : "")})";

    private protected override bool KeepsNothing => true;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.MaxPool2d(window, ceilingMode);
}
