using Descent.Numerics;

namespace Descent.Layers;

/// <summary>Inverted dropout: in training each element is dropped with probability p and the others are scaled by 1 / (1 − p); in inference nothing happens.</summary>
/// <remarks>
/// <b>Shape</b>: any, kept. Which elements drop is a function of the seed, the layer's path, the step's number, the
/// call within the step and the element's place: the same on every run.
/// <b>Source</b>: the lessons (regularisation); Srivastava et al. 2014.
/// </remarks>
public sealed class Dropout : DropoutLayer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="probability">p, the share that is dropped: 0 ≤ p &lt; 1.</param>
    public Dropout(double probability = 0.5)
        : base(probability) { }

    private protected override Tensor Drop(Tensor input, double probability, RandomSource source) =>
        input.Dropout(probability, source);
}
