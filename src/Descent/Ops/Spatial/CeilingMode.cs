using Descent.Backends;

namespace Descent;

// A window that starts on the picture may reach past its end: as many elements that count for nothing are added there.
public partial class Tensor
{
    /// <summary>The largest element of each window, with windows that reach past the end of the picture in ceiling mode.</summary>
    /// <remarks>
    /// <b>Shape</b>: (N, C, H, W) → (N, C, H', W'); in ceiling mode H' = ⌈(H + 2·padding − dilation·(R − 1) − 1) / stride⌉ + 1, less
    /// one where the last window would start behind the picture and its padding at the top: PyTorch's rule.
    /// <b>Gradient</b>: dy goes to the first largest element of each window.
    /// </remarks>
    /// <param name="window">The window.</param>
    /// <param name="ceilingMode">Whether the last window may reach past the end.</param>
    /// <exception cref="ShapeException">The input is not (N, C, H, W), or the window does not fit.</exception>
    public Tensor MaxPool2d(in Window2d window, bool ceilingMode)
    {
        if (!ceilingMode)
        {
            return MaxPool2d(window);
        }

        RequirePictures(nameof(MaxPool2d));
        RequireSensible(window, nameof(MaxPool2d));
        var (bottom, right) = Overhang(window);
        return bottom + right == 0
            ? MaxPool2d(window)
            : Pad([(0, bottom), (0, right)], double.NegativeInfinity).MaxPool2d(window);
    }

    /// <summary>The mean of each window, with windows that reach past the end of the picture in ceiling mode; what lies there is left out of the mean.</summary>
    /// <remarks><b>Shape</b>: as <see cref="MaxPool2d(in Window2d, bool)"/>. <b>Gradient</b>: dy, divided equally over what counts of its window.</remarks>
    /// <param name="window">The window, of dilation 1.</param>
    /// <param name="countPadding">Whether padding counts as zeros in the mean, or is left out of it.</param>
    /// <param name="ceilingMode">Whether the last window may reach past the end.</param>
    /// <exception cref="ShapeException">The input is not (N, C, H, W), or the window does not fit.</exception>
    public Tensor AveragePool2d(in Window2d window, bool countPadding, bool ceilingMode)
    {
        if (!ceilingMode)
        {
            return AveragePool2d(window, countPadding);
        }

        RequirePictures(nameof(AveragePool2d));
        RequireSensible(window, nameof(AveragePool2d));
        var (bottom, right) = Overhang(window);
        if (bottom + right == 0)
        {
            return AveragePool2d(window, countPadding);
        }

        var y = Pad([(0, bottom), (0, right)]).AveragePool2d(window);
        var (top, left) = (window.PaddingY, window.PaddingX);
        var rows = Shares(Shape[2], y.Shape[2], window.KernelHeight, window.StrideY, top, countPadding ? top : 0);
        var columns = Shares(Shape[3], y.Shape[3], window.KernelWidth, window.StrideX, left, countPadding ? left : 0);
        return y * Grid(rows, columns);
    }

    /// <summary>Rows and columns to add behind a picture so that the windows of ceiling mode fit it.</summary>
    private (int Bottom, int Right) Overhang(in Window2d window)
    {
        return (
            Of(Shape[2], window.KernelHeight, window.StrideY, window.PaddingY, window.DilationY),
            Of(Shape[3], window.KernelWidth, window.StrideX, window.PaddingX, window.DilationX)
        );

        static int Of(int size, int kernel, int stride, int padding, int dilation)
        {
            var reach = dilation * (kernel - 1) + 1;
            var room = size + 2 * padding - reach;
            var last = room <= -stride ? -1 : (room + stride - 1) / stride;
            last -= last * stride >= size + padding ? 1 : 0;
            return last < 0 ? 0 : Math.Max(0, last * stride - room);
        }
    }

    /// <summary>For each place of a window along an axis, its length as a multiple of what counts of it: the elements and some of the padding.</summary>
    private static double[] Shares(int size, int places, int kernel, int stride, int padding, int counted)
    {
        var shares = new double[places];
        for (var place = 0; place < places; place++)
        {
            var start = place * stride - padding;
            shares[place] = (double)kernel / (Math.Min(start + kernel, size + counted) - Math.Max(start, -counted));
        }

        return shares;
    }

    /// <summary>rows[i] · columns[j] as a plane that stretches over pictures.</summary>
    private Tensor Grid(double[] rows, double[] columns)
    {
        var values = new double[rows.Length * columns.Length];
        for (var index = 0; index < values.Length; index++)
        {
            values[index] = rows[index / columns.Length] * columns[index % columns.Length];
        }

        return From(values, [rows.Length, columns.Length]).To(DType).To(Device);
    }
}
