namespace Descent.Layers;

/// <summary>Tensors by name, in order: what a module or an optimizer saves and loads.</summary>
public sealed class StateDict : OrderedDictionary<string, Tensor>
{
    /// <summary>Makes an empty state.</summary>
    public StateDict()
        : base(StringComparer.Ordinal) { }

    /// <summary>Checks that a state has exactly the entries that the parameters need.</summary>
    internal static void RequireFit(
        IReadOnlyDictionary<string, Tensor> state,
        string owner,
        IReadOnlyList<(string Path, Parameter Parameter)> parameters
    )
    {
        var problems = new List<string>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (path, parameter) in parameters)
        {
            names.Add(path);
            if (!state.TryGetValue(path, out var found))
            {
                problems.Add($"missing {path} {parameter.Shape}");
            }
            else if (found.Shape != parameter.Shape)
            {
                problems.Add($"{path} has shape {found.Shape} where {parameter.Shape} is expected");
            }
            else if (found.DType != parameter.DType)
            {
                problems.Add(
                    $"{path} holds {found.DType.Name()} where {parameter.DType.Name()} is expected (convert the model with To(DType.{found.DType}))"
                );
            }
        }

        problems.AddRange(
            state
                .Keys.Where(name => !names.Contains(name) && !IsBatchCounter(name))
                .Select(name => $"{name} is left over")
        );
        if (problems.Count > 0)
        {
            throw new StateMismatchException(
                $"The state does not fit {owner}: {string.Join("; ", problems)}. Was it saved from another architecture?"
            );
        }
    }

    /// <summary>A counter that PyTorch saves beside running statistics and that a fixed momentum does not need.</summary>
    private static bool IsBatchCounter(string name) => name.EndsWith("num_batches_tracked", StringComparison.Ordinal);
}
