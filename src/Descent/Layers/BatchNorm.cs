using Descent.Backends;
using Descent.Numerics;

namespace Descent.Layers;

/// <summary>What batch normalisation has in common over vectors, sequences and pictures.</summary>
public abstract class BatchNorm : Layer
{
    private readonly int channels;
    private readonly double epsilon;
    private readonly double momentum;

    private protected BatchNorm(int channels, double epsilon, double momentum, bool affine)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        Setting.Require(epsilon > 0 && double.IsFinite(epsilon), epsilon, nameof(epsilon), "a finite number above 0");
        if (momentum is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(momentum), momentum, "BatchNorm: momentum lies in [0, 1].");
        }

        this.channels = channels;
        this.epsilon = epsilon;
        this.momentum = momentum;
        Weight = affine ? new Parameter([channels], Initializers.Ones) : null;
        Bias = affine ? new Parameter([channels]) : null;
        RunningMean = new Parameter([channels], isTrainable: false);
        RunningVariance = new Parameter([channels], Initializers.Ones, isTrainable: false);
    }

    /// <summary>γ, the scale, (C); null when none is learned.</summary>
    public Parameter? Weight { get; }

    /// <summary>β, the shift, (C); null when none is learned.</summary>
    public Parameter? Bias { get; }

    /// <summary>The mean that inference uses, (C).</summary>
    public Parameter RunningMean { get; }

    /// <summary>The variance that inference uses, (C).</summary>
    [Name("running_var")]
    public Parameter RunningVariance { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{GetType().Name}({channels})";

    /// <summary>Refuses what is not an input of this layer.</summary>
    private protected abstract void RequireInput(Tensor input, int channels);

    /// <summary>γ and β, or what does nothing.</summary>
    private (Tensor Scale, Tensor Shift) Line(Tensor input) =>
        (Weight ?? input.ZeroResult([channels]) + 1, Bias ?? input.ZeroResult([channels]));

    /// <summary>What inference does to each channel: y = x · scale + shift.</summary>
    internal (Tensor Scale, Tensor Shift) AsLine()
    {
        var (gamma, beta) = Line(RunningMean);
        var scale = gamma / (RunningVariance + epsilon).Sqrt();
        return (scale, beta - RunningMean * scale);
    }

    private protected override bool KeepsNothing => true;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        Require(input);
        var (scale, shift) = Line(input);
        if (!IsTraining)
        {
            return input.BatchNormInference(scale, shift, RunningMean, RunningVariance, epsilon);
        }

        RequireSeveral(input);
        return Remember(input, input.BatchNorm(scale, shift, epsilon));
    }

    private protected override Tensor ComputeFused(Tensor input, ReadOnlySpan<Layer> following, out int covered)
    {
        if (FormulaOf(following[0]) is not { } formula)
        {
            covered = 0;
            return Compute(input);
        }

        Require(input);
        var (scale, shift) = Line(input);
        var pool = following.Length > 1 && input.Rank == 4 ? (following[1] as MaxPool2d)?.Window : (Window2d?)null;
        if (pool is { } window && (window.OutputHeight(input.Shape[2]) <= 0 || window.OutputWidth(input.Shape[3]) <= 0))
        {
            pool = null;
        }

        covered = pool is null ? 1 : 2;
        if (!IsTraining)
        {
            return formula.BatchNormInference(input, scale, shift, RunningMean, RunningVariance, epsilon, pool);
        }

        RequireSeveral(input);
        return Remember(input, formula.BatchNorm(input, scale, shift, epsilon, pool));
    }

    private void Require(Tensor input)
    {
        RequireInput(input, channels);
        input.RequireFloating(GetType().Name);
        Tensor.RequireSameKind(input, RunningMean, GetType().Name);
    }

    private void RequireSeveral(Tensor input)
    {
        if (input.Count / channels < 2)
        {
            throw new ShapeException(
                $"{GetType().Name}: one value a channel has no variance; found {input.Shape}{Tape.InLayer}. Train with larger batches, or drop the last short one."
            );
        }
    }

    /// <summary>Moves the running statistics toward the batch's, once the step is taken.</summary>
    private Tensor Remember(Tensor input, (Tensor Y, Tensor Mean, Tensor Variance) result)
    {
        var count = input.Count / channels;
        var tape = Tape.Current!;
        tape.UpdateLater(RunningMean, result.Mean, 1 - momentum, momentum);
        tape.UpdateLater(RunningVariance, result.Variance, 1 - momentum, momentum * count / (count - 1));
        return result.Y;
    }
}
