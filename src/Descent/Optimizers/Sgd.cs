using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent.Optimizers;

/// <summary>Stochastic gradient descent, plain, with momentum (Polyak 1964) or with Nesterov's (Sutskever et al. 2013).</summary>
/// <remarks>
/// <b>Formula</b>: g ← ∇ + weightDecay · w; plain: w ← w − learningRate · g; momentum: v ← momentum · v + g,
/// w ← w − learningRate · v; Nesterov: w ← w − learningRate · (g + momentum · v).
/// <b>Source</b>: the lessons (two-layer network); Polyak 1964; Sutskever et al. 2013.
/// </remarks>
public sealed class Sgd : Optimizer
{
    private readonly bool nesterov;

    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">A module, or groups of parameters.</param>
    /// <param name="learningRate">The step size.</param>
    /// <param name="momentum">The share of the last step that goes on: 0 for none, below 1.</param>
    /// <param name="nesterov">Whether the gradient is taken as if the step had gone on already; needs momentum.</param>
    /// <param name="weightDecay">How strongly weights are drawn toward zero (an L2 penalty of half this factor).</param>
    public Sgd(
        ParameterGroups parameters,
        double learningRate,
        double momentum = 0,
        bool nesterov = false,
        double weightDecay = 0
    )
        : base(parameters, learningRate, weightDecay)
    {
        Setting.Require(momentum is >= 0 and < 1, momentum, nameof(momentum), "at least 0 and below 1");
        Setting.Require(momentum > 0 || !nesterov, momentum, nameof(momentum), "above 0 with nesterov");
        Momentum = momentum;
        this.nesterov = nesterov;
        StateNames = momentum > 0 ? ["momentum_buffer"] : [];
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
        var constants = Constants(learningRate, weightDecay, momentum);
        if (Momentum == 0)
        {
            Apply<SgdKernel>(parameter, gradient, constants);
        }
        else if (nesterov)
        {
            Apply<NesterovKernel>(parameter, gradient, constants);
        }
        else
        {
            Apply<MomentumKernel>(parameter, gradient, constants);
        }
    }

    private protected override bool UpdateRows(
        Parameter parameter,
        RowGradient gradient,
        double learningRate,
        double weightDecay
    ) =>
        Momentum == 0
        && weightDecay == 0
        && parameter.Backend.TryUpdateRows<SgdKernel>(
            parameter.View,
            gradient.Places.View,
            gradient.Rows.View,
            Constants(learningRate, weightDecay, momentum: 0)
        );

    private static UpdateConstants<double> Constants(double learningRate, double weightDecay, double momentum)
    {
        var constants = default(UpdateConstants<double>);
        constants[0] = learningRate;
        constants[1] = weightDecay;
        constants[2] = momentum;
        return constants;
    }
}

/// <summary>w ← w − learningRate · (∇ + weightDecay · w).</summary>
internal readonly struct SgdKernel : IUpdateKernel
{
    public static int StateCount => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Update<T>(
        ref T weight,
        T gradient,
        ref T first,
        ref T second,
        ref T third,
        in UpdateConstants<T> constants
    )
        where T : struct, ILanes<T>
    {
        var (learningRate, weightDecay) = (constants[0], constants[1]);
        weight = T.FusedMultiplyAdd(-learningRate, T.FusedMultiplyAdd(weightDecay, weight, gradient), weight);
    }
}

/// <summary>v ← momentum · v + g; w ← w − learningRate · v.</summary>
internal readonly struct MomentumKernel : IUpdateKernel
{
    public static int StateCount => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Update<T>(
        ref T weight,
        T gradient,
        ref T velocity,
        ref T second,
        ref T third,
        in UpdateConstants<T> constants
    )
        where T : struct, ILanes<T>
    {
        var (learningRate, weightDecay, momentum) = (constants[0], constants[1], constants[2]);
        velocity = T.FusedMultiplyAdd(momentum, velocity, T.FusedMultiplyAdd(weightDecay, weight, gradient));
        weight = T.FusedMultiplyAdd(-learningRate, velocity, weight);
    }
}

/// <summary>v ← momentum · v + g; w ← w − learningRate · (g + momentum · v).</summary>
internal readonly struct NesterovKernel : IUpdateKernel
{
    public static int StateCount => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Update<T>(
        ref T weight,
        T gradient,
        ref T velocity,
        ref T second,
        ref T third,
        in UpdateConstants<T> constants
    )
        where T : struct, ILanes<T>
    {
        var (learningRate, weightDecay, momentum) = (constants[0], constants[1], constants[2]);
        var slope = T.FusedMultiplyAdd(weightDecay, weight, gradient);
        velocity = T.FusedMultiplyAdd(momentum, velocity, slope);
        weight = T.FusedMultiplyAdd(-learningRate, T.FusedMultiplyAdd(momentum, velocity, slope), weight);
    }
}
