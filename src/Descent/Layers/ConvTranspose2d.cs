namespace Descent.Layers;

/// <summary>The transpose of a convolutional layer over pictures, which makes them larger by its stride.</summary>
/// <remarks>
/// <b>Shape</b>: (N, inChannels, H, W) → (N, outChannels, H', W') with
/// H' = (H − 1)·stride − 2·padding + dilation·(kernelSize − 1) + outputPadding + 1; <c>weight</c> (inChannels, outChannels / groups,
/// kernelSize, kernelSize), <c>bias</c> (outChannels). <b>Formula</b> and <b>start</b>: see <see cref="ConvolutionTranspose"/>.
/// <b>Source</b>: Zeiler et al. 2010; Dumoulin and Visin 2016.
/// </remarks>
public sealed class ConvTranspose2d : ConvolutionTranspose
{
    /// <summary>Makes the layer.</summary>
    /// <param name="inChannels">Channels of the input.</param>
    /// <param name="outChannels">Channels of the output.</param>
    /// <param name="kernelSize">Rows and columns of a filter.</param>
    /// <param name="stride">Distance in the output from one place of the filter to the next.</param>
    /// <param name="padding">Rows and columns taken away on every side of the output.</param>
    /// <param name="outputPadding">Rows more at the bottom and columns more on the right of the output; below the stride.</param>
    /// <param name="dilation">Distance between neighbouring taps of a filter.</param>
    /// <param name="groups">Groups of channels that do not see each other; divides both channel counts.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <param name="weightInitializer">How the filters start; 1/√n uniform when null.</param>
    /// <param name="biasInitializer">How the bias starts; 1/√n uniform when null.</param>
    /// <exception cref="ArgumentException">A size is too small, the output padding too large, or the groups do not divide the channels.</exception>
    public ConvTranspose2d(
        int inChannels,
        int outChannels,
        Size2d kernelSize,
        Size2d? stride = null,
        Size2d padding = default,
        Size2d outputPadding = default,
        Size2d? dilation = null,
        int groups = 1,
        bool bias = true,
        Initializer? weightInitializer = null,
        Initializer? biasInitializer = null
    )
        : base(
            inChannels,
            outChannels,
            kernelSize,
            stride ?? 1,
            padding,
            outputPadding,
            dilation ?? 1,
            groups,
            bias,
            weightInitializer,
            biasInitializer
        ) { }
}
