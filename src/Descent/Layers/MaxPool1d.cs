using Descent.Backends;

namespace Descent.Layers;

/// <summary>The largest element of each window of a sequence.</summary>
/// <remarks>
/// <b>Shape</b>: (N, C, L) → (N, C, L'), L' as the rows of <see cref="MaxPool2d"/>. <b>Formula</b>: y = max x over the window.
/// <b>Source</b>: the lessons (convolutional networks).
/// </remarks>
public sealed class MaxPool1d : Layer
{
    private readonly Window2d window;
    private readonly bool ceilingMode;

    /// <summary>Makes the layer.</summary>
    /// <param name="kernelSize">Places of a window.</param>
    /// <param name="stride">Distance from one window to the next; the window's own size when null.</param>
    /// <param name="padding">Places added at both ends, which never win; at most half the window.</param>
    /// <param name="dilation">Distance between neighbours inside a window.</param>
    /// <param name="ceilingMode">Whether the last window may reach past the end of the sequence.</param>
    /// <exception cref="ArgumentException">A size is too small, or the padding exceeds half the window.</exception>
    public MaxPool1d(int kernelSize, int? stride = null, int padding = 0, int dilation = 1, bool ceilingMode = false)
    {
        window = WindowOptions
            .OfPool(nameof(MaxPool1d), kernelSize, stride ?? kernelSize, padding, dilation)
            .OverOneRow();
        this.ceilingMode = ceilingMode;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"MaxPool1d({window.Describe(isLine: true)}{(ceilingMode ? ", ceiling mode" : "")})";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) =>
        input.AsRows(nameof(MaxPool1d)).MaxPool2d(window, ceilingMode).Squeeze(2);
}
