using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text;

namespace Descent.Layers;

/// <summary>The fields of a class that may hold parts of a network, and the names of its members in saved states.</summary>
internal static class ModuleFields
{
    private const BindingFlags Own =
        BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>The fields of a class and its base classes, base first, in order of declaration.</summary>
    [UnconditionalSuppressMessage(
        "Trimming",
        "IL2070",
        Justification = "The annotation on Module keeps its fields; one that was trimmed from another class holds nothing."
    )]
    public static IEnumerable<FieldInfo> Of(Type type)
    {
        var lineage = new Stack<Type>();
        for (var level = type; level is not null && level != typeof(Module); level = level.BaseType)
        {
            lineage.Push(level);
        }

        return lineage.SelectMany(level => level.GetFields(Own).OrderBy(field => field.MetadataToken));
    }

    /// <summary>Whether a value of this type may lead to modules: a class of the user's, or a collection of such or of modules.</summary>
    public static bool MayHold(Type type)
    {
        if (IsPart(type))
        {
            return true;
        }

        if (type.IsPrimitive || type.IsEnum || type == typeof(string) || typeof(Delegate).IsAssignableFrom(type))
        {
            return false;
        }

        return type.IsArray ? MayHold(type.GetElementType()!)
            : IsFromSystem(type) ? Array.Exists(type.GetGenericArguments(), MayHold) || IsUntyped(type)
            : type.IsValueType ? Of(type).Any(field => IsPart(field.FieldType) || field.FieldType.IsGenericType)
            : type.Assembly != typeof(Module).Assembly;
    }

    public static bool IsFromSystem(Type type) => type.IsArray || type.Namespace?.Split('.')[0] == "System";

    /// <summary>The member that a field belongs to: the property or captured parameter, where the compiler made the field.</summary>
    public static string MemberOf(FieldInfo field) =>
        field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name;

    /// <summary>The name of a field's member in saved states.</summary>
    [UnconditionalSuppressMessage(
        "Trimming",
        "IL2075",
        Justification = "The properties of modules are kept by the annotation on Module."
    )]
    public static string NameOf(FieldInfo field)
    {
        var member = MemberOf(field);
        var attribute =
            field.GetCustomAttribute<NameAttribute>()
            ?? field.DeclaringType!.GetProperty(member, Own)?.GetCustomAttribute<NameAttribute>();
        return attribute?.Name ?? SnakeCase(member);
    }

    /// <summary>A type's name without the count of its type arguments.</summary>
    public static string NameOf(Type type) => type.Name.Split('`')[0];

    private static bool IsPart(Type type) =>
        typeof(Module).IsAssignableFrom(type) || typeof(Parameter).IsAssignableFrom(type);

    /// <summary>A collection that says nothing of its elements.</summary>
    private static bool IsUntyped(Type type) =>
        type == typeof(object)
        || !type.IsGenericType && (typeof(IList).IsAssignableFrom(type) || typeof(IDictionary).IsAssignableFrom(type));

    /// <summary>RunningMean → running_mean, conv1 → conv1, FC1 → fc1.</summary>
    private static string SnakeCase(string member)
    {
        var word = member.TrimStart('_');
        var text = new StringBuilder();
        for (var index = 0; index < word.Length; index++)
        {
            var startsWord =
                char.IsUpper(word[index])
                && index > 0
                && (!char.IsUpper(word[index - 1]) || (index + 1 < word.Length && char.IsLower(word[index + 1])));
            text.Append(startsWord ? "_" : "").Append(char.ToLowerInvariant(word[index]));
        }

        return text.ToString();
    }
}
