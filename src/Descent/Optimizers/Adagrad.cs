using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent.Optimizers;

/// <summary>Adagrad: each weight's steps shrink with the sum of its squared gradients, so that rare features keep learning.</summary>
/// <remarks>
/// <b>Formula</b>: g ← ∇ + weightDecay · w; s ← s + g²; w ← w − ηₜ · g / (√s + ε) with
/// ηₜ = learningRate / (1 + (t − 1) · learningRateDecay).
/// <b>Source</b>: Duchi, Hazan and Singer 2011 (diagonal form).
/// </remarks>
public sealed class Adagrad : Optimizer
{
    private readonly double learningRateDecay;
    private readonly double initialSum;
    private readonly double epsilon;

    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">A module, or groups of parameters.</param>
    /// <param name="learningRate">The step size.</param>
    /// <param name="learningRateDecay">How fast the step size itself falls with each step.</param>
    /// <param name="initialSum">What the sum of squares starts from; it is added where the sum is used, and not saved.</param>
    /// <param name="epsilon">Added to the root of the sum.</param>
    /// <param name="weightDecay">An L2 penalty of half this factor, added to the gradient.</param>
    public Adagrad(
        ParameterGroups parameters,
        double learningRate = 1e-2,
        double learningRateDecay = 0,
        double initialSum = 0,
        double epsilon = 1e-10,
        double weightDecay = 0
    )
        : base(parameters, learningRate, weightDecay)
    {
        Setting.Require(learningRateDecay >= 0, learningRateDecay, nameof(learningRateDecay), "zero or more");
        Setting.Require(initialSum >= 0, initialSum, nameof(initialSum), "zero or more");
        Setting.Require(epsilon > 0, epsilon, nameof(epsilon), "above 0");
        this.learningRateDecay = learningRateDecay;
        this.initialSum = initialSum;
        this.epsilon = epsilon;
    }

    private protected override IReadOnlyList<string> StateNames { get; } = ["sum"];

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
        constants[0] = learningRate / (1 + (count - 1) * learningRateDecay);
        constants[1] = weightDecay;
        constants[2] = initialSum;
        constants[3] = epsilon;
        Apply<AdagradKernel>(parameter, gradient, constants);
    }
}

/// <summary>s ← s + g²; w ← w − learningRate · g / (√(s₀ + s) + ε).</summary>
internal readonly struct AdagradKernel : IUpdateKernel
{
    public static int StateCount => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Update<T>(
        ref T weight,
        T gradient,
        ref T sum,
        ref T second,
        ref T third,
        in UpdateConstants<T> constants
    )
        where T : struct, ILanes<T>
    {
        var (learningRate, weightDecay, initialSum, epsilon) = (constants[0], constants[1], constants[2], constants[3]);
        gradient = T.FusedMultiplyAdd(weightDecay, weight, gradient);
        sum = T.FusedMultiplyAdd(gradient, gradient, sum);
        weight -= learningRate * gradient / (T.Sqrt(initialSum + sum) + epsilon);
    }
}
