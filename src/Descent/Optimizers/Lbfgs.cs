using Descent.Backends;
using Descent.Layers;
using Descent.Numerics;

namespace Descent.Optimizers;

/// <summary>L-BFGS: descends along the gradient turned by an estimate of the inverse curvature, which the last few moves give.</summary>
/// <remarks>
/// <b>Formula</b>: with the moves s = wₖ₊₁ − wₖ, the changes of gradient y = gₖ₊₁ − gₖ and ρ = 1 / (y · s):
/// q ← −g; newest to oldest a = ρ (s · q), q ← q − a y; d ← (s · y / y · y) q; oldest to newest
/// d ← d + (a − ρ (y · d)) s; w ← w + t d, where t meets the strong Wolfe conditions.
/// <b>Source</b>: Nocedal 1980; Nocedal and Wright 2006, algorithms 7.4, 3.5 and 3.6.
/// <para>For small problems whose loss is evaluated on all the data. A step runs several iterations and evaluates the
/// loss several times, so it is given as a function: <c>step.Minimize(() => Loss.CrossEntropy(net.Forward(x), y))</c>.
/// A step that meets a number that is not finite is refused and changes nothing.</para>
/// </remarks>
public sealed class Lbfgs : Optimizer
{
    private const double SmallestCurvature = 1e-10;

    private readonly int maxIterations;
    private readonly int maxEvaluations;
    private readonly int historySize;
    private readonly double gradientTolerance;
    private readonly double changeTolerance;
    private readonly bool searches;
    private LbfgsMemory memory = new();

    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">A module, or one group of parameters.</param>
    /// <param name="learningRate">The first step length tried in each iteration, and the step length without a line search.</param>
    /// <param name="maxIterations">Iterations a step.</param>
    /// <param name="maxEvaluations">Evaluations of the loss after which a step ends; 5/4 of the iterations when null.</param>
    /// <param name="historySize">How many moves the curvature is estimated from.</param>
    /// <param name="lineSearch">Whether each step length meets the strong Wolfe conditions.</param>
    /// <param name="gradientTolerance">A step ends when no number of the gradient is larger.</param>
    /// <param name="changeTolerance">A step ends when the loss, or every weight, changes by less.</param>
    /// <exception cref="ArgumentException">There are several groups.</exception>
    public Lbfgs(
        ParameterGroups parameters,
        double learningRate = 1,
        int maxIterations = 20,
        int? maxEvaluations = null,
        int historySize = 100,
        bool lineSearch = true,
        double gradientTolerance = 1e-7,
        double changeTolerance = 1e-9
    )
        : base(parameters, learningRate, weightDecay: 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxIterations);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxEvaluations ?? 1, nameof(maxEvaluations));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(historySize);
        Setting.Require(gradientTolerance >= 0, gradientTolerance, nameof(gradientTolerance), "zero or more");
        Setting.Require(changeTolerance >= 0, changeTolerance, nameof(changeTolerance), "zero or more");
        if (Groups.Count > 1)
        {
            throw new ArgumentException(
                $"Lbfgs: {Groups.Count} groups; one direction serves all parameters, so rates of their own have no meaning. Give it one group.",
                nameof(parameters)
            );
        }

        this.maxIterations = maxIterations;
        this.maxEvaluations = maxEvaluations ?? maxIterations * 5 / 4;
        this.historySize = historySize;
        this.gradientTolerance = gradientTolerance;
        this.changeTolerance = changeTolerance;
        searches = lineSearch;
    }

    internal override bool NeedsFunction => true;

    private protected override IReadOnlyList<string> StateNames => [];

    internal override double Minimize(in TrainingStep step, Func<Tensor> loss)
    {
        if (Clipping is not null || Constraints.Count > 0 || Groups[0].WeightDecay > 0)
        {
            throw new StepException(
                "Lbfgs: the line search needs the loss and its gradient as they are, without clipping, weight decay and constraints. Add a penalty to the loss instead."
            );
        }

        if (step.Leaves.Length == 0)
        {
            throw new StepException("Lbfgs: every parameter is frozen. Unfreeze what is to be trained.");
        }

        var next = memory.Fits(step.Leaves) ? memory.Copy() : new LbfgsMemory();
        var start = FlatVector.Gather(step.Leaves, step.Leaves);
        double value;
        try
        {
            value = Run(new LbfgsTrials(this, step, loss), next);
        }
        catch
        {
            FlatVector.Scatter(start, step.Leaves);
            throw;
        }

        memory = next;
        CountStep();
        step.Finish();
        return value;
    }

    /// <summary>w ← w + t · d for one parameter's part of the direction.</summary>
    internal void Move(Parameter parameter, Tensor direction, double length)
    {
        Update(parameter, direction, -length, weightDecay: 0, momentum: 0, StepNumber);
        RunUpdates();
        parameter.MarkChanged();
    }

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
        Apply<SgdKernel>(parameter, gradient, constants);
    }

    private protected override void AddState(StateDict state) => memory.AddTo(state);

    private protected override Action TakeState(Dictionary<string, Tensor> state, List<string> problems)
    {
        var loaded = LbfgsMemory.TakeFrom(state, [.. Groups[0].Parameters.Where(p => !p.IsFrozen)], problems);
        return () => memory = loaded;
    }

    /// <summary>Iterates until something is small enough or often enough; gives the loss before the first move.</summary>
    private double Run(LbfgsTrials trials, LbfgsMemory memory)
    {
        var first = trials.Evaluate();
        var (value, gradient, evaluations, rate) = (first.Value, first.Gradient, 1, CurrentLearningRate);
        if (FlatVector.LargestMagnitude(gradient) <= gradientTolerance)
        {
            return first.Value;
        }

        for (var iteration = 1; ; iteration++)
        {
            memory.Advance(gradient, historySize, SmallestCurvature);
            // Nothing is known of the curvature yet, so the first move is at most as long as the rate says.
            memory.Length = memory.Iterations == 1 ? Math.Min(1, 1 / gradient.Abs().Sum().ToScalar()) * rate : rate;
            var direction = memory.Direction!;
            var slope = FlatVector.Dot(gradient, direction);
            if (slope > -changeTolerance)
            {
                return first.Value;
            }

            var before = value;
            var origin = FlatVector.Gather(trials.Leaves, trials.Leaves);
            if (searches)
            {
                var largest = FlatVector.LargestMagnitude(direction);
                trials.Aim(origin, direction);
                var (found, tried) = StrongWolfe.Search(
                    trials,
                    new LbfgsPoint(0, value, gradient, slope),
                    memory.Length,
                    changeTolerance / largest
                );
                trials.MoveTo(found.Length);
                (memory.Length, value, gradient) = (found.Length, found.Value, found.Gradient);
                evaluations += tried;
            }
            else
            {
                trials.Aim(origin, direction);
                trials.MoveTo(memory.Length);
                if (iteration < maxIterations)
                {
                    (_, value, gradient, _) = trials.Evaluate();
                    evaluations++;
                }
            }

            if (
                iteration == maxIterations
                || evaluations >= maxEvaluations
                || FlatVector.LargestMagnitude(gradient) <= gradientTolerance
                || FlatVector.LargestMagnitude(direction) * memory.Length <= changeTolerance
                || Math.Abs(value - before) < changeTolerance
            )
            {
                return first.Value;
            }
        }
    }
}
