using Descent.Backends;

namespace Descent;

public partial class Tensor
{
    /// <summary>Every place of a sliding window as a column, what is called im2col: a convolution is the product of its filters with them.</summary>
    /// <remarks>
    /// <b>Shape</b>: (N, C, H, W) → (N, C·R·S, L), the elements of a window in the order (c, r, s), and its L = H'·W' places
    /// row by row. <b>Gradient</b>: <see cref="Fold"/> of dy.
    /// </remarks>
    /// <param name="window">The window; padding gives zeros, groups mean nothing here.</param>
    /// <exception cref="ShapeException">The input is not (N, C, H, W), or the window does not fit.</exception>
    public Tensor Unfold(in Window2d window)
    {
        RequirePictures(nameof(Unfold));
        var shape = WindowedShape(window, Shape[1], nameof(Unfold));
        var padded = Pad([(window.PaddingY, window.PaddingY), (window.PaddingX, window.PaddingX)]);
        var places = WindowPlaces(window, padded.Shape[3], shape[2], shape[3]);
        return padded
            .Flatten(2)
            .Take(From(places), 2)
            .Reshape(shape[0], shape[1] * window.KernelHeight * window.KernelWidth, shape[2] * shape[3]);
    }

    /// <summary>Where the elements of a window lie in a padded plane: for each tap, each place of the window.</summary>
    private static long[] WindowPlaces(in Window2d window, int paddedWidth, int rows, int columns)
    {
        var places = new long[window.KernelHeight * window.KernelWidth * rows * columns];
        var next = 0;
        for (var r = 0; r < window.KernelHeight; r++)
        {
            for (var s = 0; s < window.KernelWidth; s++)
            {
                for (var i = 0; i < rows; i++)
                {
                    var row = (long)(i * window.StrideY + r * window.DilationY) * paddedWidth;
                    for (var j = 0; j < columns; j++)
                    {
                        places[next++] = row + j * window.StrideX + s * window.DilationX;
                    }
                }
            }
        }

        return places;
    }
}
