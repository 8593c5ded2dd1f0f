namespace Descent.Layers;

/// <summary>Gives its input: a place where a layer may stand, or stood.</summary>
/// <remarks><b>Shape</b>: any, kept. <b>Source</b>: He et al. 2016, the identity mapping of a residual block.</remarks>
public sealed class Identity : Layer
{
    /// <inheritdoc/>
    public override string ToString() => "Identity";

    private protected override bool KeepsNothing => true;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input;
}
