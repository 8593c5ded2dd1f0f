namespace Descent;

/// <summary>Gradients without an optimizer.</summary>
public static class Gradients
{
    /// <summary>Opens a scope on this thread in which operations on the given tensors are recorded.</summary>
    /// <example><code>
    /// using var recording = Gradients.Record(x);
    /// var y = (x * x).Sum();
    /// var dx = Gradients.Of(y, x)[0];
    /// </code></example>
    /// <param name="inputs">The tensors whose gradients will be asked for.</param>
    /// <returns>The scope; dispose it to stop recording.</returns>
    public static GradientRecording Record(params ReadOnlySpan<Tensor> inputs) => new(inputs, trains: false);

    /// <summary>As <see cref="Record"/>, with the layers in training mode: dropout drops, batch norm uses the batch.</summary>
    public static GradientRecording RecordTraining(params ReadOnlySpan<Tensor> inputs) => new(inputs, trains: true);

    /// <summary>∂output/∂input for each input, each of the input's shape; zeros where the output does not depend on it.</summary>
    /// <param name="output">A scalar (one element) computed inside the recording.</param>
    /// <param name="inputs">Tensors that the recording was opened for.</param>
    /// <exception cref="ShapeException">The output has more than one element; sum it or call <see cref="Weighted"/>.</exception>
    /// <exception cref="StepException">No recording is open on this thread, or it was not opened for an input.</exception>
    public static Tensor[] Of(Tensor output, params ReadOnlySpan<Tensor> inputs)
    {
        if (output.Count != 1)
        {
            throw new ShapeException(
                $"Gradients.Of: the output has shape {output.Shape}; a gradient is that of one number. Sum it, or call Gradients.Weighted."
            );
        }

        return Weighted(output, Tensor.Ones(output.Shape, output.DType).To(output.Device), inputs);
    }

    /// <summary>Σ weights · ∂output/∂input for each input: the gradients of the weighted sum of the output (a vector-Jacobian product).</summary>
    /// <param name="output">A tensor computed inside the recording.</param>
    /// <param name="weights">Of the output's shape and element type.</param>
    /// <param name="inputs">Tensors that the recording was opened for.</param>
    /// <exception cref="ShapeException">The weights' shape differs from the output's.</exception>
    /// <exception cref="DTypeException">The weights' element type differs from the output's.</exception>
    /// <exception cref="StepException">No recording is open on this thread, or it was not opened for an input.</exception>
    public static Tensor[] Weighted(Tensor output, Tensor weights, params ReadOnlySpan<Tensor> inputs)
    {
        var tape =
            Tape.Current
            ?? throw new StepException(
                "Gradients: nothing is recorded here. Open a scope first: using var recording = Gradients.Record(inputs);"
            );
        if (output.Shape != weights.Shape)
        {
            throw new ShapeException(
                $"Gradients.Weighted: the output has shape {output.Shape} and the weights {weights.Shape}; they must be equal."
            );
        }

        if (output.DType != weights.DType)
        {
            throw new DTypeException(
                $"Gradients.Weighted: the output holds {output.DType.Name()} and the weights {weights.DType.Name()}. Convert the weights with To(DType.{output.DType})."
            );
        }

        foreach (var input in inputs)
        {
            if (!tape.Leaves.Contains(input))
            {
                throw new StepException(
                    $"Gradients: the recording was not opened for an input of shape {input.Shape}. Name it in Gradients.Record(…). "
                        + "Gradients of intermediate results and of gradients are not recorded."
                );
            }
        }

        tape.ForgetGradients();
        tape.Backward(output, weights);
        var gradients = new Tensor[inputs.Length];
        for (var index = 0; index < inputs.Length; index++)
        {
            var input = inputs[index];
            gradients[index] = tape.GradientOf(input) ?? Tensor.Zeros(input.Shape, input.DType).To(input.Device);
        }

        return gradients;
    }
}

/// <summary>The scope that <see cref="Gradients.Record"/> opens; bound to its thread.</summary>
public readonly ref struct GradientRecording : IDisposable
{
    private readonly Tape tape;

    internal GradientRecording(scoped ReadOnlySpan<Tensor> inputs, bool trains)
    {
        if (Tape.Current is { Recycles: true })
        {
            throw new StepException(
                "Gradients.Record: a training step is open on this thread; it records already. Open the recording outside the step."
            );
        }

        tape = new Tape();
        tape.Open(inputs, trains, recycles: false, stepNumber: 0);
    }

    /// <summary>Stops recording.</summary>
    public void Dispose() => tape.Close();
}
