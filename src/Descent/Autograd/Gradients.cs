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
    /// <exception cref="ShapeException">The output has more than one element; sum it or pass its gradient.</exception>
    /// <exception cref="StepException">No recording is open on this thread, or it was not opened for an input.</exception>
    public static Tensor[] Of(Tensor output, params ReadOnlySpan<Tensor> inputs)
    {
        if (output.Count != 1)
        {
            throw new ShapeException(
                $"Gradients.Of: the output has shape {output.Shape}; a gradient is that of one number. Sum it, or pass the output's gradient."
            );
        }

        // The known constant, with which nobody multiplies.
        return Of(
            output,
            inputs,
            output.Rank == 0 ? output.Constant(1) : Tensor.Ones(output.Shape, output.DType).To(output.Device)
        );
    }

    /// <summary>Σ outputGradient · ∂output/∂input for each input (a vector-Jacobian product).</summary>
    /// <param name="output">A tensor computed inside the recording.</param>
    /// <param name="inputs">Tensors that the recording was opened for.</param>
    /// <param name="outputGradient">Of the output's shape and element type.</param>
    /// <exception cref="ShapeException">The gradient's shape differs from the output's.</exception>
    /// <exception cref="DTypeException">The gradient's element type differs from the output's.</exception>
    /// <exception cref="StepException">No recording is open on this thread, or it was not opened for an input.</exception>
    public static Tensor[] Of(Tensor output, ReadOnlySpan<Tensor> inputs, Tensor outputGradient)
    {
        var tape =
            Tape.Current
            ?? throw new StepException(
                "Gradients.Of: nothing is recorded here. Open a scope first: using var recording = Gradients.Record(inputs);"
            );
        if (output.Shape != outputGradient.Shape)
        {
            throw new ShapeException(
                $"Gradients.Of: the output has shape {output.Shape} and its gradient {outputGradient.Shape}; they must be equal."
            );
        }

        if (output.DType != outputGradient.DType)
        {
            throw new DTypeException(
                $"Gradients.Of: the output holds {output.DType.Name()} and its gradient {outputGradient.DType.Name()}. Convert the gradient with To(DType.{output.DType})."
            );
        }

        foreach (var input in inputs)
        {
            if (!tape.IsLeaf(input))
            {
                throw new StepException(
                    $"Gradients.Of: the recording was not opened for an input of shape {input.Shape}. Name it in Gradients.Record(…). "
                        + "Gradients of intermediate results and of gradients are not recorded."
                );
            }
        }

        tape.ForgetGradients();
        tape.Backward(output, outputGradient);
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
