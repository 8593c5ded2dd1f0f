using System.Collections;
using System.Runtime.CompilerServices;
using Descent.Layers;

namespace Descent.Optimizers;

/// <summary>What an optimizer optimises: one group of everything for most, several with rates of their own for some.</summary>
/// <remarks>Parameters without values yet are initialised with seed 0. Converts from a module or an array of parameters: <c>new Sgd(model, learningRate: 0.1)</c>; several groups are written <c>[new(a.Parameters), new(b.Parameters) { LearningRateFactor = 0.1 }]</c>.</remarks>
[CollectionBuilder(typeof(ParameterGroups), nameof(Create))]
public sealed class ParameterGroups : IReadOnlyList<ParameterGroup>
{
    private readonly ParameterGroup[] groups;

    private ParameterGroups(ParameterGroup[] groups)
    {
        ParameterGroup.Settle(groups);
        this.groups = groups;
        var seen = new HashSet<Parameter>(ReferenceEqualityComparer.Instance);
        foreach (var parameter in groups.SelectMany(group => group.Parameters))
        {
            if (!seen.Add(parameter))
            {
                throw new ArgumentException(
                    $"Parameter {parameter.Name} {parameter.Shape} stands twice among the parameters of one optimizer; name it once."
                );
            }

            parameter.EnsureInitialized();
        }

        if (seen.Count == 0)
        {
            throw new ArgumentException(
                "The optimizer has no parameter to change: the module holds none that is trainable."
            );
        }
    }

    /// <inheritdoc/>
    public int Count => groups.Length;

    /// <inheritdoc/>
    public ParameterGroup this[int index] => groups[index];

    /// <summary>A group by its name: the path of its module, or its pattern.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public ParameterGroup this[string name] =>
        Array.Find(groups, group => group.Name == name)
        ?? throw new KeyNotFoundException(
            $"There is no parameter group {name}; there are {string.Join(", ", groups.Select(group => group.Name))}."
        );

    /// <summary>Makes groups; what a collection expression calls.</summary>
    public static ParameterGroups Create(ReadOnlySpan<ParameterGroup> groups) => new(groups.ToArray());

    /// <summary>One group of a module's parameters.</summary>
    public static implicit operator ParameterGroups(Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        return new([new ParameterGroup(module)]);
    }

    /// <summary>One group of the given parameters.</summary>
    public static implicit operator ParameterGroups(Parameter[] parameters) => new([new ParameterGroup(parameters)]);

    /// <inheritdoc/>
    public IEnumerator<ParameterGroup> GetEnumerator() => ((IEnumerable<ParameterGroup>)groups).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
