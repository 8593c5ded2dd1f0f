namespace Descent.Optimizers;

/// <summary>One training step: while it is open, layers train, operations are recorded, and their results are recycled at its end.</summary>
/// <remarks>
/// Bound to its thread: it cannot cross an <c>await</c>. Outside it everything is inference, so there is no mode to
/// set and no gradient to clear.
/// <example><code>
/// using var step = optimizer.BeginStep();
/// var loss = Loss.CrossEntropy(model.Forward(images), labels);
/// step.Minimize(loss);
/// </code></example>
/// </remarks>
public ref struct TrainingStep : IDisposable
{
    private readonly Optimizer optimizer;
    private readonly Tape tape;
    private readonly Parameter[] leaves;
    private readonly int generation;
    private bool isMinimized;

    internal TrainingStep(Optimizer optimizer, Tape tape, Parameter[] leaves, int generation)
    {
        this.optimizer = optimizer;
        this.tape = tape;
        this.leaves = leaves;
        this.generation = generation;
    }

    /// <summary>Runs backward from a loss, clips the gradients, and changes the parameters and running statistics. Once a step.</summary>
    /// <param name="loss">One number, computed inside this step.</param>
    /// <returns>The loss.</returns>
    /// <exception cref="ShapeException">The loss is not one number.</exception>
    /// <exception cref="StepException">The step was minimised before or has ended.</exception>
    /// <exception cref="NonFiniteException">The loss or a gradient is infinite or not a number: weights, buffers, optimizer state and step number stay as they were.</exception>
    public double Minimize(Tensor loss)
    {
        var value = Backward(loss, nameof(Minimize));
        isMinimized = true;
        var gradients = new Tensor?[leaves.Length];
        for (var index = 0; index < leaves.Length; index++)
        {
            gradients[index] = tape.GradientOf(leaves[index]);
        }

        Clip(gradients);
        optimizer.Update(leaves, gradients);
        tape.ApplyBufferUpdates();
        return value;
    }

    /// <summary>Runs backward from a loss and adds its gradients to those that <see cref="Minimize"/> will use; what was computed so far is recycled at once.</summary>
    /// <param name="loss">One number, computed inside this step; divide it by the number of batches to get their mean.</param>
    /// <returns>The loss.</returns>
    /// <exception cref="NonFiniteException">The loss or a gradient is infinite or not a number.</exception>
    public readonly double Accumulate(Tensor loss)
    {
        var value = Backward(loss, nameof(Accumulate));
        tape.KeepResults();
        tape.Recycle();
        return value;
    }

    /// <summary>Ends the step and recycles what was computed in it.</summary>
    public readonly void Dispose()
    {
        if (optimizer.IsCurrent(generation) && Tape.Current == tape)
        {
            tape.Close();
        }
    }

    private readonly double Backward(Tensor loss, string operation)
    {
        ArgumentNullException.ThrowIfNull(loss);
        if (!optimizer.IsCurrent(generation) || Tape.Current != tape)
        {
            throw new StepException($"{operation}: this training step has ended. Open a new one with BeginStep().");
        }

        if (isMinimized)
        {
            throw new StepException(
                $"{operation}: this step was minimised already; a step changes the parameters once. Use Accumulate to add up several losses, or add the losses."
            );
        }

        if (loss.Count != 1)
        {
            throw new ShapeException(
                $"{operation}: the loss has shape {loss.Shape}; it must be one number. Take its Mean() or Sum()."
            );
        }

        if (loss.Producer is null || !tape.Needs(loss))
        {
            throw new StepException(
                $"{operation}: the loss does not depend on any parameter of this optimizer. Was it computed before BeginStep, detached, or are all layers frozen?"
            );
        }

        var value = loss.ToScalar();
        if (!double.IsFinite(value))
        {
            throw new NonFiniteException(
                $"The loss is {value}: {tape.DescribeFirstNonFinite()}. The step was refused and nothing changed. Lower the learning rate, clip gradients, or check the data."
            );
        }

        tape.Backward(loss, Tensor.Full(loss.Device, loss.Shape, 1, loss.DType));
        foreach (var leaf in leaves)
        {
            if (tape.GradientOf(leaf) is { } gradient && !gradient.Backend.IsFinite(gradient.View))
            {
                throw new NonFiniteException(
                    $"The gradient of {leaf.Name} is not finite under a loss of {value}: {tape.DescribeFirstNonFiniteGradient()}. "
                        + "The step was refused and nothing changed. Lower the learning rate, clip gradients, or check the data."
                );
            }
        }

        return value;
    }

    private readonly void Clip(Tensor?[] gradients)
    {
        if (optimizer.Clipping is not { } clipping)
        {
            return;
        }

        var present = Array.FindAll(gradients, gradient => gradient is not null).Cast<Tensor>().ToArray();
        clipping.Apply(present);
        var next = 0;
        for (var index = 0; index < gradients.Length; index++)
        {
            gradients[index] = gradients[index] is null ? null : present[next++];
        }
    }
}
