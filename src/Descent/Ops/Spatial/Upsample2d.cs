namespace Descent;

/// <summary>How numbers between those that are given are found.</summary>
public enum Interpolation
{
    /// <summary>The one at or before the place.</summary>
    Nearest,

    /// <summary>On the line between the two neighbours; in two dimensions first along the columns, then along the rows: bilinear.</summary>
    Linear,
}

public partial class Tensor
{
    /// <summary>Pictures of another size, usually larger.</summary>
    /// <remarks>
    /// <b>Shape</b>: (N, C, H, W) → (N, C, height, width). <b>Formula</b>: row i comes from row ⌊i·H/height⌋ (nearest), or from around
    /// i·(H − 1)/(height − 1) (linear, corners aligned) or (i + ½)·H/height − ½, not below 0 (linear). <b>Gradient</b>: dy, added up
    /// with the same weights.
    /// </remarks>
    /// <param name="height">Rows that come out.</param>
    /// <param name="width">Columns that come out.</param>
    /// <param name="interpolation">How a pixel is found.</param>
    /// <param name="alignCorners">Whether the first and last pixels stay the first and last, instead of the picture's edges its edges; for linear interpolation.</param>
    /// <exception cref="ShapeException">The input is not (N, C, H, W), or has no pixels.</exception>
    public Tensor Upsample2d(
        int height,
        int width,
        Interpolation interpolation = Interpolation.Nearest,
        bool alignCorners = false
    )
    {
        RequirePictures(nameof(Upsample2d));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if (Shape[2] == 0 || Shape[3] == 0)
        {
            throw new ShapeException($"Upsample2d: pictures {Shape} have no pixels to make others from{Tape.InLayer}.");
        }

        return interpolation == Interpolation.Nearest
            ? RepeatedTo(width, 3).RepeatedTo(height, 2)
            : BlendedTo(width, 3, alignCorners).BlendedTo(height, 2, alignCorners);
    }

    private Tensor RepeatedTo(int size, int axis)
    {
        if (Shape[axis] == size)
        {
            return this;
        }

        var places = new long[size];
        for (var index = 0; index < size; index++)
        {
            places[index] = (long)index * Shape[axis] / size;
        }

        return Take(From(places), axis);
    }

    private Tensor BlendedTo(int size, int axis, bool alignCorners)
    {
        var given = Shape[axis];
        if (given == size)
        {
            return this;
        }

        var (lower, upper, shares) = (new long[size], new long[size], new double[size]);
        for (var index = 0; index < size; index++)
        {
            var place =
                !alignCorners ? Math.Max(0, (index + 0.5) * given / size - 0.5)
                : size == 1 ? 0
                : index * (double)(given - 1) / (size - 1);
            lower[index] = Math.Min((long)place, given - 1);
            upper[index] = Math.Min(lower[index] + 1, given - 1);
            shares[index] = place - lower[index];
        }

        Shape stretched = axis == 3 ? [size] : [size, 1];
        var share = From(shares, stretched).To(DType).To(Device);
        return Take(From(lower), axis) * (1 - share) + Take(From(upper), axis) * share;
    }
}
