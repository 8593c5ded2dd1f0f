using Descent.Backends;
using Descent.Layers;
using Descent.Numerics;

namespace Descent.Optimizers;

/// <summary>Changes parameters by their gradients, one training step at a time.</summary>
public abstract partial class Optimizer
{
    private readonly Tape tape = new();
    private readonly UpdateQueue updates = new();
    private readonly Parameter[] all;
    private readonly (ParameterGroup Group, Parameter[] Parameters)[] groups;
    private Parameter[] leaves = [];
    private readonly Dictionary<Parameter, State> states = new(ReferenceEqualityComparer.Instance);
    private (Parameter? Parameter, State? State) asked;

    /// <summary>Takes the parameters to change.</summary>
    private protected Optimizer(ParameterGroups groups, double learningRate, double weightDecay)
    {
        ArgumentNullException.ThrowIfNull(groups);
        Setting.Require(weightDecay >= 0, weightDecay, nameof(weightDecay), "zero or more");
        Groups = groups;
        LearningRate = learningRate;
        WeightDecay = weightDecay;
        this.groups = [.. groups.Select(group => (group, group.Parameters.ToArray()))];
        all = [.. groups.SelectMany(group => group.Parameters)];
    }

    /// <summary>The parameters by group.</summary>
    public ParameterGroups Groups { get; }

    /// <summary>The step size; the schedule and each group multiply it with their factors.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or not finite.</exception>
    public double LearningRate
    {
        get;
        set
        {
            Setting.Require(
                double.IsFinite(value) && value >= 0,
                value,
                nameof(LearningRate),
                "a finite number, zero or more"
            );
            field = value;
        }
    }

    /// <summary>How the rate changes from step to step; constant when null. May be replaced between steps.</summary>
    /// <exception cref="ArgumentException">The schedule moves the momentum, and the optimizer has none.</exception>
    public Schedule? Schedule
    {
        get;
        set
        {
            if (value is { MovesMomentum: true } && Momentum == 0)
            {
                throw new ArgumentException(
                    $"This schedule moves the momentum, and {GetType().Name} has none. Make the optimizer with a momentum, or the schedule without."
                );
            }

            field = value;
        }
    }

    /// <summary>The step size of the next step: <see cref="LearningRate"/> times the schedule's factor.</summary>
    public double CurrentLearningRate => LearningRate * (Schedule?.FactorAt(StepNumber) ?? 1);

    /// <summary>The share of earlier steps that goes on in the next: the momentum of SGD and RMSprop, Adam's β₁; 0 where there is none. A one-cycle schedule moves it.</summary>
    public double Momentum { get; private protected init; }

    /// <summary>The momentum of the next step.</summary>
    public double CurrentMomentum => Momentum == 0 ? 0 : Schedule?.MomentumAt(StepNumber) ?? Momentum;

    /// <summary>How strongly weights are drawn toward zero, for groups without a value of their own.</summary>
    public double WeightDecay { get; }

    /// <summary>A bound on gradients; none when null.</summary>
    public GradientClipping? Clipping { get; init; }

    /// <summary>What the weights must satisfy after each update; none when empty.</summary>
    public IReadOnlyList<Constraint> Constraints { get; init; } = [];

    /// <summary>How many steps were made; part of the saved state, and what dropout draws from.</summary>
    public long StepNumber { get; private set; }

    /// <summary>The names of the numbers kept beside each weight, as saved states call them; at most three.</summary>
    private protected abstract IReadOnlyList<string> StateNames { get; }

    /// <summary>Tells the schedule how well training goes, once an epoch say: what <see cref="Schedule.Plateau"/> waits for. The trainer does so by itself.</summary>
    /// <param name="metric">The validation loss, or another figure that the schedule was made for.</param>
    public void Observe(double metric) => Schedule?.Observe(metric, StepNumber);

    /// <summary>Opens a training step on this thread: <c>using var step = optimizer.BeginStep();</c></summary>
    /// <exception cref="StepException">A step or a recording is open on this thread already.</exception>
    public TrainingStep BeginStep()
    {
        if (Tape.Current is { } open)
        {
            throw new StepException(
                open.Recycles
                    ? "BeginStep: a training step is open on this thread already. Dispose it first (it ends with its using block); "
                        + "to add up gradients of several batches, call Accumulate within one step."
                    : "BeginStep: a recording of Gradients.Record is open on this thread. Dispose it first."
            );
        }

        if (leaves.Length != all.Length || Array.Exists(leaves, leaf => leaf.IsFrozen))
        {
            leaves = Array.FindAll(all, parameter => !parameter.IsFrozen);
        }

        tape.Open(leaves, trains: true, recycles: true, StepNumber);
        return new TrainingStep(this, tape, leaves);
    }

