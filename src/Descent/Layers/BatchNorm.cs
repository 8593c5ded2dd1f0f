namespace Descent.Layers;

/// <summary>What batch normalisation has in common over vectors, sequences and pictures.</summary>
public abstract class BatchNorm : Layer
{
    private readonly double epsilon;
    private readonly double momentum;

    private protected BatchNorm(int channels, double epsilon, double momentum)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epsilon);
        if (momentum is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(momentum), momentum, "BatchNorm: momentum lies in [0, 1].");
        }

        this.epsilon = epsilon;
        this.momentum = momentum;
        Weight = new Parameter([channels], Initializers.Ones);
        Bias = new Parameter([channels]);
        RunningMean = new Parameter([channels], isTrainable: false);
        RunningVariance = new Parameter([channels], Initializers.Ones, isTrainable: false);
    }

    /// <summary>γ, the scale, (C).</summary>
    public Parameter Weight { get; }

    /// <summary>β, the shift, (C).</summary>
    public Parameter Bias { get; }

    /// <summary>The mean that inference uses, (C).</summary>
    public Parameter RunningMean { get; }

    /// <summary>The variance that inference uses, (C).</summary>
    [Name("running_var")]
    public Parameter RunningVariance { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{GetType().Name}({Weight.Shape[0]})";

    /// <summary>Normalises with the batch's statistics in training, with the running ones in inference.</summary>
    private protected Tensor Normalize(Tensor input)
    {
        if (!IsTraining)
        {
            return input.BatchNormInference(Weight, Bias, RunningMean, RunningVariance, epsilon);
        }

        var count = input.Count / Weight.Count;
        if (count < 2)
        {
            throw new ShapeException(
                $"{GetType().Name}: one value a channel has no variance; found {input.Shape}{Tape.InLayer}. Train with larger batches, or drop the last short one."
            );
        }

        var (y, mean, variance) = input.BatchNorm(Weight, Bias, epsilon);
        var tape = Tape.Current!;
        tape.UpdateLater(RunningMean, mean, 1 - momentum, momentum);
        tape.UpdateLater(RunningVariance, variance, 1 - momentum, momentum * count / (count - 1));
        return y;
    }
}
