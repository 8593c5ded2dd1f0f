using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent.Optimizers;

/// <summary>Adam (Kingma and Ba 2015, algorithm 1): steps scaled by running means of gradients and of their squares.</summary>
/// <remarks>
/// <b>Formula</b>: g ← ∇ + weightDecay · w; m ← β₁ m + (1 − β₁) g; v ← β₂ v + (1 − β₂) g²;
/// w ← w − learningRate · m̂ / (√v̂ + ε) with m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ).
/// <b>Source</b>: the lessons (training deep models); Kingma and Ba 2015.
/// </remarks>
public sealed class Adam : Optimizer
{
    private readonly double beta2;
    private readonly double epsilon;
    private readonly AdamCorrections corrections;

    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">A module, or groups of parameters.</param>
    /// <param name="learningRate">The step size.</param>
    /// <param name="beta1">How slowly the mean of gradients moves: 0 ≤ β₁ &lt; 1.</param>
    /// <param name="beta2">How slowly the mean of squared gradients moves: 0 ≤ β₂ &lt; 1.</param>
    /// <param name="epsilon">Added to the root of the mean square.</param>
    /// <param name="weightDecay">An L2 penalty of half this factor, added to the gradient; see <see cref="AdamW"/> for decay of the weights themselves.</param>
    public Adam(
        ParameterGroups parameters,
        double learningRate = 1e-3,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double epsilon = 1e-8,
        double weightDecay = 0
    )
        : base(parameters, learningRate, weightDecay)
    {
        Setting.Require(beta1 is >= 0 and < 1, beta1, nameof(beta1), "at least 0 and below 1");
        Setting.Require(beta2 is >= 0 and < 1, beta2, nameof(beta2), "at least 0 and below 1");
        Setting.Require(epsilon > 0, epsilon, nameof(epsilon), "above 0");
        Momentum = beta1;
        this.beta2 = beta2;
        this.epsilon = epsilon;
        corrections = new AdamCorrections(beta2);
    }

    private protected override IReadOnlyList<string> StateNames { get; } = ["exp_avg", "exp_avg_sq"];

    private protected override void Update(
        Parameter parameter,
        Tensor gradient,
        double learningRate,
        double weightDecay,
        double momentum,
        long count
    )
    {
        var (correction, rootCorrection) = corrections.At(count, momentum);
        var constants = default(UpdateConstants<double>);
        constants[0] = learningRate / correction;
        constants[1] = weightDecay;
        constants[2] = momentum;
        constants[3] = 1 - momentum;
        constants[4] = beta2;
        constants[5] = 1 - beta2;
        constants[6] = 1 / rootCorrection;
        constants[7] = epsilon;
        Apply<AdamKernel>(parameter, gradient, constants);
    }
}

/// <summary>The update of <see cref="Adam"/>, the corrections for the start folded into its constants.</summary>
internal readonly struct AdamKernel : IUpdateKernel
{
    public static int StateCount => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Update<T>(
        ref T weight,
        T gradient,
        ref T mean,
        ref T meanSquare,
        ref T third,
        in UpdateConstants<T> constants
    )
        where T : struct, ILanes<T>
    {
        var (stepSize, weightDecay, beta1, rest1) = (constants[0], constants[1], constants[2], constants[3]);
        var (beta2, rest2, rootCorrection, epsilon) = (constants[4], constants[5], constants[6], constants[7]);
        gradient = T.FusedMultiplyAdd(weightDecay, weight, gradient);
        mean = T.FusedMultiplyAdd(beta1, mean, rest1 * gradient);
        meanSquare = T.FusedMultiplyAdd(beta2, meanSquare, rest2 * gradient * gradient);
        weight -= stepSize * mean / T.FusedMultiplyAdd(T.Sqrt(meanSquare), rootCorrection, epsilon);
    }
}
