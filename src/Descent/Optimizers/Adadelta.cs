using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent.Optimizers;

/// <summary>Adadelta: steps in the unit of the weights, the ratio of the running sizes of past steps and of gradients.</summary>
/// <remarks>
/// <b>Formula</b>: g ← ∇ + weightDecay · w; v ← ρ v + (1 − ρ) g²; Δ ← √(u + ε) / √(v + ε) · g; u ← ρ u + (1 − ρ) Δ²;
/// w ← w − learningRate · Δ. <b>Source</b>: Zeiler 2012, algorithm 1 (which has no learning rate: it is 1).
/// </remarks>
public sealed class Adadelta : Optimizer
{
    private readonly double rho;
    private readonly double epsilon;

    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">A module, or groups of parameters.</param>
    /// <param name="learningRate">What each step is multiplied with.</param>
    /// <param name="rho">How slowly the running means move: 0 ≤ ρ &lt; 1.</param>
    /// <param name="epsilon">Added to the mean squares; the first steps are as large as its root.</param>
    /// <param name="weightDecay">An L2 penalty of half this factor, added to the gradient.</param>
    public Adadelta(
        ParameterGroups parameters,
        double learningRate = 1,
        double rho = 0.9,
        double epsilon = 1e-6,
        double weightDecay = 0
    )
        : base(parameters, learningRate, weightDecay)
    {
        Setting.Require(rho is >= 0 and < 1, rho, nameof(rho), "at least 0 and below 1");
        Setting.Require(epsilon > 0, epsilon, nameof(epsilon), "above 0");
        this.rho = rho;
        this.epsilon = epsilon;
    }

    private protected override IReadOnlyList<string> StateNames { get; } = ["square_avg", "acc_delta"];

    private protected override void Update(
        Parameter parameter,
        Tensor gradient,
        double learningRate,
        double weightDecay,
        double momentum,
        long count
    )
    {
        var constants = default(UpdateConstants<double>);
        constants[0] = learningRate;
        constants[1] = weightDecay;
        constants[2] = rho;
        constants[3] = 1 - rho;
        constants[4] = epsilon;
        Apply<AdadeltaKernel>(parameter, gradient, constants);
    }
}

/// <summary>The update of <see cref="Adadelta"/>.</summary>
internal readonly struct AdadeltaKernel : IUpdateKernel
{
    public static int StateCount => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Update<T>(
        ref T weight,
        T gradient,
        ref T meanSquare,
        ref T stepMeanSquare,
        ref T third,
        in UpdateConstants<T> constants
    )
        where T : struct, ILanes<T>
    {
        var (learningRate, weightDecay) = (constants[0], constants[1]);
        var (rho, rest, epsilon) = (constants[2], constants[3], constants[4]);
        gradient = T.FusedMultiplyAdd(weightDecay, weight, gradient);
        meanSquare = T.FusedMultiplyAdd(rho, meanSquare, rest * gradient * gradient);
        var step = T.Sqrt(stepMeanSquare + epsilon) / T.Sqrt(meanSquare + epsilon) * gradient;
        stepMeanSquare = T.FusedMultiplyAdd(rho, stepMeanSquare, rest * step * step);
        weight = T.FusedMultiplyAdd(-learningRate, step, weight);
    }
}
