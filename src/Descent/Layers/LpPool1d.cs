using System.Globalization;
using Descent.Backends;

namespace Descent.Layers;

/// <summary>The p-norm of each window of a sequence.</summary>
/// <remarks>
/// <b>Shape</b>: (N, C, L) → (N, C, L'), L' as the rows of <see cref="MaxPool2d"/>. <b>Formula</b>: y = (Σ |x|ᵖ)^(1/p) over the window;
/// where PyTorch differs, see <see cref="LpPool2d"/>. <b>Source</b>: the lessons (convolutional networks, pooling by a norm);
/// Sermanet et al. 2012.
/// </remarks>
public sealed class LpPool1d : Layer
{
    private readonly double p;
    private readonly Window2d window;
    private readonly bool ceilingMode;

    /// <summary>Makes the layer.</summary>
    /// <param name="p">The power, 1 or more; infinity is allowed.</param>
    /// <param name="kernelSize">Places of a window.</param>
    /// <param name="stride">Distance from one window to the next; the window's own size when null.</param>
    /// <param name="ceilingMode">Whether the last window may reach past the end of the sequence.</param>
    /// <exception cref="ArgumentException">The power or a size is too small.</exception>
    public LpPool1d(double p, int kernelSize, int? stride = null, bool ceilingMode = false)
    {
        WindowOptions.RequireNorm(nameof(LpPool1d), p);
        window = WindowOptions.OfPool(nameof(LpPool1d), kernelSize, stride ?? kernelSize).OverOneRow();
        (this.p, this.ceilingMode) = (p, ceilingMode);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"LpPool1d(p {p}, {window.Describe(isLine: true)}{(ceilingMode ? ", ceiling mode" : "")})"
        );

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) =>
        input.AsRows(nameof(LpPool1d)).LpPool2d(p, window, ceilingMode).Squeeze(2);
}
