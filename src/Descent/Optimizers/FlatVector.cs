namespace Descent.Optimizers;

/// <summary>All parameters of a step, or their gradients, one after the other in one vector that outlives the step.</summary>
internal static class FlatVector
{
    /// <summary>Copies a tensor of each parameter's shape into a new vector; zeros where there is none.</summary>
    public static Tensor Gather(Parameter[] parameters, ReadOnlySpan<Tensor?> tensors)
    {
        var flat = Tensor.Lasting(
            parameters[0].Device,
            parameters[0].DType,
            [checked((int)parameters.Sum(p => p.Count))]
        );
        var start = 0L;
        for (var index = 0; index < parameters.Length; index++)
        {
            var part = Part(flat, start, parameters[index]);
            if (tensors[index] is { } tensor)
            {
                flat.Backend.Copy(tensor.View, part.View);
            }
            else
            {
                flat.Backend.Fill(part.View, 0);
            }

            start += parameters[index].Count;
        }

        return flat;
    }

    /// <summary>Sets the parameters from a vector.</summary>
    public static void Scatter(Tensor flat, Parameter[] parameters)
    {
        var start = 0L;
        foreach (var parameter in parameters)
        {
            parameter.Assign(Part(flat, start, parameter));
            start += parameter.Count;
        }
    }

    /// <summary>The part of a vector that belongs to a parameter, in its shape.</summary>
    public static Tensor Part(Tensor flat, long start, Parameter parameter) =>
        flat.Seen(parameter.Shape, parameter.Shape.RowMajorStrides(), flat.View.Offset + start);

    /// <summary>target ← target + factor · other.</summary>
    public static void Add(Tensor target, double factor, Tensor other)
    {
        var constants = default(Backends.UpdateConstants<double>);
        (constants[0], constants[1]) = (1, factor);
        target.Backend.Update<BlendKernel>(
            target.View,
            other.View,
            Backends.Operand.None,
            Backends.Operand.None,
            Backends.Operand.None,
            constants
        );
    }

    /// <summary>Σ aᵢ bᵢ.</summary>
    public static double Dot(Tensor a, Tensor b) => a.MatMul(b).ToScalar();

    /// <summary>The largest |aᵢ|.</summary>
    public static double LargestMagnitude(Tensor a) => a.Abs().Max().ToScalar();
}
