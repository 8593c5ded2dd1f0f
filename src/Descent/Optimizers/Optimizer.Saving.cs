using System.Globalization;
using Descent.Layers;

namespace Descent.Optimizers;

public abstract partial class Optimizer
{
    private const string StepKey = "step";
    private const string ScheduleKey = "schedule";

    /// <summary>Copies of the numbers kept beside the weights, how often each weight was changed, the step number, and what the schedule keeps.</summary>
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

        if (Schedule?.SaveState() is { Length: > 0 } observed)
        {
            state.Add(ScheduleKey, Tensor.From(observed));
        }

        AddState(state);
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

        var observed = TakeScheduleState(rest, problems);
        var further = TakeState(rest, problems);
        problems.AddRange(rest.Keys.Select(name => $"{name} is left over"));
        if (problems.Count > 0)
        {
            throw new StateMismatchException(
                $"The state does not fit {GetType().Name}: {string.Join("; ", problems)}. Was it saved for another model or optimizer?"
            );
        }

        states.Clear();
        asked = default;
        foreach (var (parameter, kept) in loaded)
        {
            states[parameter] = kept;
        }

        Schedule?.LoadState(observed);
        further();
        StepNumber = number;
    }

    /// <summary>Adds what the optimizer keeps besides the numbers beside each weight.</summary>
    private protected virtual void AddState(StateDict state) { }

    /// <summary>Takes what <see cref="AddState"/> added out of a saved state; gives what sets it once everything fits.</summary>
    private protected virtual Action TakeState(Dictionary<string, Tensor> state, List<string> problems) => () => { };

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

    private double[] TakeScheduleState(Dictionary<string, Tensor> state, List<string> problems)
    {
        var expected = Schedule?.SaveState().Length ?? 0;
        if (expected == 0)
        {
            return [];
        }

        if (state.Remove(ScheduleKey, out var found) && found.Count == expected)
        {
            return found.To(DType.Float64).ToArray<double>();
        }

        problems.Add($"{ScheduleKey} needs {expected} numbers and {found?.Count ?? 0} were found");
        return [];
    }
}
