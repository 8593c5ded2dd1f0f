using System.Collections;
using System.Globalization;
using System.Reflection;

namespace Descent.Layers;

/// <summary>What a module holds: found by looking through its fields, base class first, in order of declaration.</summary>
internal sealed class ModuleContents
{
    private readonly HashSet<object> seen = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly List<(Module Owner, string Member, object Value)> unread = [];

    /// <summary>This module with an empty path, then its parts, each once.</summary>
    internal List<(string Path, Module Module)> NamedModules { get; } = [];

    /// <summary>Parameters and buffers by their path, each once.</summary>
    internal List<(string Path, Parameter Parameter)> NamedParameters { get; } = [];

    internal IReadOnlyList<Module> Modules => [.. NamedModules.Select(entry => entry.Module)];

    internal IReadOnlyList<Parameter> Parameters => [.. NamedParameters.Select(entry => entry.Parameter)];

    internal static ModuleContents Of(Module root)
    {
        var contents = new ModuleContents();
        contents.Visit(root, "");
        foreach (var (owner, member, value) in contents.unread)
        {
            if (contents.FindHidden(value) is { } holder)
            {
                throw new InvalidOperationException(
                    $"{owner.GetType().Name}.{member} holds modules or parameters inside {ModuleFields.NameOf(holder)}, where they cannot be found. "
                        + "Keep them in a field, an array, a List or a Dictionary, or derive the class that holds them from Module."
                );
            }
        }

        return contents;
    }

    /// <summary>A path from the root to a member of the module at another path.</summary>
    internal static string Join(string path, string name) =>
        path.Length == 0 ? name
        : name.Length == 0 ? path
        : path + "." + name;

    private void Visit(object? value, string path)
    {
        switch (value)
        {
            case Parameter parameter when seen.Add(parameter):
                NamedParameters.Add((path, parameter));
                if (!names.Add(path))
                {
                    throw new InvalidOperationException(
                        $"Two parameters are called {path}: name one of them otherwise with [Name], or change its key."
                    );
                }

                break;
            case Module module when seen.Add(module):
                NamedModules.Add((path, module));
                VisitFields(module, path);
                break;
        }
    }

    private void VisitFields(Module module, string path)
    {
        foreach (var field in ModuleFields.Of(module.GetType()))
        {
            VisitMember(module, field, field.GetValue(module), Join(path, ModuleFields.NameOf(field)));
        }
    }

    /// <summary>Looks at a field's value, or at what a collection in it holds.</summary>
    private void VisitMember(Module owner, FieldInfo field, object? value, string path)
    {
        switch (value)
        {
            case Parameter or Module:
                Visit(value, path);
                break;
            case IDictionary dictionary when ModuleFields.MayHold(dictionary.GetType()):
                foreach (DictionaryEntry entry in dictionary)
                {
                    VisitMember(owner, field, entry.Value, Join(path, entry.Key.ToString()!));
                }

                break;
            case IList list when ModuleFields.MayHold(list.GetType()):
                for (var index = 0; index < list.Count; index++)
                {
                    VisitMember(owner, field, list[index], Join(path, index.ToString(CultureInfo.InvariantCulture)));
                }

                break;
            case not null:
                unread.Add((owner, ModuleFields.MemberOf(field), value));
                break;
        }
    }

    /// <summary>The type that keeps a module or parameter from being found; null when the value keeps none.</summary>
    private Type? FindHidden(object value)
    {
        var type = value.GetType();
        if (!ModuleFields.MayHold(type))
        {
            return null;
        }

        var parts =
            ModuleFields.IsFromSystem(type) && value is IEnumerable items
                ? items.Cast<object?>()
                : ModuleFields
                    .Of(type)
                    .Select(field => field.GetValue(value))
                    .SelectMany(part => part is IList list ? list.Cast<object?>() : [part]);
        return parts.Any(IsLost) ? type : null;
    }

    private bool IsLost(object? part) =>
        part is Module or Parameter ? !seen.Contains(part) : part is ValueType && FindHidden(part) is not null;
}
