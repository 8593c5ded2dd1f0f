using System.Globalization;
using Descent.Backends;
using Descent.Layers;

namespace Descent.Optimizers;

/// <summary>Changes parameters by their gradients, one training step at a time.</summary>
public abstract class Optimizer
{
    private const string StepKey = "step";

    private readonly Tape tape = new();
    private readonly UpdateQueue updates = new();
    private readonly Parameter[] all;
    private readonly (ParameterGroup Group, Parameter[] Parameters)[] groups;
    private Parameter[] leaves = [];
    private readonly Dictionary<Parameter, State> states = new(ReferenceEqualityComparer.Instance);

    /// <summary>Takes the parameters to change.</summary>
    private protected Optimizer(ParameterGroups groups, double learningRate, double weightDecay)
    {
        ArgumentNullException.ThrowIfNull(groups);
        Require(weightDecay >= 0, weightDecay, nameof(weightDecay), "zero or more");
        Groups = groups;
        LearningRate = learningRate;
        WeightDecay = weightDecay;
        this.groups = [.. groups.Select(group => (group, group.Parameters.ToArray()))];
        all = [.. groups.SelectMany(group => group.Parameters)];
    }

    /// <summary>The parameters by group.</summary>
    public ParameterGroups Groups { get; }

    /// <summary>The step size; a group multiplies it with its own factor. Schedules change it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or not finite.</exception>
    public double LearningRate
    {
        get;
        set
        {
            Require(double.IsFinite(value) && value >= 0, value, nameof(value), "a finite number, zero or more");
            field = value;
        }
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

    /// <summary>Copies of the numbers kept beside the weights, how often each weight was changed, and the step number.</summary>
    public StateDict StateDict()
    {
        var state = new StateDict { [StepKey] = Tensor.From([StepNumber], [1]) };
        foreach (var parameter in all)
        {
            if (states.TryGetValue(parameter, out var kept))
            {
                state.Add(Key(parameter, StepKey), Tensor.From([kept.Count], [1]));
                for (var index = 0; index < StateNames.Count; index++)
                {
                    state.Add(Key(parameter, StateNames[index]), kept.Tensors[index].LastingCopy());
                }
            }
        }

        return state;
    }

    /// <summary>Sets what <see cref="StateDict"/> gives from a saved state; nothing changes unless everything fits.</summary>
    /// <exception cref="StateMismatchException">An entry is missing, left over or of another shape; the message lists them all.</exception>
    public void LoadStateDict(IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var rest = new Dictionary<string, Tensor>(state, StringComparer.Ordinal);
        var problems = new List<string>();
        var number = TakeCount(rest, StepKey, problems);
        var loaded = new Dictionary<Parameter, State>(ReferenceEqualityComparer.Instance);
        foreach (var parameter in all)
        {
            string[] keys = [.. StateNames.Select(name => Key(parameter, name))];
            if (Array.Exists(keys, rest.ContainsKey))
            {
                var count = TakeCount(rest, Key(parameter, StepKey), problems);
                loaded[parameter] = new State(Array.ConvertAll(keys, key => Take(rest, key, parameter, problems)))
                {
                    Count = count,
                };
            }
        }

        problems.AddRange(rest.Keys.Select(name => $"{name} is left over"));
        if (problems.Count > 0)
        {
            throw new StateMismatchException(
                $"The state does not fit {GetType().Name}: {string.Join("; ", problems)}. Was it saved for another model or optimizer?"
            );
        }

        states.Clear();
        foreach (var (parameter, kept) in loaded)
        {
            states[parameter] = kept;
        }

        StepNumber = number;
    }

    /// <summary>Changes every parameter by its gradient; those stay that the loss did not depend on.</summary>
    internal void Update()
    {
        StepNumber++;
        if (Clipping is { } clipping)
        {
            var gradients = Array.ConvertAll(leaves, tape.GradientOf);
            clipping.Apply(gradients);
            tape.ReplaceGradients(leaves, gradients);
        }

        foreach (var (group, parameters) in groups)
        {
            var (rate, decay) = (LearningRate * group.LearningRateFactor, group.WeightDecay ?? WeightDecay);
            foreach (var parameter in parameters)
            {
                if (tape.GradientOf(parameter) is { } gradient)
                {
                    var count = StateNames.Count > 0 ? ++StateOf(parameter).Count : StepNumber;
                    Update(parameter, gradient, rate, decay, count);
                    parameter.MarkChanged();
                }
            }
        }

        // The tape holds the gradients until it closes.
        updates.Run();
        GC.KeepAlive(tape);
    }

    /// <summary>Refuses a setting that is out of its range.</summary>
    internal static void Require(bool holds, double value, string name, string range)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(
                name,
                string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be {range}.")
            );
        }
    }

    /// <summary>Applies the formula to one parameter, with the rates of its group; <paramref name="count"/> says how often it was changed, this time included.</summary>
    private protected abstract void Update(
        Parameter parameter,
        Tensor gradient,
        double learningRate,
        double weightDecay,
        long count
    );

    /// <summary>Runs a formula over a parameter, its gradient and the numbers kept beside it.</summary>
    private protected void Apply<TKernel>(Parameter parameter, Tensor gradient, in UpdateConstants<double> constants)
        where TKernel : struct, IUpdateKernel
    {
        var kept = TKernel.StateCount > 0 ? StateOf(parameter).Tensors : [];
        var first = kept.Length > 0 ? kept[0].View : Operand.None;
        var second = kept.Length > 1 ? kept[1].View : Operand.None;
        if (gradient.Deferred?.TryUpdate<TKernel>(parameter, first, second, constants) != true)
        {
            updates.Add<TKernel>(
                parameter.Backend,
                new UpdateBlock(parameter.View, gradient.Contiguous().View, first, second, constants)
            );
        }
    }

    /// <summary>The numbers kept beside a parameter, of its element type: zero at first.</summary>
    private State StateOf(Parameter parameter)
    {
        if (!states.TryGetValue(parameter, out var kept))
        {
            var zeros = StateNames.Select(_ => Tensor.Full(parameter.Device, parameter.Shape, 0, parameter.DType));
            states[parameter] = kept = new State([.. zeros]);
        }

        for (var index = 0; index < kept.Tensors.Length; index++)
        {
            if (kept.Tensors[index].DType != parameter.DType)
            {
                kept.Tensors[index] = kept.Tensors[index].To(parameter.DType).LastingCopy();
            }
        }

        return kept;
    }

    private string Key(Parameter parameter, string name) =>
        (
            parameter.Name.Length > 0
                ? parameter.Name
                : Array.IndexOf(all, parameter).ToString(CultureInfo.InvariantCulture)
        )
        + "."
        + name;

    private static Tensor Take(Dictionary<string, Tensor> state, string key, Parameter parameter, List<string> problems)
    {
        if (!state.Remove(key, out var found))
        {
            problems.Add($"missing {key} {parameter.Shape}");
        }
        else if (found.Shape != parameter.Shape || found.DType != parameter.DType)
        {
            problems.Add(
                $"{key} is {found.DType.Name()} {found.Shape} where {parameter.DType.Name()} {parameter.Shape} is expected"
            );
        }

        return (found ?? parameter).LastingCopy();
    }

    private static long TakeCount(Dictionary<string, Tensor> state, string key, List<string> problems)
    {
        if (state.Remove(key, out var found) && found.Count == 1)
        {
            return (long)found.ToScalar();
        }

        problems.Add(found is null ? $"missing {key}" : $"{key} has shape {found.Shape} where one number is expected");
        return 0;
    }

    private sealed class State(Tensor[] tensors)
    {
        public Tensor[] Tensors { get; } = tensors;

        public long Count { get; set; }
    }
}
