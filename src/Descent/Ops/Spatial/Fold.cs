using Descent.Backends;

namespace Descent;

public partial class Tensor
{
    /// <summary>The columns of <see cref="Unfold"/> added back into pictures, where windows overlap as a sum: its transpose, not its inverse.</summary>
    /// <remarks><b>Shape</b>: (N, C·R·S, L) → (N, C, height, width). <b>Gradient</b>: <see cref="Unfold"/> of dy.</remarks>
    /// <param name="height">Rows of the pictures.</param>
    /// <param name="width">Columns of the pictures.</param>
    /// <param name="window">The window; what falls on padding is dropped, groups mean nothing here.</param>
    /// <exception cref="ShapeException">The columns are not those of such pictures and such a window.</exception>
    public Tensor Fold(int height, int width, in Window2d window)
    {
        RequireFloating(nameof(Fold));
        RequireSensible(window, nameof(Fold));
        var (rows, columns) = (window.OutputHeight(height), window.OutputWidth(width));
        var taps = window.KernelHeight * window.KernelWidth;
        if (Rank != 3 || Shape[1] % taps != 0 || rows * columns == 0 || Shape[2] != rows * columns)
        {
            throw new ShapeException(
                $"Fold: columns {Shape} do not fit pictures of {height}×{width}{Tape.InLayer}: a window of {window.KernelHeight}×{window.KernelWidth} "
                    + $"has {rows}×{columns} places there, so they are (N, C·{taps}, {rows * columns}), as Unfold makes them."
            );
        }

        var (top, left) = (window.PaddingY, window.PaddingX);
        var (batch, channels, paddedWidth) = (Shape[0], Shape[1] / taps, width + 2 * left);
        var places = WindowPlaces(window, paddedWidth, rows, columns);
        return ZeroResult([batch, channels, (height + 2 * top) * paddedWidth])
            .IndexAdd(From(places), Reshape(batch, channels, taps * rows * columns), 2)
            .Reshape(batch, channels, height + 2 * top, paddedWidth)[.., .., top..(top + height), left..(left + width)];
    }
}
