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
                "Losses",
                "Functions, so that there is nothing to save.",
                ["gradient", "golden"],
                Methods(typeof(Loss))
            ),
            new("Optimizers", "Trajectories in float64.", ["golden", "state"], Classes(typeof(Optimizer))),
            new("Initialisers", "Statistics of what is drawn.", ["golden"], Methods(typeof(Initializers))),
        ];

    private static Part[] Classes(Type parent) =>
        [
            .. parent
                .Assembly.GetExportedTypes()
                .Where(type => parent.IsAssignableFrom(type) && !type.IsAbstract)
                .Select(type => new Part(type.Name.Split('`')[0], type.FullName!)),
        ];

    /// <summary>The methods and properties of a static class that make what it is about, each name once.</summary>
    private static Part[] Methods(Type type) =>
        [
            .. type.GetMembers(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
                .Where(member =>
                    member is PropertyInfo property && property.PropertyType == typeof(Initializer)
                    || member is MethodInfo { IsSpecialName: false } method
                        && (method.ReturnType == typeof(Tensor) || method.ReturnType == typeof(Initializer))
                )
                .Select(member => member.Name)
                .Distinct()
                .Select(name => new Part(name, $"{type.FullName}.{name}")),
        ];
}
