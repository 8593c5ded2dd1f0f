namespace Descent.Layers;

/// <summary>Joins all axes but the first: pictures become vectors.</summary>
/// <remarks><b>Shape</b>: (N, …) → (N, product of the rest). <b>Source</b>: the lessons (convolutional networks).</remarks>
public sealed class Flatten : Layer
{
    /// <inheritdoc/>
    public override string ToString() => nameof(Flatten);

    private protected override bool KeepsNothing => true;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Flatten();
}
