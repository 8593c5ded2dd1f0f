namespace Descent.Layers;

/// <summary>The largest elements of pictures cut into a given number of rows and columns of windows, so that the output has one size whatever the input's.</summary>
/// <remarks>
/// <b>Shape</b>: (N, C, H, W) → (N, C, outputSize). <b>Formula</b>: the largest element of the rows from ⌊i·H/H'⌋ to before ⌈(i + 1)·H/H'⌉, and so
/// for columns. <b>Source</b>: He et al. 2014 (spatial pyramid pooling).
/// </remarks>
public sealed class AdaptiveMaxPool2d : Layer
{
    private readonly Size2d outputSize;

    /// <summary>Makes the layer.</summary>
    /// <param name="outputSize">Rows and columns that come out.</param>
    /// <exception cref="ArgumentException">A size is less than 1.</exception>
    public AdaptiveMaxPool2d(Size2d outputSize)
    {
        outputSize.RequireAtLeast(1, nameof(AdaptiveMaxPool2d), nameof(outputSize));
        this.outputSize = outputSize;
    }

    /// <inheritdoc/>
    public override string ToString() => $"AdaptiveMaxPool2d({outputSize})";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.AdaptiveMaxPool2d(outputSize.Height, outputSize.Width);
}
