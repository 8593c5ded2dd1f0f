using System.Reflection;
using System.Reflection.Emit;

namespace Descent.Tests;

/// <summary>Finds the types that a type mentions: in signatures, base types, constraints, attributes and method bodies.</summary>
public static class TypeUses
{
    private const BindingFlags All =
        BindingFlags.Public
        | BindingFlags.NonPublic
        | BindingFlags.Instance
        | BindingFlags.Static
        | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    /// <summary>The types of its own assembly that a type mentions; nested ones stand for the outermost that holds them.</summary>
    public static HashSet<Type> Of(Type type)
    {
        var found = new HashSet<Type>();
        Add(found, type.BaseType);
        AddRange(found, type.GetInterfaces());
        AddAttributes(found, type);
        AddConstraints(found, type.GetGenericArguments());
        foreach (var member in type.GetMembers(All))
        {
            AddAttributes(found, member);
            switch (member)
            {
                case FieldInfo field:
                    Add(found, field.FieldType);
                    break;
                case MethodBase method:
                    AddMethod(found, method);
                    break;
            }
        }

        foreach (var nested in type.GetNestedTypes(All))
        {
            found.UnionWith(Of(nested));
        }

        found.RemoveWhere(used => used.Assembly != type.Assembly || used == Outermost(type));
        return found;
    }

    /// <summary>The type that holds this one, or holds the one that does, and so on.</summary>
    public static Type Outermost(Type type)
    {
        while (type.DeclaringType is { } outer)
        {
            type = outer;
        }

        return type;
    }

    private static void AddMethod(HashSet<Type> found, MethodBase method)
    {
        if (method is MethodInfo { ReturnType: var result })
        {
            Add(found, result);
        }

        foreach (var parameter in method.GetParameters())
        {
            Add(found, parameter.ParameterType);
            AddRange(found, parameter.GetCustomAttributesData().Select(attribute => attribute.AttributeType));
        }

        if (method.IsGenericMethodDefinition)
        {
            AddConstraints(found, method.GetGenericArguments());
        }

        if (method.GetMethodBody() is { } body)
        {
            AddRange(found, body.LocalVariables.Select(local => local.LocalType));
            AddRange(found, body.ExceptionHandlingClauses.Where(IsCatch).Select(clause => clause.CatchType!));
            AddInstructions(found, method, body.GetILAsByteArray()!);
        }
    }

    private static bool IsCatch(ExceptionHandlingClause clause) =>
        clause.Flags == ExceptionHandlingClauseOptions.Clause;

    private static void AddInstructions(HashSet<Type> found, MethodBase method, byte[] il)
    {
        var ofType = method.DeclaringType!.GetGenericArguments();
        var ofMethod = method.IsGenericMethodDefinition ? method.GetGenericArguments() : [];
        for (var at = 0; at < il.Length; )
        {
            short value = il[at++];
            if (value == 0xFE)
            {
                value = (short)(0xFE00 | il[at++]);
            }

            var operand = OpCodes[value].OperandType;
            if (
                operand
                is OperandType.InlineMethod
                    or OperandType.InlineField
                    or OperandType.InlineType
                    or OperandType.InlineTok
            )
            {
                var member = method.Module.ResolveMember(BitConverter.ToInt32(il, at), ofType, ofMethod)!;
                Add(found, member as Type ?? member.DeclaringType);
                if (member is MethodInfo { IsGenericMethod: true } generic)
                {
                    AddRange(found, generic.GetGenericArguments());
                }
            }

            at += operand switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, at)),
                _ => 4,
            };
        }
    }

    private static void AddConstraints(HashSet<Type> found, Type[] parameters)
    {
        foreach (var parameter in parameters.Where(p => p.IsGenericParameter))
        {
            AddRange(found, parameter.GetGenericParameterConstraints());
        }
    }

    private static void AddAttributes(HashSet<Type> found, MemberInfo member) =>
        AddRange(found, member.GetCustomAttributesData().Select(attribute => attribute.AttributeType));

    private static void AddRange(HashSet<Type> found, IEnumerable<Type> types)
    {
        foreach (var type in types)
        {
            Add(found, type);
        }
    }

    private static void Add(HashSet<Type> found, Type? type)
    {
        while (type is { HasElementType: true })
        {
            type = type.GetElementType();
        }

        if (type is null || type.IsGenericParameter)
        {
            return;
        }

        if (type.IsFunctionPointer)
        {
            Add(found, type.GetFunctionPointerReturnType());
            AddRange(found, type.GetFunctionPointerParameterTypes());
            return;
        }

        if (type.IsConstructedGenericType)
        {
            AddRange(found, type.GetGenericArguments());
            type = type.GetGenericTypeDefinition();
        }

        found.Add(Outermost(type));
    }
}
