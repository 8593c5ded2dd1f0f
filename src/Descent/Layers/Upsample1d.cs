namespace Descent.Layers;

/// <summary>Makes sequences longer (or shorter) by repeating elements or by drawing lines between them.</summary>
/// <remarks>
/// <b>Shape</b>: (N, C, L) → (N, C, L · scale), or the given size. <b>Formula</b>: as the rows of <see cref="Upsample2d"/>.
/// <b>Source</b>: Odena et al. 2016 (upsampling before a convolution).
/// </remarks>
public sealed class Upsample1d : Layer
{
    private readonly int? scale;
    private readonly int? size;
    private readonly Interpolation interpolation;
    private readonly bool alignCorners;

    /// <summary>Makes the layer, by a scale or by a size.</summary>
    /// <param name="scale">How many times the places.</param>
    /// <param name="size">Places that come out, instead of a scale.</param>
    /// <param name="interpolation">How an element is found.</param>
    /// <param name="alignCorners">Whether the first and last elements stay the first and last; for linear interpolation.</param>
    /// <exception cref="ArgumentException">Neither or both of scale and size are given, one is less than 1, or corners are to be aligned without interpolation.</exception>
    public Upsample1d(
        int? scale = null,
        int? size = null,
        Interpolation interpolation = Interpolation.Nearest,
        bool alignCorners = false
    )
    {
        Upsample2d.Require(nameof(Upsample1d), scale, size, interpolation, alignCorners);
        (this.scale, this.size) = (scale, size);
        (this.interpolation, this.alignCorners) = (interpolation, alignCorners);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"Upsample1d({(scale is null ? $"size {size}" : $"{scale}")}, {Upsample2d.Describe(interpolation, alignCorners)})";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        var rows = input.AsRows(nameof(Upsample1d));
        var length = size ?? checked(input.Shape[2] * scale!.Value);
        return rows.Upsample2d(1, length, interpolation, alignCorners).Squeeze(2);
    }
}
