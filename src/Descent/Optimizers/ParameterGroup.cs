using System.IO.Enumeration;
using Descent.Layers;
using Descent.Numerics;

namespace Descent.Optimizers;

/// <summary>Parameters that an optimizer treats alike.</summary>
/// <remarks>
/// <code>
/// var optimizer = new AdamW(
///     [
///         new(net.Features) { LearningRateFactor = 0.1 },      // a part of the network
///         new(net, "*.bias") { WeightDecay = 0 },              // by name
///         ParameterGroup.RestOf(net),                          // what no other group takes
///     ],
///     learningRate: 1e-3
/// );
/// optimizer.Groups["*.bias"].LearningRateFactor = 2;           // between two steps
/// </code>
/// </remarks>
public sealed class ParameterGroup
{
    /// <summary>A group of given parameters; buffers are left out.</summary>
    /// <param name="parameters">The parameters.</param>
    public ParameterGroup(IEnumerable<Parameter> parameters)
        : this([.. parameters.Where(parameter => parameter.IsTrainable)], "", isRest: false) { }

    /// <summary>The parameters of a module or of a part of one.</summary>
    /// <param name="module">The module; the group has its path for a name.</param>
    public ParameterGroup(Module module)
        : this(NotNull(module).Parameters, module.Path, isRest: false) { }

    /// <summary>The parameters of a module whose names fit a pattern.</summary>
    /// <param name="module">The module whose <see cref="Parameter.Name"/>s are looked at.</param>
    /// <param name="pattern">A name in which * stands for any characters and ? for one: <c>features.*</c>; also the group's name.</param>
    /// <exception cref="ArgumentException">No name fits.</exception>
    public ParameterGroup(Module module, string pattern)
        : this(
            [.. NotNull(module).Parameters.Where(p => FileSystemName.MatchesSimpleExpression(pattern, p.Name, false))],
            pattern,
            isRest: false
        )
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        if (Parameters.Count == 0)
        {
            throw new ArgumentException(
                $"ParameterGroup: no parameter fits {pattern}; there are {string.Join(", ", module.Parameters.Take(20).Select(p => p.Name))}.",
                nameof(pattern)
            );
        }
    }

    private ParameterGroup(IReadOnlyList<Parameter> parameters, string name, bool isRest)
    {
        Parameters = parameters;
        Name = name;
        IsRest = isRest;
    }

    /// <summary>The group's name: the path of its module, or its pattern; empty for given parameters.</summary>
    public string Name { get; init; }

    /// <summary>The parameters.</summary>
    public IReadOnlyList<Parameter> Parameters { get; private set; }

    /// <summary>What the optimizer's learning rate is multiplied with for this group; 1 unless set. May change between steps.</summary>
    public double LearningRateFactor
    {
        get;
        set
        {
            Setting.Require(
                double.IsFinite(value) && value >= 0,
                value,
                nameof(LearningRateFactor),
                "a finite number, zero or more"
            );
            field = value;
        }
    } = 1;

    /// <summary>The group's own weight decay; the optimizer's when null. May change between steps.</summary>
    public double? WeightDecay
    {
        get;
        set
        {
            Setting.Require(value is null or >= 0, value ?? 0, nameof(WeightDecay), "zero or more");
            field = value;
        }
    }

    private bool IsRest { get; }

    /// <summary>The parameters of a module that no other group of the optimizer takes.</summary>
    /// <param name="module">The module.</param>
    public static ParameterGroup RestOf(Module module) => new(NotNull(module).Parameters, "rest", isRest: true);

    /// <summary>Leaves out of the groups of rests what other groups take.</summary>
    internal static void Settle(ReadOnlySpan<ParameterGroup> groups)
    {
        var taken = new HashSet<Parameter>(ReferenceEqualityComparer.Instance);
        foreach (var group in groups)
        {
            if (!group.IsRest)
            {
                taken.UnionWith(group.Parameters);
            }
        }

        foreach (var group in groups)
        {
            if (group.IsRest)
            {
                group.Parameters = [.. group.Parameters.Where(parameter => !taken.Contains(parameter))];
            }
        }
    }

    private static Module NotNull(Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        return module;
    }
}
