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
    private readonly List<(string Path, object Part)> repeated = [];

    /// <summary>This module with an empty path, then its parts, each once.</summary>
    internal List<(string Path, Module Module)> NamedModules { get; } = [];

    /// <summary>Parameters and buffers by their path, each once.</summary>
    internal List<(string Path, Parameter Parameter)> NamedParameters { get; } = [];

    /// <summary>Where each module stands, a shared one at every place it is found.</summary>
    internal List<(string Path, Module Module, ModulePlace Place)> Places { get; } = [];

    internal IReadOnlyList<Module> Modules => [.. NamedModules.Select(entry => entry.Module)];

    internal IReadOnlyList<Parameter> Parameters => [.. NamedParameters.Select(entry => entry.Parameter)];

    /// <summary>The other names of shared parameters, with the name that each is saved under.</summary>
    internal Dictionary<string, string> Aliases()
    {
        var aliases = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, part) in repeated)
        {
            if (part is Parameter)
            {
                aliases[path] = NamedParameters.Find(entry => entry.Parameter == part).Path;
                continue;
            }

            var first = Join(NamedModules.Find(entry => entry.Module == part).Path, "x")[..^1];
            foreach (
                var (name, _) in NamedParameters.Where(entry => entry.Path.StartsWith(first, StringComparison.Ordinal))
            )
            {
                aliases[Join(path, name[first.Length..])] = name;
            }
        }

        return aliases;
    }

    internal static ModuleContents Of(Module root)
    {
        var contents = new ModuleContents();
        contents.Visit(root, "", null);
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

    private void Visit(object value, string path, ModulePlace? place)
    {
        if (value is Module found && place is not null)
        {
            Places.Add((path, found, place));
        }

        if (!seen.Add(value))
        {
            repeated.Add((path, value));
            return;
        }

        if (value is Module module)
        {
            NamedModules.Add((path, module));
            VisitFields(module, path);
            return;
        }

        NamedParameters.Add((path, (Parameter)value));
        if (!names.Add(path))
        {
            throw new InvalidOperationException(
                $"Two parameters are called {path}: name one of them otherwise with [Name], or change its key."
            );
        }
    }

    private void VisitFields(Module module, string path)
    {
        foreach (var field in ModuleFields.Of(module.GetType()))
        {
            var name = Join(path, ModuleFields.NameOf(field));
            VisitMember(field.GetValue(module), name, new ModulePlace(module, field, module, null));
        }
    }

    /// <summary>Looks at a field's value, or at what a collection in it holds.</summary>
    private void VisitMember(object? value, string path, ModulePlace place)
    {
        switch (value)
        {
            case Parameter or Module:
                Visit(value, path, place);
                break;
            case IDictionary dictionary when ModuleFields.MayHold(dictionary.GetType()):
                foreach (DictionaryEntry entry in dictionary)
                {
                    var within = place with { Holder = dictionary, Key = entry.Key };
                    VisitMember(entry.Value, Join(path, entry.Key.ToString()!), within);
                }

                break;
            case IList list when ModuleFields.MayHold(list.GetType()):
                for (var index = 0; index < list.Count; index++)
                {
                    var within = place with { Holder = list, Key = index };
                    VisitMember(list[index], Join(path, index.ToString(CultureInfo.InvariantCulture)), within);
                }

                break;
            case not null:
                unread.Add((place.Owner, ModuleFields.MemberOf(place.Field), value));
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
