using System.Globalization;
using Descent.Backends;

namespace Descent.Layers;

/// <summary>The p-norm of each window: between the sum of magnitudes (p = 1) and the largest of them (p = ∞).</summary>
/// <remarks>
/// <b>Shape</b>: (N, C, H, W) → (N, C, H', W'), as <see cref="MaxPool2d"/>. <b>Formula</b>: y = (Σ |x|ᵖ)^(1/p) over the window.
/// PyTorch leaves out the magnitude, and its odd powers of negative numbers with it; and it stretches the sums of windows that
/// reach past the end, which here are sums of what there is. <b>Source</b>: the lessons (convolutional networks, pooling by a
/// norm); Sermanet et al. 2012.
/// </remarks>
public sealed class LpPool2d : Layer
{
    private readonly double p;
    private readonly Window2d window;
    private readonly bool ceilingMode;

    /// <summary>Makes the layer.</summary>
    /// <param name="p">The power, 1 or more; infinity is allowed.</param>
    /// <param name="kernelSize">Rows and columns of a window.</param>
    /// <param name="stride">Distance from one window to the next; the window's own size when null.</param>
    /// <param name="ceilingMode">Whether the last windows may reach past the end of the picture.</param>
    /// <exception cref="ArgumentException">The power or a size is too small.</exception>
    public LpPool2d(double p, Size2d kernelSize, Size2d? stride = null, bool ceilingMode = false)
    {
        WindowOptions.RequireNorm(nameof(LpPool2d), p);
        window = WindowOptions.OfPool(nameof(LpPool2d), kernelSize, stride);
        (this.p, this.ceilingMode) = (p, ceilingMode);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"LpPool2d(p {p}, {window.Describe(isLine: false)}{(ceilingMode ? ", ceiling mode" : "")})"
        );

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.LpPool2d(p, window, ceilingMode);
}
