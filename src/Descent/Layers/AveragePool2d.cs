using Descent.Backends;

namespace Descent.Layers;

/// <summary>The mean of each window.</summary>
/// <remarks><b>Shape</b>: (N, C, H, W) → (N, C, H', W') with H' = ⌊(H + 2·padding − kernelSize) / stride⌋ + 1. <b>Source</b>: the lessons (convolutional networks); LeCun et al. 1998.</remarks>
public sealed class AveragePool2d : Layer
{
    private readonly Window2d window;
    private readonly bool countPadding;

    /// <summary>Makes the layer.</summary>
    /// <param name="kernelSize">Rows and columns of a window.</param>
    /// <param name="stride">Distance from one window to the next; the window's own size when null.</param>
    /// <param name="padding">Rows and columns added on every side; at most half the window.</param>
    /// <param name="countPadding">Whether padding counts as zeros in the mean, or is left out of it.</param>
    /// <exception cref="ArgumentException">A size is too small, or the padding exceeds half the window.</exception>
    public AveragePool2d(Size2d kernelSize, Size2d? stride = null, Size2d? padding = null, bool countPadding = true)
    {
        var (step, edge) = (stride ?? kernelSize, padding ?? 0);
        kernelSize.RequireAtLeast(1, nameof(AveragePool2d), nameof(kernelSize));
        step.RequireAtLeast(1, nameof(AveragePool2d), nameof(stride));
        edge.RequireAtLeast(0, nameof(AveragePool2d), nameof(padding));
        if (edge.Height * 2 > kernelSize.Height || edge.Width * 2 > kernelSize.Width)
        {
            throw new ArgumentException($"AveragePool2d: padding {edge} is more than half the window {kernelSize}.");
        }

        window = new Window2d(kernelSize.Height, kernelSize.Width, step.Height, step.Width, edge.Height, edge.Width);
        this.countPadding = countPadding;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"AveragePool2d({new Size2d(window.KernelHeight, window.KernelWidth)}, stride {new Size2d(window.StrideY, window.StrideX)})";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.AveragePool2d(window, countPadding);
}
