using System.Text;
using Descent.Backends;

namespace Descent.Layers;

/// <summary>Windows from the options of layers, checked, and how they are written.</summary>
internal static class WindowOptions
{
    /// <summary>The window of a pool, whose stride is its own size when null and whose padding is at most half of it.</summary>
    public static Window2d OfPool(
        string layer,
        Size2d kernelSize,
        Size2d? stride,
        Size2d padding = default,
        Size2d? dilation = null
    )
    {
        var window = Of(layer, kernelSize, stride ?? kernelSize, padding, dilation ?? 1, 1);
        if (window.PaddingY * 2 > window.KernelHeight || window.PaddingX * 2 > window.KernelWidth)
        {
            throw new ArgumentException($"{layer}: padding {padding} is more than half the window {kernelSize}.");
        }

        return window;
    }

    /// <summary>A window of checked sizes.</summary>
    public static Window2d Of(
        string layer,
        Size2d kernelSize,
        Size2d stride,
        Size2d padding,
        Size2d dilation,
        int groups
    )
    {
        kernelSize.RequireAtLeast(1, layer, nameof(kernelSize));
        stride.RequireAtLeast(1, layer, nameof(stride));
        padding.RequireAtLeast(0, layer, nameof(padding));
        dilation.RequireAtLeast(1, layer, nameof(dilation));
        return new Window2d(
            kernelSize.Height,
            kernelSize.Width,
            stride.Height,
            stride.Width,
            padding.Height,
            padding.Width,
            dilation.Height,
            dilation.Width,
            groups
        );
    }

    /// <summary>Refuses a power that makes no norm.</summary>
    public static void RequireNorm(string layer, double p)
    {
        if (!(p >= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(p), $"{layer}: p is {p}; a norm needs 1 or more.");
        }
    }

    /// <summary>The window, given for rows and columns alike, for pictures of one row.</summary>
    public static Window2d OverOneRow(this in Window2d window) =>
        window with
        {
            KernelHeight = 1,
            StrideY = 1,
            PaddingY = 0,
            DilationY = 1,
        };

    /// <summary>"3, stride 2, padding 1", with what is not usual; a window over one row by its columns alone.</summary>
    public static string Describe(this in Window2d window, bool isLine)
    {
        var text = new StringBuilder().Append(Text(window.KernelHeight, window.KernelWidth));
        text.Append(", stride ").Append(Text(window.StrideY, window.StrideX));
        if (window.PaddingX > 0 || window.PaddingY > 0)
        {
            text.Append(", padding ").Append(Text(window.PaddingY, window.PaddingX));
        }

        if (window.DilationX > 1 || window.DilationY > 1)
        {
            text.Append(", dilation ").Append(Text(window.DilationY, window.DilationX));
        }

        return text.ToString();

        string Text(int height, int width) => new Size2d(isLine ? width : height, width).ToString();
    }
}
