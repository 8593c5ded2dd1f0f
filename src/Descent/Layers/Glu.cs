namespace Descent.Layers;

/// <summary>The first half along an axis, times the sigmoid of the second.</summary>
/// <remarks><b>Shape</b>: any; the axis becomes half as long. <b>Formula</b>: y = a σ(b). <b>Source</b>: Dauphin et al. 2017.</remarks>
/// <param name="axis">The axis that is halved, −1 for the last.</param>
public sealed class Glu(int axis = -1) : Layer
{
    /// <inheritdoc/>
    public override string ToString() => nameof(Glu);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Glu(axis);
}
