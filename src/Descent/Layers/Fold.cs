using Descent.Backends;

namespace Descent.Layers;

/// <summary>Columns added back into pictures: the transpose of <see cref="Layers.Unfold"/>, a sum where windows overlap.</summary>
/// <remarks>
/// <b>Shape</b>: (N, C · kernel rows · kernel columns, L) → (N, C, outputSize), L the places of the window in a picture of that size.
/// <b>Formula</b>: each element of a column is added to the pixel that unfolding takes it from. <b>Source</b>: Chellapilla et
/// al. 2006.
/// </remarks>
public sealed class Fold : Layer
{
    private readonly Size2d outputSize;
    private readonly Window2d window;

    /// <summary>Makes the layer.</summary>
    /// <param name="outputSize">Rows and columns of the pictures.</param>
    /// <param name="kernelSize">Rows and columns of the window.</param>
    /// <param name="stride">Distance from one place of the window to the next.</param>
    /// <param name="padding">Rows and columns around the pictures; what falls there is dropped.</param>
    /// <param name="dilation">Distance between neighbours inside the window.</param>
    /// <exception cref="ArgumentException">A size is too small, or the window does not fit the pictures.</exception>
    public Fold(
        Size2d outputSize,
        Size2d kernelSize,
        Size2d? stride = null,
        Size2d padding = default,
        Size2d? dilation = null
    )
    {
        outputSize.RequireAtLeast(1, nameof(Fold), nameof(outputSize));
        window = WindowOptions.Of(nameof(Fold), kernelSize, stride ?? 1, padding, dilation ?? 1, 1);
        if (window.OutputHeight(outputSize.Height) == 0 || window.OutputWidth(outputSize.Width) == 0)
        {
            throw new ArgumentException(
                $"Fold: a window {window.Describe(isLine: false)} does not fit pictures of {outputSize}."
            );
        }

        this.outputSize = outputSize;
    }

    /// <inheritdoc/>
    public override string ToString() => $"Fold(to {outputSize}, {window.Describe(isLine: false)})";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Fold(outputSize.Height, outputSize.Width, window);
}
