using System.Globalization;
using Descent.Backends;
using Descent.Layers;

namespace Descent.Optimizers;

/// <summary>Changes parameters by their gradients, one training step at a time.</summary>
public abstract class Optimizer
{
    private readonly Tape tape = new();
    private readonly Parameter[] all;
    private readonly Dictionary<Parameter, (Tensor? First, Tensor? Second)> states = new(
        ReferenceEqualityComparer.Instance
    );
    private int generation;

    /// <summary>Takes the parameters to change.</summary>
    private protected Optimizer(ParameterGroups groups, double learningRate, double weightDecay)
    {
        ArgumentNullException.ThrowIfNull(groups);
        ArgumentOutOfRangeException.ThrowIfNegative(weightDecay);
        Groups = groups;
        LearningRate = learningRate;
        WeightDecay = weightDecay;
        all = [.. groups.SelectMany(group => group.Parameters)];
    }

    /// <summary>The parameters by group.</summary>
    public ParameterGroups Groups { get; }

    /// <summary>The step size; a group multiplies it with its own factor. Schedules change it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or not finite.</exception>
    public double LearningRate
    {
        get;
        set =>
            field =
                double.IsFinite(value) && value >= 0
                    ? value
                    : throw new ArgumentOutOfRangeException(
                        nameof(value),
                        value,
                        "A learning rate is a finite number, zero or more."
                    );
    }

    /// <summary>How strongly weights are drawn toward zero, for groups without a value of their own.</summary>
    public double WeightDecay { get; }

    /// <summary>A bound on gradients; none when null.</summary>
    public GradientClipping? Clipping { get; init; }

    /// <summary>How many steps were made; part of the saved state, and what dropout draws from.</summary>
    public long StepNumber { get; private set; }

    /// <summary>The names of the numbers kept beside each weight, as saved states call them; at most two.</summary>
    private protected abstract IReadOnlyList<string> StateNames { get; }

    /// <summary>Opens a training step on this thread: <c>using var step = optimizer.BeginStep();</c></summary>
    /// <exception cref="StepException">A step or a recording is open on this thread already.</exception>
    public TrainingStep BeginStep()
    {
        if (Tape.Current is not null)
        {
            throw new StepException(
                "BeginStep: a training step is open on this thread already. Dispose it first (it ends with its using block); "
                    + "to add up gradients of several batches, call Accumulate within one step."
            );
        }

        var leaves = Array.FindAll(all, parameter => !parameter.IsFrozen);
        tape.Open(leaves, trains: true, recycles: true, StepNumber);
        generation++;
        return new TrainingStep(this, tape, leaves, generation);
    }

    /// <summary>Copies of the numbers kept beside the weights, and the step number.</summary>
    public StateDict StateDict()
    {
        var state = new StateDict { ["step"] = Tensor.From([StepNumber], [1]) };
        foreach (var parameter in all)
        {
            if (states.TryGetValue(parameter, out var kept))
            {
                for (var index = 0; index < StateNames.Count; index++)
                {
                    state.Add(Key(parameter, index), (index == 0 ? kept.First : kept.Second)!.LastingCopy());
                }
            }
        }

        return state;
    }

    /// <summary>Sets the numbers kept beside the weights, and the step number, from a saved state; nothing changes unless everything fits.</summary>
    /// <exception cref="StateMismatchException">An entry is missing, left over or of another shape.</exception>
    public void LoadStateDict(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var loaded = new Dictionary<Parameter, (Tensor?, Tensor?)>(ReferenceEqualityComparer.Instance);
        var used = 1;
        foreach (var parameter in all)
        {
            var entries = StateNames.Select((_, index) => state.GetValueOrDefault(Key(parameter, index))).ToArray();
            if (entries.Length == 0 || Array.TrueForAll(entries, entry => entry is null))
            {
                continue;
            }

            used += entries.Length;
            if (
                !Array.TrueForAll(
                    entries,
                    e => e is not null && e.Shape == parameter.Shape && e.DType == parameter.DType
                )
            )
            {
                throw new StateMismatchException(
                    $"The optimizer's state does not fit parameter {parameter.Name} {parameter.Shape}: its entries {string.Join(", ", StateNames)} "
                        + "must be there and have its shape and element type. Was it saved for another model?"
                );
            }

            loaded[parameter] = (entries[0]!.LastingCopy(), entries.Length > 1 ? entries[1]!.LastingCopy() : null);
        }

        if (!state.TryGetValue("step", out var step) || step.Count != 1 || used != state.Count)
        {
            throw new StateMismatchException(
                "The optimizer's state needs one step number and entries of its own parameters only. Was it saved for another model or optimizer?"
            );
        }

        states.Clear();
        foreach (var (parameter, kept) in loaded)
        {
            states[parameter] = kept;
        }

        StepNumber = (long)step.ToScalar();
    }

    internal bool IsCurrent(int stepGeneration) => stepGeneration == generation;

    /// <summary>Changes every parameter by its gradient; null where the loss did not depend on it.</summary>
    internal void Update(Parameter[] leaves, Tensor?[] gradients)
    {
        StepNumber++;
        foreach (var group in Groups)
        {
            foreach (var parameter in group.Parameters)
            {
                if (Array.IndexOf(leaves, parameter) is >= 0 and var place && gradients[place] is { } gradient)
                {
                    var decay = group.WeightDecay ?? WeightDecay;
                    Update(parameter, gradient, LearningRate * group.LearningRateFactor, decay);
                    parameter.MarkChanged();
                }
            }
        }
    }

    /// <summary>Applies the formula to one parameter, with the rates of its group.</summary>
    private protected abstract void Update(
        Parameter parameter,
        Tensor gradient,
        double learningRate,
        double weightDecay
    );

    /// <summary>Runs a formula over a parameter, its gradient and the numbers kept beside it.</summary>
    private protected void Apply<TKernel>(Parameter parameter, Tensor gradient, in UpdateConstants<double> constants)
        where TKernel : struct, IUpdateKernel
    {
        if (!states.TryGetValue(parameter, out var kept) && TKernel.StateCount > 0)
        {
            kept = (Zeros(parameter), TKernel.StateCount > 1 ? Zeros(parameter) : null);
            states[parameter] = kept;
        }

        parameter.Backend.Update<TKernel>(
            parameter.View,
            gradient.Contiguous().View,
            kept.First is null ? Operand.None : kept.First.View,
            kept.Second is null ? Operand.None : kept.Second.View,
            constants
        );
    }

    private static Tensor Zeros(Parameter parameter) =>
        Tensor.Full(parameter.Device, parameter.Shape, 0, parameter.DType);

    private string Key(Parameter parameter, int state) =>
        parameter.Name.Length > 0
            ? $"{parameter.Name}.{StateNames[state]}"
            : $"{Array.IndexOf(all, parameter).ToString(CultureInfo.InvariantCulture)}.{StateNames[state]}";
}