    /// <summary>Changes every parameter by its gradient; those stay that the loss did not depend on.</summary>
    internal void Update()
    {
        var (stepRate, momentum) = (CurrentLearningRate, CurrentMomentum);
        StepNumber++;
        if (Clipping is { } clipping)
        {
            var gradients = Array.ConvertAll(leaves, tape.GradientOf);
            clipping.Apply(gradients);
            tape.ReplaceGradients(leaves, gradients);
        }

        foreach (var (group, parameters) in groups)
        {
            var (rate, decay) = (stepRate * group.LearningRateFactor, group.WeightDecay ?? WeightDecay);
            foreach (var parameter in parameters)
            {
                if (tape.RowsOf(parameter) is { } rows && UpdateRows(parameter, rows, rate, decay))
                {
                    parameter.MarkChanged();
                }
                else if (tape.GradientOf(parameter) is { } gradient)
                {
                    var count = StateNames.Count > 0 ? ++StateOf(parameter).Count : StepNumber;
                    Update(parameter, gradient, rate, decay, momentum, count);
                    parameter.MarkChanged();
                }
            }
        }

        RunUpdates();
        foreach (var constraint in Constraints)
        {
            Array.ForEach(Array.FindAll(leaves, IsChanged), constraint.Apply);
        }
    }

    /// <summary>Whether the loss depended on a parameter.</summary>
    private bool IsChanged(Parameter leaf) => tape.RowsOf(leaf) is not null || tape.GradientOf(leaf) is not null;

    /// <summary>Whether a step evaluates the loss several times, and so needs it as a function.</summary>
    internal virtual bool NeedsFunction => false;

    /// <summary>Makes one step on a loss that is given as a function, and returns its first value.</summary>
    internal virtual double Minimize(in TrainingStep step, Func<Tensor> loss) => step.Minimize(loss());

    /// <summary>Counts a step that was made without <see cref="Update()"/>.</summary>
    private protected void CountStep() => StepNumber++;

    /// <summary>Applies the formula to one parameter, with the rates of its group; <paramref name="count"/> says how often it was changed, this time included.</summary>
    /// <param name="parameter">The weights.</param>
    /// <param name="gradient">Their gradient.</param>
    /// <param name="learningRate">The step size.</param>
    /// <param name="weightDecay">How strongly the weights are drawn toward zero.</param>
    /// <param name="momentum">The momentum of this step.</param>
    /// <param name="count">How often the parameter was changed, this time included.</param>
    private protected abstract void Update(
        Parameter parameter,
        Tensor gradient,
        double learningRate,
        double weightDecay,
        double momentum,
        long count
    );

    /// <summary>Changes only the rows of a parameter that have a gradient, where that gives what changing all of them gives; else says no.</summary>
    private protected virtual bool UpdateRows(
        Parameter parameter,
        RowGradient gradient,
        double learningRate,
        double weightDecay
    ) => false;

    /// <summary>Does the updates that <see cref="Apply{TKernel}"/> queued.</summary>
    private protected void RunUpdates()
    {
        // The tape holds the gradients until it closes.
        updates.Run();
        GC.KeepAlive(tape);
    }

    /// <summary>Queues a formula over a parameter, its gradient and the numbers kept beside it.</summary>
    private protected void Apply<TKernel>(Parameter parameter, Tensor gradient, in UpdateConstants<double> constants)
        where TKernel : struct, IUpdateKernel
    {
        var kept = TKernel.StateCount > 0 ? StateOf(parameter).Tensors : [];
        ref readonly var first = ref Tensor.ViewOf(kept.Length > 0 ? kept[0] : null);
        ref readonly var second = ref Tensor.ViewOf(kept.Length > 1 ? kept[1] : null);
        ref readonly var third = ref Tensor.ViewOf(kept.Length > 2 ? kept[2] : null);
        if (
            TKernel.StateCount > 2
            || gradient.Deferred?.TryUpdate<TKernel>(parameter, first, second, constants) != true
        )
        {
            updates.Add<TKernel>(
                parameter.Backend,
                new UpdateBlock(parameter.View, gradient.Contiguous().View, first, second, third, constants)
            );
        }
    }

    /// <summary>The numbers kept beside a parameter, of its element type: zero at first.</summary>
    private State StateOf(Parameter parameter)
    {
        // Each update asks twice: for the count and for the numbers.
        var kept = asked.State;
        if (asked.Parameter != parameter && !states.TryGetValue(parameter, out kept))
        {
            states[parameter] = kept = NewState(parameter);
        }

        asked = (parameter, kept!);
        for (var index = 0; index < kept!.Tensors.Length; index++)
        {
            if (kept.Tensors[index].DType != parameter.DType)
            {
                kept.Tensors[index] = kept.Tensors[index].To(parameter.DType).LastingCopy();
            }
        }

        return kept;
    }

    // Apart from those who ask: a closure is made where its method begins, needed or not.
    private State NewState(Parameter parameter) =>
        new([.. StateNames.Select(_ => Tensor.Full(parameter.Device, parameter.Shape, 0, parameter.DType))]);

    private sealed class State(Tensor[] tensors)
    {
        public Tensor[] Tensors { get; } = tensors;

        public long Count { get; set; }
    }
}
