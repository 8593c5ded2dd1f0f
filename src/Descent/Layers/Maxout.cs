namespace Descent.Layers;

/// <summary>The largest of every so many neighbours along an axis: behind a linear layer, units that learn their own activation.</summary>
/// <remarks>
/// <b>Shape</b>: any; the axis becomes 1/pieces as long. <b>Formula</b>: yᵢ = max over j of x at i · pieces + j.
/// <b>Source</b>: Goodfellow et al. 2013.
/// </remarks>
public sealed class Maxout : Layer
{
    private readonly int pieces;
    private readonly int axis;

    /// <summary>Makes the layer.</summary>
    /// <param name="pieces">How many neighbours compete for one place.</param>
    /// <param name="axis">The axis, −1 for the last, 1 for channels.</param>
    public Maxout(int pieces, int axis = -1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pieces);
        this.pieces = pieces;
        this.axis = axis;
    }

    /// <inheritdoc/>
    public override string ToString() => $"Maxout({pieces})";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Maxout(pieces, axis);
}
