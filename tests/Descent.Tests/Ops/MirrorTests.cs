using System.Reflection;

namespace Descent.Tests.Ops;

/// <summary>No operation without a case.</summary>
public class MirrorTests
{
    /// <summary>Methods that make tensors from nothing; CreationTests has them.</summary>
    private static readonly string[] Creation =
    [
        "From",
        "Scalar",
        "Zeros",
        "Ones",
        "Full",
        "Arange",
        "Linspace",
        "Eye",
        "RandomUniform",
        "RandomNormal",
    ];

    [Fact]
    public void Every_method_that_gives_a_tensor_has_a_case()
    {
        var tested = OpCases.All.Select(c => c.Method).ToHashSet();
        var missing = typeof(Tensor)
            .GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => GivesTensor(method.ReturnType) && !Creation.Contains(method.Name))
            .Select(method => method.Name)
            .Distinct()
            .Where(name => !tested.Contains(name));

        Assert.Empty(missing);
    }

    [Fact]
    public void Every_node_of_the_tape_is_made_by_a_case()
    {
        var made = new HashSet<Type>();
        foreach (var op in OpCases.All.Where(op => op.IsDifferentiable))
        {
            foreach (var device in (Device[])[Device.Reference, Device.Cpu])
            {
                var inputs = op.MakeInputs(device, DType.Float32);
                using var recording = Gradients.Record(inputs);
                Collect(op.Function(inputs), made);
            }
        }

        // The node of a fused form is made only where a backend has one; its operation then bears its name.
        var tested = OpCases.All.Select(c => c.Method + "Op").ToHashSet();
        var missing = typeof(Tensor)
            .Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Op)) && !made.Contains(type) && !tested.Contains(type.Name));
        Assert.Empty(missing);
    }

    private static void Collect(Tensor tensor, HashSet<Type> made)
    {
        if (tensor.Producer is { } op)
        {
            var type = op.GetType();
            made.Add(type.IsGenericType ? type.GetGenericTypeDefinition() : type);
            foreach (var input in (Tensor?[])[op.First, op.Second, op.Third])
            {
                if (input is not null)
                {
                    Collect(input, made);
                }
            }
        }
    }

    private static bool GivesTensor(Type type) =>
        type == typeof(Tensor) || type == typeof(Tensor[]) || type == typeof((Tensor, Tensor));
}
