using System.Globalization;
using Descent.Numerics;

namespace Descent.Layers;

/// <summary>What the layers that drop at random in training have in common: the share, and where their random numbers come from.</summary>
public abstract class DropoutLayer : Layer
{
    private long seed;
    private Draws? draws;

    private protected DropoutLayer(double probability)
    {
        if (probability is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(probability),
                probability,
                $"{GetType().Name}: the share to drop is at least 0 and below 1."
            );
        }

        Probability = probability;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{GetType().Name}({Probability})");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        RequireInput(input);
        return Draw() is { } source ? Drop(input, Probability, source) : input;
    }

    /// <summary>The share that is dropped.</summary>
    internal double Probability { get; }

    /// <summary>What the next call within the step draws from; null when nothing is dropped.</summary>
    internal RandomSource? Draw() =>
        IsTraining && Probability > 0 && Tape.Current is { } tape
            ? Source(Path).Split(tape.StepNumber).Split(tape.NextCall(this))
            : null;

    /// <summary>Refuses what is not an input of this layer.</summary>
    private protected virtual void RequireInput(Tensor input) { }

    /// <summary>The input with its share dropped and the rest scaled by 1 / (1 − p).</summary>
    private protected abstract Tensor Drop(Tensor input, double probability, RandomSource source);

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
