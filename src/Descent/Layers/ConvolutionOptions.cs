using Descent.Backends;

namespace Descent.Layers;

/// <summary>What convolutional layers and their transposes check and write alike.</summary>
internal static class ConvolutionOptions
{
    public static void RequireChannels(string layer, int inChannels, int outChannels, int groups)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outChannels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(groups);
        if (inChannels % groups != 0 || outChannels % groups != 0)
        {
            throw new ArgumentException(
                $"{layer}: {groups} groups do not divide {inChannels} input and {outChannels} output channels."
            );
        }
    }

    /// <summary>The layer with those options that are not the usual ones.</summary>
    public static string Describe(
        string layer,
        (int In, int Out) channels,
        in Window2d window,
        bool isLine,
        string padding
    )
    {
        var (kernel, stride, dilation) = (
            Text(window.KernelHeight, window.KernelWidth),
            Text(window.StrideY, window.StrideX),
            Text(window.DilationY, window.DilationX)
        );
        return $"{layer}({channels.In} → {channels.Out}, kernel {kernel}"
            + (stride == 1 ? "" : $", stride {stride}")
            + padding
            + (dilation == 1 ? "" : $", dilation {dilation}")
            + (window.Groups == 1 ? "" : $", groups {window.Groups}")
            + ")";

        Size2d Text(int height, int width) => new(isLine ? width : height, width);
    }
}
