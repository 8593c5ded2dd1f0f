using System.Reflection;
using Descent.Layers;
using Descent.Losses;
using Descent.Optimizers;

namespace Descent.Parts;

/// <summary>A public part of networks or of their training.</summary>
/// <param name="Name">The class or method.</param>
/// <param name="Member">Its full name.</param>
internal sealed record Part(string Name, string Member);

/// <summary>Parts of one kind, and what must be tested of each.</summary>
internal sealed record Family(string Title, string Note, string[] Checks, IReadOnlyList<Part> Parts);

/// <summary>Every public part, found by reflection: one that is not tested cannot be left out.</summary>
internal static class PublicParts
{
    public static Family[] All() =>
        [
            new(
                "Layers",
                "Gradients of the input and of every parameter; a layer without parameters is saved and loaded as an empty state.",
                ["gradient", "golden", "state"],
                Classes(typeof(Layer))
            ),
            new(
                "Cells and models of several inputs",
                "Modules that are no layers, since they take or give more than one tensor. `ResNet` and `Vgg`, which factories make, are chains of the layers above; where torchvision's weights are at hand their logits are compared with its own.",
                ["gradient", "golden", "state"],
                [.. Classes(typeof(Descent.Layers.Module)).Except(Classes(typeof(Layer)))]
            ),
            new(
                "Losses",
                "Functions: there is nothing to save. **Refusal** stands in place of it: inputs that do not fit each other are errors that name both shapes, never broadcast.",
                ["gradient", "golden", "refusal"],
                Methods(typeof(Loss), typeof(Tensor))
            ),
            new(
                "Optimizers",
                "They use gradients and have none. **Golden**: trajectories in float64. **Refusal** stands in place of a gradient: a step that meets a number that is not finite changes neither weights nor state.",
                ["refusal", "golden", "state"],
                Classes(typeof(Optimizer))
            ),
            new(
                "Penalties",
                "Numbers to add to a loss, of weights or of a layer's output; formulas with fixed numbers, so that there is nothing to save.",
                ["gradient", "golden"],
                [.. Makers(typeof(Penalty)), .. Makers(typeof(ActivityPenalty))]
            ),
            new(
                "Constraints and clipping",
                "What happens to weights after an update, and to gradients before it: outside the gradient's way, and formulas with fixed numbers.",
                ["golden"],
                [.. Makers(typeof(Constraint)), .. Makers(typeof(GradientClipping))]
            ),
            new(
                "Schedules",
                "Learning rates and momenta, step by step: functions of the step's number, through which no gradient flows.",
                ["golden", "state"],
                Makers(typeof(Schedule), BindingFlags.Instance)
            ),
            new(
                "Averages of weights",
                "Weights and running statistics after training; no gradient flows through them.",
                ["golden", "state"],
                Makers(typeof(WeightAverage))
            ),
            new(
                "Initialisers",
                "No gradient flows through a draw, and nothing is kept. **Golden**: the statistics of what is drawn. **Seed** stands in place of a state: the same seed gives the same bits and another seed others, but for constants.",
                ["golden", "seed"],
                Methods(typeof(Initializers), typeof(Initializer))
            ),
        ];

    /// <summary>The classes that can be made; whole networks come from factories and have tests of their own.</summary>
    private static Part[] Classes(Type parent) =>
        [
            .. parent
                .Assembly.GetExportedTypes()
                .Where(type => parent.IsAssignableFrom(type) && !type.IsAbstract && type.GetConstructors().Length > 0)
                .Select(type => new Part(type.Name.Split('`')[0], type.FullName!)),
        ];

    /// <summary>The methods and properties of a class that make one of it.</summary>
    private static Part[] Makers(Type type, BindingFlags alsoThose = BindingFlags.Default) =>
        Methods(type, type, type.Name + ".", alsoThose);

    /// <summary>The methods and properties of a class that give a type, each name once.</summary>
    private static Part[] Methods(
        Type type,
        Type result,
        string prefix = "",
        BindingFlags alsoThose = BindingFlags.Default
    ) =>
        [
            .. type.GetMembers(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly | alsoThose)
                .Where(member =>
                    member is PropertyInfo property && property.PropertyType == result
                    || member is MethodInfo { IsSpecialName: false } method && method.ReturnType == result
                )
                .Select(member => member.Name)
                .Distinct()
                .Select(name => new Part(prefix + name, $"{type.FullName}.{name}")),
        ];
}
