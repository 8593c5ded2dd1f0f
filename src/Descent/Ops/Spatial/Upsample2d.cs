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
    /// with the same weights. A linear pixel is a sum over its whole row and column, of zeros but for the neighbours: one that is not
    /// finite spreads along both.
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
        if (Shape[2] == 0 || Shape[3] == 0)
        {
            throw new ShapeException($"Upsample2d: pictures {Shape} have no pixels to make others from{Tape.InLayer}.");
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);

        if (interpolation == Interpolation.Nearest)
        {
            return RepeatedTo(width, 3).RepeatedTo(height, 2);
        }

        // As products with matrices that are almost all zeros: faster than to gather the neighbours, up to some 2000 pixels a row.
        var y = Shape[3] == width ? this : MatMul(Blend(Shape[3], width, alignCorners).Transpose());
        return Shape[2] == height ? y : Blend(Shape[2], height, alignCorners).MatMul(y);
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

    /// <summary>The weights of the given places for each wanted one, (wanted, given), no more than two of them not 0.</summary>
    private Tensor Blend(int given, int wanted, bool alignCorners)
    {
        var weights = new double[wanted * given];
        for (var index = 0; index < wanted; index++)
        {
            var place =
                !alignCorners ? Math.Max(0, (index + 0.5) * given / wanted - 0.5)
                : wanted == 1 ? 0
                : index * (double)(given - 1) / (wanted - 1);
            var lower = Math.Min((int)place, given - 1);
            weights[index * given + lower] += 1 - (place - lower);
            weights[index * given + Math.Min(lower + 1, given - 1)] += place - lower;
        }

        return From(weights, [wanted, given]).To(DType).To(Device);
    }
}
