using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Descent.Tests;

/// <summary>Writes types and parameters as C# does, nullable annotations included.</summary>
internal static class ApiNames
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(nint)] = "nint",
        [typeof(nuint)] = "nuint",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
        [typeof(char)] = "char",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
        [typeof(void)] = "void",
    };

    private static readonly NullabilityInfoContext Nullability = new();

    public static string Of(Type type) => Name(type, null);

    public static string Of(FieldInfo field) => Name(field.FieldType, Nullability.Create(field));

    public static string Of(PropertyInfo property) => Name(property.PropertyType, Nullability.Create(property));

    public static string Of(EventInfo e) => Name(e.EventHandlerType!, Nullability.Create(e));

    public static string Of(ParameterInfo parameter) => Name(parameter.ParameterType, Nullability.Create(parameter));

    public static string Parameters(MethodBase method) => Parameters(method.GetParameters());

    public static string Parameters(IEnumerable<ParameterInfo> parameters) =>
        string.Join(", ", parameters.Select(Parameter));

    /// <summary>The <c>where</c> clauses of generic parameters; nothing when there are none.</summary>
    public static string Constraints(IEnumerable<Type> parameters) =>
        string.Concat(parameters.Where(p => p.IsGenericParameter).Select(Constraint));

    private static string Constraint(Type parameter)
    {
        var flags = parameter.GenericParameterAttributes;
        var words = new List<string>();
        if (flags.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint))
        {
            var data = parameter.GetCustomAttributesData();
            words.Add(data.Any(a => a.AttributeType.Name == "IsUnmanagedAttribute") ? "unmanaged" : "struct");
        }
        else if (flags.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
        {
            words.Add("class");
        }

        words.AddRange(
            parameter
                .GetGenericParameterConstraints()
                .Where(c => c != typeof(ValueType))
                .Select(Of)
                .Order(StringComparer.Ordinal)
        );
        if (
            flags.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint)
            && !flags.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint)
        )
        {
            words.Add("new()");
        }

        return words.Count == 0 ? "" : $" where {parameter.Name} : {string.Join(", ", words)}";
    }

    private static string Parameter(ParameterInfo parameter)
    {
        var isParams =
            parameter.IsDefined(typeof(ParamArrayAttribute), inherit: false)
            || parameter.IsDefined(typeof(ParamCollectionAttribute), inherit: false);
        var prefix =
            isParams ? "params "
            : !parameter.ParameterType.IsByRef ? ""
            : parameter.IsOut ? "out "
            : parameter.IsIn ? "in "
            : "ref ";
        var type = parameter.ParameterType.IsByRef
            ? Name(parameter.ParameterType.GetElementType()!, null)
            : Of(parameter);
        return $"{prefix}{type} {parameter.Name}{(parameter.HasDefaultValue ? " = " + Literal(parameter) : "")}";
    }

    private static string Literal(ParameterInfo parameter) =>
        parameter.DefaultValue switch
        {
            null => parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null
                ? "default"
                : "null",
            string text => $"\"{text}\"",
            bool flag => flag ? "true" : "false",
            Enum value => $"{parameter.ParameterType.Name}.{value}",
            var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };

    private static string Name(Type type, NullabilityInfo? nullability)
    {
        var mark = nullability is { ReadState: NullabilityState.Nullable } && !type.IsValueType ? "?" : "";
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Name(underlying, null) + "?";
        }

        if (type.IsByRef)
        {
            return "ref " + Name(type.GetElementType()!, null);
        }

        if (type.IsPointer)
        {
            return Name(type.GetElementType()!, null) + "*";
        }

        if (type.IsArray)
        {
            var commas = new string(',', type.GetArrayRank() - 1);
            return $"{Name(type.GetElementType()!, nullability?.ElementType)}[{commas}]{mark}";
        }

        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword + mark;
        }

        return QualifiedName(type, nullability) + mark;
    }

    /// <summary>The name with the types that hold it and with its generic arguments.</summary>
    private static string QualifiedName(Type type, NullabilityInfo? nullability)
    {
        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        var arguments = type.GetGenericArguments();
        var ofOuter = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        var own = arguments.Skip(ofOuter).Select((argument, i) => Name(argument, ArgumentOf(nullability, ofOuter + i)));
        var outer = type.DeclaringType is null ? "" : QualifiedName(type.DeclaringType, null) + ".";
        if (typeof(ITuple).IsAssignableFrom(type) && type.IsValueType && arguments.Length > 0)
        {
            return $"({string.Join(", ", own)})";
        }

        var list = arguments.Length > ofOuter ? $"<{string.Join(", ", own)}>" : "";
        return outer + type.Name.Split('`')[0] + list;
    }

    private static NullabilityInfo? ArgumentOf(NullabilityInfo? nullability, int index) =>
        nullability is not null && index < nullability.GenericTypeArguments.Length
            ? nullability.GenericTypeArguments[index]
            : null;
}
