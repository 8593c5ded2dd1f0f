using System.Collections;
using System.Runtime.CompilerServices;
using Descent.Layers;

namespace Descent.Optimizers;

/// <summary>Parameters that an optimizer treats alike.</summary>
/// <param name="parameters">The parameters; buffers are left out.</param>
public sealed class ParameterGroup(IEnumerable<Parameter> parameters)
{
    /// <summary>The parameters.</summary>
    public IReadOnlyList<Parameter> Parameters { get; } = [.. parameters.Where(parameter => parameter.IsTrainable)];

    /// <summary>What the optimizer's learning rate is multiplied with for this group; 1 unless set.</summary>
    public double LearningRateFactor
    {
        get;
        set
        {
            Optimizer.Require(
                double.IsFinite(value) && value >= 0,
                value,
                nameof(value),
                "a finite number, zero or more"
            );
            field = value;
        }
    } = 1;

    /// <summary>The group's own weight decay; the optimizer's when null.</summary>
    public double? WeightDecay
    {
        get;
        init
        {
            Optimizer.Require(value is null or >= 0, value ?? 0, nameof(value), "zero or more");
            field = value;
        }
    }
}

/// <summary>What an optimizer optimises: one group of everything for most, several with rates of their own for some.</summary>
/// <remarks>Parameters without values yet are initialised with seed 0. Converts from a module or an array of parameters: <c>new Sgd(model, learningRate: 0.1)</c>; several groups are written <c>[new(a.Parameters), new(b.Parameters) { LearningRateFactor = 0.1 }]</c>.</remarks>
[CollectionBuilder(typeof(ParameterGroups), nameof(Create))]
public sealed class ParameterGroups : IReadOnlyList<ParameterGroup>
{
    private readonly ParameterGroup[] groups;

    private ParameterGroups(ParameterGroup[] groups)
    {
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

    /// <summary>Makes groups; what a collection expression calls.</summary>
    public static ParameterGroups Create(ReadOnlySpan<ParameterGroup> groups) => new(groups.ToArray());

    /// <summary>One group of a module's parameters.</summary>
    public static implicit operator ParameterGroups(Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        return new([new ParameterGroup(module.Parameters)]);
    }

    /// <summary>One group of the given parameters.</summary>
    public static implicit operator ParameterGroups(Parameter[] parameters) => new([new ParameterGroup(parameters)]);

    /// <inheritdoc/>
    public IEnumerator<ParameterGroup> GetEnumerator() => ((IEnumerable<ParameterGroup>)groups).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
