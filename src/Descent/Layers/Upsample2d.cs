namespace Descent.Layers;

/// <summary>Makes pictures larger (or smaller) by repeating pixels or by drawing lines between them.</summary>
/// <remarks>
/// <b>Shape</b>: (N, C, H, W) → (N, C, H · scale, W · scale), or the given size. <b>Formula</b>: row i comes from row ⌊i·H/H'⌋
/// (nearest), or from around i·(H − 1)/(H' − 1) (linear, corners aligned) or (i + ½)·H/H' − ½, not below 0 (linear); columns alike.
/// <b>Source</b>: Odena et al. 2016 (upsampling before a convolution).
/// </remarks>
public sealed class Upsample2d : Layer
{
    private readonly Size2d? scale;
    private readonly Size2d? size;
    private readonly Interpolation interpolation;
    private readonly bool alignCorners;

    /// <summary>Makes the layer, by a scale or by a size.</summary>
    /// <param name="scale">How many times the rows and columns.</param>
    /// <param name="size">Rows and columns that come out, instead of a scale.</param>
    /// <param name="interpolation">How a pixel is found; linear is bilinear here.</param>
    /// <param name="alignCorners">Whether the first and last pixels stay the first and last, instead of the picture's edges its edges; for linear interpolation.</param>
    /// <exception cref="ArgumentException">Neither or both of scale and size are given, one is less than 1, or corners are to be aligned without interpolation.</exception>
    public Upsample2d(
        Size2d? scale = null,
        Size2d? size = null,
        Interpolation interpolation = Interpolation.Nearest,
        bool alignCorners = false
    )
    {
        Require(nameof(Upsample2d), scale, size, interpolation, alignCorners);
        (this.scale, this.size) = (scale, size);
        (this.interpolation, this.alignCorners) = (interpolation, alignCorners);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"Upsample2d({(scale is null ? $"size {size}" : $"{scale}")}, {Describe(interpolation, alignCorners)})";

    /// <summary>Refuses options that make no sense, those of sequences as well.</summary>
    internal static void Require(
        string layer,
        Size2d? scale,
        Size2d? size,
        Interpolation interpolation,
        bool alignCorners
    )
    {
        if (scale is null == size is null)
        {
            throw new ArgumentException($"{layer}: give a scale or a size, one of the two.");
        }

        scale?.RequireAtLeast(1, layer, nameof(scale));
        size?.RequireAtLeast(1, layer, nameof(size));
        if (!Enum.IsDefined(interpolation))
        {
            throw new ArgumentOutOfRangeException(
                nameof(interpolation),
                $"{layer}: there is no interpolation {interpolation}."
            );
        }

        if (alignCorners && interpolation == Interpolation.Nearest)
        {
            throw new ArgumentException(
                $"{layer}: alignCorners means something for linear interpolation only; leave it out, or interpolate."
            );
        }
    }

    internal static string Describe(Interpolation interpolation, bool alignCorners) =>
        interpolation == Interpolation.Nearest ? "nearest"
        : alignCorners ? "linear, corners aligned"
        : "linear";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        input.RequirePictures(nameof(Upsample2d));
        var (height, width) =
            size
            ?? new Size2d(checked(input.Shape[2] * scale!.Value.Height), checked(input.Shape[3] * scale.Value.Width));
        return input.Upsample2d(height, width, interpolation, alignCorners);
    }
}
