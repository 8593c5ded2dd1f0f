namespace Descent.Layers;

/// <summary>Tensors by name, in order: what a module or an optimizer saves and loads.</summary>
public sealed class StateDict : OrderedDictionary<string, Tensor>
{
    /// <summary>Makes an empty state.</summary>
    public StateDict()
        : base(StringComparer.Ordinal) { }

    /// <summary>Checks that a state has exactly the entries that the parameters need.</summary>
    internal static void RequireFit(IReadOnlyDictionary<string, Tensor> state, string owner, ModuleContents contents)
    {
        var problems = new List<string>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (path, parameter) in contents.NamedParameters)
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

        foreach (var (path, module) in contents.NamedModules)
        {
            if (module.Structure is var (member, own))
            {
                var name = ModuleContents.Join(path, member);
                names.Add(name);
                problems.AddRange(ProblemOf(module, name, own, state.GetValueOrDefault(name)));
            }
        }

        foreach (var (alias, name) in contents.Aliases())
        {
            if (
                names.Add(alias)
                && state.TryGetValue(alias, out var other)
                && !AreEqual(other, state.GetValueOrDefault(name))
            )
            {
                problems.Add($"{alias} differs from {name}, and the two are one parameter here");
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

    private static IEnumerable<string> ProblemOf(Module module, string name, Tensor own, Tensor? found) =>
        found is null ? [$"missing {name} {own.Shape}"]
        : found.Shape != own.Shape ? [$"{name} has shape {found.Shape} where {own.Shape} is expected"]
        : found.DType != own.DType ? [$"{name} holds {found.DType.Name()} where {own.DType.Name()} is expected"]
        : module.ProblemOf(found) is { } problem ? [$"{name}: {problem}"]
        : [];

    private static bool AreEqual(Tensor alias, Tensor? named) =>
        named is null
        || named.Shape == alias.Shape
            && named.DType == alias.DType
            && (ReferenceEquals(named, alias) || named.NotEqualTo(alias).To(DType.Int64).Sum().ToScalar() == 0);

    /// <summary>A counter that PyTorch saves beside running statistics and that a fixed momentum does not need.</summary>
    private static bool IsBatchCounter(string name) => name.EndsWith("num_batches_tracked", StringComparison.Ordinal);
}
