using System.Globalization;
using Descent.Numerics;

namespace Descent.Layers;

/// <summary>Inverted dropout (Srivastava et al. 2014): in training each element is dropped with probability p and the others are scaled by 1 / (1 − p); in inference nothing happens.</summary>
/// <remarks>
/// <b>Shape</b>: any, kept. Which elements drop is a function of the seed, the layer's path, the step's number, the
/// call within the step and the element's place: the same on every run.
/// <b>Source</b>: the lessons (regularisation); Srivastava et al. 2014.
/// </remarks>
public sealed class Dropout : Layer
{
    private readonly double probability;
    private long seed;
    private Draws? draws;

    /// <summary>Makes the layer.</summary>
    /// <param name="probability">p, the share that is dropped: 0 ≤ p &lt; 1.</param>
    public Dropout(double probability = 0.5)
    {
        if (probability is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(probability),
                probability,
                "Dropout: the share to drop is at least 0 and below 1."
            );
        }

        this.probability = probability;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"Dropout({probability})");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        if (!IsTraining || probability == 0)
        {
            return input;
        }

        var tape = Tape.Current!;
        return input.Dropout(probability, Source(Path).Split(tape.StepNumber).Split(tape.NextCall(this)));
    }

    private protected override void Seed(long seed) => (this.seed, draws) = (seed, null);

    /// <summary>What the layer draws from, kept until it moves to another path.</summary>
    private RandomSource Source(string path)
    {
        var known = draws;
        if (known is null || !ReferenceEquals(known.Path, path))
        {
            draws = known = new Draws(path, new RandomSource(seed, "dropout").Split(path));
        }

        return known.Source;
    }

    private sealed record Draws(string Path, RandomSource Source);
}
