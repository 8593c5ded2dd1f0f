using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text;

namespace Descent.Layers;

/// <summary>What a module holds: found once by looking through its fields, base class first, in order of declaration.</summary>
internal sealed class ModuleContents
{
    private readonly HashSet<object> seen = new(ReferenceEqualityComparer.Instance);

    internal List<(string Path, Module Module)> Named { get; } = [];

    internal List<(string Path, Parameter Parameter)> NamedParameters { get; } = [];

    internal IReadOnlyList<Module> Modules => field ??= [.. Named.Select(entry => entry.Module)];

    internal IReadOnlyList<Parameter> Parameters => field ??= [.. NamedParameters.Select(entry => entry.Parameter)];

    internal static ModuleContents Of(Module root)
    {
        var contents = new ModuleContents();
        contents.Visit(root, "");
        return contents;
    }

    private void Visit(object? value, string path)
    {
        switch (value)
        {
            case Parameter parameter when seen.Add(parameter):
                NamedParameters.Add((path, parameter));
                break;
            case Module module when seen.Add(module):
                Named.Add((path, module));
                VisitFields(module, path);
                break;
            case IDictionary dictionary:
                foreach (DictionaryEntry entry in dictionary)
                {
                    Visit(entry.Value, Join(path, entry.Key.ToString()!));
                }

                break;
            case IList list:
                for (var index = 0; index < list.Count; index++)
                {
                    Visit(list[index], Join(path, index.ToString(System.Globalization.CultureInfo.InvariantCulture)));
                }

                break;
        }
    }

    private void VisitFields(Module module, string path)
    {
        foreach (var field in FieldsOf(module.GetType()))
        {
            if (CanHold(field.FieldType))
            {
                Visit(field.GetValue(module), Join(path, NameOf(field)));
            }
            else if (field.FieldType.IsGenericType && HidesModules(field.FieldType))
            {
                throw new InvalidOperationException(
                    $"{module.GetType().Name}.{MemberOf(field)} holds modules or parameters inside {field.FieldType.Name}, where they cannot be found. "
                        + "Keep them in a field, an array, a List or a Dictionary."
                );
            }
        }
    }

    /// <summary>The fields of a module's class and its base classes, base first, in order of declaration.</summary>
    [UnconditionalSuppressMessage(
        "Trimming",
        "IL2070",
        Justification = "The fields of a module and of its base classes are kept by the annotation on Module."
    )]
    private static IEnumerable<FieldInfo> FieldsOf(Type type)
    {
        var lineage = new Stack<Type>();
        for (var level = type; level is not null && level != typeof(Module); level = level.BaseType)
        {
            lineage.Push(level);
        }

        return lineage.SelectMany(level =>
            level
                .GetFields(
                    BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly
                )
                .OrderBy(field => field.MetadataToken)
        );
    }

    /// <summary>Whether a field of this type is looked into.</summary>
    private static bool CanHold(Type type) =>
        typeof(Module).IsAssignableFrom(type)
        || typeof(Parameter).IsAssignableFrom(type)
        || type.IsAssignableFrom(typeof(Module))
        || ((typeof(IList).IsAssignableFrom(type) || typeof(IDictionary).IsAssignableFrom(type)) && HidesModules(type))
        || (type.IsInterface && type.IsGenericType && HidesModules(type));

    private static bool HidesModules(Type type) =>
        !typeof(Delegate).IsAssignableFrom(type)
        && (type.IsArray ? [type.GetElementType()!] : type.GetGenericArguments()).Any(part =>
            typeof(Module).IsAssignableFrom(part) || typeof(Parameter).IsAssignableFrom(part) || HidesModules(part)
        );

    private static string Join(string path, string name) =>
        path.Length == 0 ? name
        : name.Length == 0 ? path
        : path + "." + name;

    /// <summary>The member that a field belongs to: the property or captured parameter, where the compiler made the field.</summary>
    private static string MemberOf(FieldInfo field) =>
        field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name;

    [UnconditionalSuppressMessage(
        "Trimming",
        "IL2075",
        Justification = "The properties of modules are kept by the annotation on Module."
    )]
    private static string NameOf(FieldInfo field)
    {
        var member = MemberOf(field);
        var attribute =
            field.GetCustomAttribute<NameAttribute>()
            ?? field
                .DeclaringType!.GetProperty(
                    member,
                    BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly
                )
                ?.GetCustomAttribute<NameAttribute>();
        return attribute?.Name ?? SnakeCase(member);
    }

    /// <summary>RunningMean → running_mean, conv1 → conv1.</summary>
    private static string SnakeCase(string member)
    {
        var text = new StringBuilder();
        foreach (var letter in member.TrimStart('_'))
        {
            if (char.IsUpper(letter) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}
