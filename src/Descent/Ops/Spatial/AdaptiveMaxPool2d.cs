namespace Descent;

public partial class Tensor
{
    /// <summary>The largest elements of pictures cut into a given number of rows and columns of windows.</summary>
    /// <remarks>
    /// <b>Shape</b>: (N, C, H, W) → (N, C, height, width), whatever H and W. <b>Formula</b>: windows as in
    /// <see cref="AdaptiveAveragePool2d"/>. <b>Gradient</b>: dy goes to the first largest element of each window.
    /// </remarks>
    /// <param name="height">Rows that come out.</param>
    /// <param name="width">Columns that come out.</param>
    /// <exception cref="ShapeException">The input is not (N, C, H, W), or has no pixels.</exception>
    public Tensor AdaptiveMaxPool2d(int height, int width)
    {
        RequirePictures(nameof(AdaptiveMaxPool2d));
        var rows = new AdaptiveBins(Shape[2], height, nameof(AdaptiveMaxPool2d));
        var columns = new AdaptiveBins(Shape[3], width, nameof(AdaptiveMaxPool2d));

        // Shorter windows repeat their last row or column, which never wins against its first copy.
        var x = rows.AreEqual ? this : Take(From(rows.Places(filler: -1)), 2);
        x = columns.AreEqual ? x : x.Take(From(columns.Places(filler: -1)), 3);
        return x.MaxPool2d(new(rows.Longest, columns.Longest, rows.Longest, columns.Longest));
    }
}
