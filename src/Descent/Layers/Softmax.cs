namespace Descent.Layers;

/// <summary>Numbers along an axis as probabilities: e^(x_i) / Σ e^(x_j).</summary>
/// <remarks><b>Shape</b>: any, kept. <c>Loss.CrossEntropy</c> takes logits: leave this layer out of a network that it trains. <b>Source</b>: the lessons (softmax classifier); Bridle 1990.</remarks>
/// <param name="axis">The axis of the classes, −1 for the last.</param>
public sealed class Softmax(int axis = -1) : Layer
{
    /// <inheritdoc/>
    public override string ToString() => nameof(Softmax);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input) => input.Softmax(axis);
}
