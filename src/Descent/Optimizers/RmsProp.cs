using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent.Optimizers;

/// <summary>RMSprop: steps scaled by the running size of the gradients; centred, by their running spread; with momentum if asked.</summary>
/// <remarks>
/// <b>Formula</b>: g ← ∇ + weightDecay · w; v ← α v + (1 − α) g²; d ← g / (√v + ε); w ← w − learningRate · d. Centred:
/// m ← α m + (1 − α) g and d ← g / (√(v − m²) + ε). Momentum: b ← momentum · b + d; w ← w − learningRate · b.
/// <b>Source</b>: Tieleman and Hinton 2012, lecture 6.5; centred and with momentum: Graves 2013, section 3.
/// </remarks>
public sealed class RmsProp : Optimizer
{
    private readonly double alpha;
    private readonly double epsilon;
    private readonly bool centered;

    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">A module, or groups of parameters.</param>
    /// <param name="learningRate">The step size.</param>
    /// <param name="alpha">How slowly the running means move: 0 ≤ α &lt; 1.</param>
    /// <param name="epsilon">Added to the root of the mean square.</param>
    /// <param name="momentum">The share of the last step that goes on: 0 for none, below 1.</param>
    /// <param name="centered">Whether the gradient's running mean is taken off, so that its variance scales the steps.</param>
    /// <param name="weightDecay">An L2 penalty of half this factor, added to the gradient.</param>
    public RmsProp(
        ParameterGroups parameters,
        double learningRate = 1e-2,
        double alpha = 0.99,
        double epsilon = 1e-8,
        double momentum = 0,
        bool centered = false,
        double weightDecay = 0
    )
        : base(parameters, learningRate, weightDecay)
    {
        Setting.Require(alpha is >= 0 and < 1, alpha, nameof(alpha), "at least 0 and below 1");
        Setting.Require(epsilon > 0, epsilon, nameof(epsilon), "above 0");
        Setting.Require(momentum is >= 0 and < 1, momentum, nameof(momentum), "at least 0 and below 1");
        this.alpha = alpha;
        this.epsilon = epsilon;
        this.centered = centered;
        Momentum = momentum;
        StateNames =
        [
            "square_avg",
            .. centered ? (string[])["grad_avg"] : [],
            .. momentum > 0 ? (string[])["momentum_buffer"] : [],
        ];
    }

    private protected override IReadOnlyList<string> StateNames { get; }

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
        constants[2] = alpha;
        constants[3] = 1 - alpha;
        constants[4] = epsilon;
        constants[5] = momentum;
        if (Momentum == 0 && !centered)
        {
            Apply<RmsPropKernel>(parameter, gradient, constants);
        }
        else if (!centered)
        {
            Apply<RmsPropMomentumKernel>(parameter, gradient, constants);
        }
        else if (Momentum == 0)
        {
            Apply<RmsPropCenteredKernel>(parameter, gradient, constants);
        }
        else
        {
            Apply<RmsPropCenteredMomentumKernel>(parameter, gradient, constants);
        }
    }
}

/// <summary>v ← α v + (1 − α) g²; w ← w − learningRate · g / (√v + ε).</summary>
internal readonly struct RmsPropKernel : IUpdateKernel
{
    public static int StateCount => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Update<T>(
        ref T weight,
        T gradient,
        ref T meanSquare,
        ref T second,
        ref T third,
        in UpdateConstants<T> constants
    )
        where T : struct, ILanes<T> => weight -= constants[0] * Scaled(weight, gradient, ref meanSquare, constants);

    /// <summary>v ← α v + (1 − α) g²; gives g / (√v + ε).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Scaled<T>(T weight, T gradient, ref T meanSquare, in UpdateConstants<T> constants)
        where T : struct, ILanes<T>
    {
        gradient = T.FusedMultiplyAdd(constants[1], weight, gradient);
        meanSquare = T.FusedMultiplyAdd(constants[2], meanSquare, constants[3] * gradient * gradient);
        return gradient / (T.Sqrt(meanSquare) + constants[4]);
    }
}

/// <summary>The same scaled gradient d; b ← momentum · b + d; w ← w − learningRate · b.</summary>
internal readonly struct RmsPropMomentumKernel : IUpdateKernel
{
    public static int StateCount => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Update<T>(
        ref T weight,
        T gradient,
        ref T meanSquare,
        ref T velocity,
        ref T third,
        in UpdateConstants<T> constants
    )
        where T : struct, ILanes<T>
    {
        var scaled = RmsPropKernel.Scaled(weight, gradient, ref meanSquare, constants);
        velocity = T.FusedMultiplyAdd(constants[5], velocity, scaled);
        weight = T.FusedMultiplyAdd(-constants[0], velocity, weight);
    }
}

/// <summary>v ← α v + (1 − α) g²; m ← α m + (1 − α) g; w ← w − learningRate · g / (√(v − m²) + ε).</summary>
internal readonly struct RmsPropCenteredKernel : IUpdateKernel
{
    public static int StateCount => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Update<T>(
        ref T weight,
        T gradient,
        ref T meanSquare,
        ref T mean,
        ref T third,
        in UpdateConstants<T> constants
    )
        where T : struct, ILanes<T> =>
        weight -= constants[0] * Scaled(weight, gradient, ref meanSquare, ref mean, constants);

    /// <summary>v ← α v + (1 − α) g²; m ← α m + (1 − α) g; gives g / (√(v − m²) + ε).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Scaled<T>(T weight, T gradient, ref T meanSquare, ref T mean, in UpdateConstants<T> constants)
        where T : struct, ILanes<T>
    {
        gradient = T.FusedMultiplyAdd(constants[1], weight, gradient);
        meanSquare = T.FusedMultiplyAdd(constants[2], meanSquare, constants[3] * gradient * gradient);
        mean = T.FusedMultiplyAdd(constants[2], mean, constants[3] * gradient);
        // Rounding can take the variance of a steady gradient a little below zero.
        var variance = T.Max(T.FusedMultiplyAdd(-mean, mean, meanSquare), T.Zero);
        return gradient / (T.Sqrt(variance) + constants[4]);
    }
}

/// <summary>The same scaled gradient d; b ← momentum · b + d; w ← w − learningRate · b.</summary>
internal readonly struct RmsPropCenteredMomentumKernel : IUpdateKernel
{
    public static int StateCount => 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Update<T>(
        ref T weight,
        T gradient,
        ref T meanSquare,
        ref T mean,
        ref T velocity,
        in UpdateConstants<T> constants
    )
        where T : struct, ILanes<T>
    {
        var scaled = RmsPropCenteredKernel.Scaled(weight, gradient, ref meanSquare, ref mean, constants);
        velocity = T.FusedMultiplyAdd(constants[5], velocity, scaled);
        weight = T.FusedMultiplyAdd(-constants[0], velocity, weight);
    }
}
