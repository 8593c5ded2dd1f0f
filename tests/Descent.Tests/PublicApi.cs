using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Descent.Tests;

/// <summary>Writes what users of an assembly can see as sorted lines of text, one for each type and member.</summary>
public static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public
        | BindingFlags.NonPublic
        | BindingFlags.Instance
        | BindingFlags.Static
        | BindingFlags.DeclaredOnly;

    /// <summary>The public types of an assembly by full name, each with its visible members by name.</summary>
    public static string Of(Assembly assembly)
    {
        var lines = new List<string>();
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            lines.Add(Describe(type));
            lines.AddRange(Members(type).Select(member => "    " + member).Order(StringComparer.Ordinal));
        }

        return string.Join('\n', lines) + "\n";
    }

    private static string Describe(Type type)
    {
        var kind =
            type.IsEnum ? "enum"
            : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
            : type.IsInterface ? "interface"
            : type.IsValueType ? (IsReadOnly(type) ? "readonly " : "") + (type.IsByRefLike ? "ref struct" : "struct")
            : type is { IsAbstract: true, IsSealed: true } ? "static class"
            : type.IsAbstract ? "abstract class"
            : type.IsSealed ? "sealed class"
            : "class";
        var parents = new List<string>();
        if (type.BaseType is { } parent && parent != typeof(object) && !type.IsValueType && kind != "delegate")
        {
            parents.Add(ApiNames.Of(parent));
        }

        if (kind is not ("enum" or "delegate"))
        {
            parents.AddRange(
                type.GetInterfaces().Where(i => i.IsVisible).Select(ApiNames.Of).Order(StringComparer.Ordinal)
            );
        }

        return $"{kind} {type.Namespace}.{ApiNames.Of(type)}"
            + (parents.Count > 0 ? " : " + string.Join(", ", parents) : "")
            + ApiNames.Constraints(type.GetGenericArguments());
    }

    private static bool IsReadOnly(Type type) => type.IsDefined(typeof(IsReadOnlyAttribute), inherit: false);

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            var names = type.GetEnumNames();
            return names.Select(name => $"{name} = {Enum.Format(type, Enum.Parse(type, name), "d")}");
        }

        if (typeof(Delegate).IsAssignableFrom(type))
        {
            return [Describe(type.GetMethod("Invoke")!)];
        }

        return type.GetMembers(Declared).Select(Describe).OfType<string>();
    }

    /// <summary>The line of a member, or null for what users do not see or see elsewhere (accessors, nested types).</summary>
    private static string? Describe(MemberInfo member) =>
        member switch
        {
            FieldInfo field when IsVisible(field) => Describe(field),
            PropertyInfo property when property.GetAccessors(nonPublic: true).Any(IsVisible) => Describe(property),
            EventInfo e when IsVisible(e.AddMethod!) => $"{Modifiers(e.AddMethod!)}event {ApiNames.Of(e)} {e.Name}",
            ConstructorInfo { IsStatic: false } constructor when IsVisible(constructor) => Modifiers(constructor)
                + $"new({ApiNames.Parameters(constructor)})",
            MethodInfo method when IsVisible(method) && !IsAccessor(method) && !IsWrittenByCompiler(method) => Describe(
                method
            ),
            _ => null,
        };

    private static string Describe(FieldInfo field)
    {
        var access = field.IsPublic ? "" : "protected ";
        var value = field.IsLiteral
            ? " = " + Convert.ToString(field.GetRawConstantValue(), CultureInfo.InvariantCulture)
            : "";
        var kind = field.IsLiteral
            ? "const "
            : (field.IsStatic ? "static " : "") + (field.IsInitOnly ? "readonly " : "");
        return $"{access}{kind}{ApiNames.Of(field)} {field.Name}{value}";
    }

    private static string Describe(PropertyInfo property)
    {
        var first = property.GetAccessors(nonPublic: true).First(IsVisible);
        var index = property.GetIndexParameters();
        var name = index.Length == 0 ? property.Name : $"this[{ApiNames.Parameters(index)}]";
        var accessors = new List<string>();
        if (property.GetMethod is { } get && IsVisible(get))
        {
            accessors.Add(Access(get) == Access(first) ? "get;" : Access(get) + "get;");
        }

        if (property.SetMethod is { } set && IsVisible(set))
        {
            var modifiers = set.ReturnParameter.GetRequiredCustomModifiers();
            var word = modifiers.Contains(typeof(IsExternalInit)) ? "init;" : "set;";
            accessors.Add(Access(set) == Access(first) ? word : Access(set) + word);
        }

        return $"{Modifiers(first)}{ApiNames.Of(property)} {name} {{ {string.Join(' ', accessors)} }}";
    }

    private static string Describe(MethodInfo method)
    {
        var generic = method.IsGenericMethodDefinition ? method.GetGenericArguments() : [];
        var name = method.Name + (generic.Length > 0 ? $"<{string.Join(", ", generic.Select(g => g.Name))}>" : "");
        var extension = method.IsDefined(typeof(ExtensionAttribute), inherit: false) ? "this " : "";
        return $"{Modifiers(method)}{ApiNames.Of(method.ReturnParameter)} {name}({extension}{ApiNames.Parameters(method)})"
            + ApiNames.Constraints(generic);
    }

    private static bool IsAccessor(MethodInfo method) =>
        method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal);

    /// <summary>What every record has, but for its constructor and properties.</summary>
    private static bool IsWrittenByCompiler(MethodInfo method) =>
        method.Name.Contains('<', StringComparison.Ordinal)
        || (method.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) && method.Name != "Deconstruct");

    private static bool IsVisible(MethodBase method) =>
        (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly) && !IsOverride(method);

    private static bool IsVisible(FieldInfo field) => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly;

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    /// <summary>An override adds nothing to what the base's line already promises.</summary>
    private static bool IsOverride(MethodBase method) => method is MethodInfo info && info.GetBaseDefinition() != info;

    private static string Modifiers(MethodBase method)
    {
        var word =
            method.DeclaringType!.IsInterface ? (method is { IsStatic: true, IsAbstract: true } ? "abstract " : "")
            : method.IsAbstract ? "abstract "
            : method is { IsVirtual: true, IsFinal: false } ? "virtual "
            : "";
        return Access(method) + (method.IsStatic ? "static " : "") + word;
    }
}
