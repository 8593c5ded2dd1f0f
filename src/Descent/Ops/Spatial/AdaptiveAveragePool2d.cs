namespace Descent;

public partial class Tensor
{
    /// <summary>The means of pictures cut into a given number of rows and columns of windows.</summary>
    /// <remarks>
    /// <b>Shape</b>: (N, C, H, W) → (N, C, height, width), whatever H and W. <b>Formula</b>: window i holds the rows from
    /// ⌊i·H/height⌋ to before ⌈(i + 1)·H/height⌉. <b>Gradient</b>: dy, divided equally over its window.
    /// </remarks>
    /// <param name="height">Rows that come out.</param>
    /// <param name="width">Columns that come out.</param>
    /// <exception cref="ShapeException">The input is not (N, C, H, W), or has no pixels.</exception>
    public Tensor AdaptiveAveragePool2d(int height, int width)
    {
        RequirePictures(nameof(AdaptiveAveragePool2d));
        var rows = new AdaptiveBins(Shape[2], height, nameof(AdaptiveAveragePool2d));
        var columns = new AdaptiveBins(Shape[3], width, nameof(AdaptiveAveragePool2d));
        var x = this;
        if (!rows.AreEqual || !columns.AreEqual)
        {
            // Shorter windows are filled up with zeros, from a row and a column behind the picture.
            x = Pad([(0, 1), (0, 1)])
                .Take(From(rows.Places(filler: Shape[2])), 2)
                .Take(From(columns.Places(filler: Shape[3])), 3);
        }

        var y = x.AveragePool2d(new(rows.Longest, columns.Longest, rows.Longest, columns.Longest));
        return x == this ? y : y * Grid(rows.Shares(), columns.Shares());
    }
}
