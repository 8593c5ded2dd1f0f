using Descent.Backends;
using Descent.Numerics;

namespace Descent.Layers;

/// <summary>What instance normalisation has in common over sequences and pictures.</summary>
public abstract class InstanceNorm : Layer
{
    private readonly int channels;
    private readonly double epsilon;
    private readonly double momentum;

    private protected InstanceNorm(int channels, double epsilon, double momentum, bool affine, bool trackStatistics)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        Setting.Require(epsilon > 0 && double.IsFinite(epsilon), epsilon, nameof(epsilon), "a finite number above 0");
        if (momentum is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(momentum), momentum, "InstanceNorm: momentum lies in [0, 1].");
        }

        (this.channels, this.epsilon, this.momentum) = (channels, epsilon, momentum);
        Weight = affine ? new Parameter([channels], Initializers.Ones) : null;
        Bias = affine ? new Parameter([channels]) : null;
        RunningMean = trackStatistics ? new Parameter([channels], isTrainable: false) : null;
        RunningVariance = trackStatistics ? new Parameter([channels], Initializers.Ones, isTrainable: false) : null;
    }

    /// <summary>γ, the scale, (C); null when none is learned.</summary>
    public Parameter? Weight { get; }

    /// <summary>β, the shift, (C); null when none is learned.</summary>
    public Parameter? Bias { get; }

    /// <summary>The mean that inference uses, (C); null when inference uses each sample's own.</summary>
    public Parameter? RunningMean { get; }

    /// <summary>The variance that inference uses, (C); null when inference uses each sample's own.</summary>
    [Name("running_var")]
    public Parameter? RunningVariance { get; }

    /// <summary>The axes that the layer takes, as its errors name them.</summary>
    private protected abstract string Axes { get; }

    /// <summary>Their number.</summary>
    private protected abstract int AxisCount { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{GetType().Name}({channels})";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        if (input.Rank != AxisCount || input.Shape[1] != channels)
        {
            throw new ShapeException(
                $"{GetType().Name}: needs {Axes} with C = {channels}, found {input.Shape}{Tape.InLayer}."
            );
        }

        input.RequireFloating(nameof(InstanceNorm));
        if (RunningMean is not null)
        {
            Tensor.RequireSameKind(input, RunningMean, GetType().Name);
        }

        if (!IsTraining && RunningMean is not null)
        {
            var (one, zero) = (input.ZeroResult([channels]) + 1, input.ZeroResult([channels]));
            return input.BatchNormInference(Weight ?? one, Bias ?? zero, RunningMean, RunningVariance!, epsilon);
        }

        return input.Count == 0 ? input : ByInstance(input);
    }

    private Tensor ByInstance(Tensor input)
    {
        var instances = input.Shape[0] * channels;
        var places = input.Count / instances;
        if (places < 2)
        {
            throw new ShapeException(
                $"{GetType().Name}: one place has no variance; found {input.Shape}{Tape.InLayer}. Normalise earlier, or over channels by GroupNorm or LayerNorm."
            );
        }

        var pieces = new Pieces(input.Shape[0], channels, places, channels);
        var (y, mean, variance) = input.Standardize(pieces, epsilon, Weight, Bias);
        if (IsTraining && RunningMean is not null)
        {
            var tape = Tape.Current!;
            tape.UpdateLater(RunningMean, OverBatch(mean), 1 - momentum, momentum);
            tape.UpdateLater(RunningVariance!, OverBatch(variance), 1 - momentum, momentum * places / (places - 1));
        }

        return y;

        Tensor OverBatch(Tensor values) => values.WithoutHistory().Reshape(-1, channels).Mean(0);
    }
}
