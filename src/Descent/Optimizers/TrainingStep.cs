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
public readonly ref struct TrainingStep : IDisposable
{
    private readonly Optimizer optimizer;
    private readonly Tape tape;
    private readonly Parameter[] leaves;
    private readonly int opening;

    internal TrainingStep(Optimizer optimizer, Tape tape, Parameter[] leaves)
    {
        this.optimizer = optimizer;
        this.tape = tape;
        this.leaves = leaves;
        opening = tape.Opening;
    }

    /// <summary>Runs backward from a loss, clips the gradients, and changes the parameters and running statistics. Once a step.</summary>
    /// <param name="loss">One number, computed inside this step.</param>
    /// <returns>The loss.</returns>
    /// <exception cref="ShapeException">The loss is not one number.</exception>
    /// <exception cref="StepException">The step was minimised or refused before, has ended, or the loss does not depend on its parameters.</exception>
    /// <exception cref="NonFiniteException">The loss or a gradient is infinite or not a number: weights, buffers, optimizer state and step number stay as they were.</exception>
    public double Minimize(Tensor loss)
    {
        RequireOneEvaluation(nameof(Minimize));
        var value = Backward(loss, nameof(Minimize));
        End();
        optimizer.Update();
        tape.ApplyBufferUpdates();
        return value;
    }

    /// <summary>Makes a step on a loss that is given as a function, which <see cref="Lbfgs"/> evaluates several times, at other weights each, and the other optimizers once. Once a step.</summary>
    /// <param name="loss">Computes one number from the model; dropout draws the same numbers in each evaluation of a step.</param>
    /// <returns>The loss before the step.</returns>
    /// <inheritdoc cref="Minimize(Tensor)" path="/exception"/>
    public double Minimize(Func<Tensor> loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return optimizer.Minimize(this, loss);
    }

    /// <summary>Runs backward from a loss and adds its gradients to those that <see cref="Minimize(Tensor)"/> will use; what was computed so far is recycled at once.</summary>
    /// <param name="loss">One number, computed inside this step; divide it by the number of batches to get their mean.</param>
    /// <returns>The loss.</returns>
    /// <exception cref="ShapeException">The loss is not one number.</exception>
    /// <exception cref="StepException">The step was minimised or refused before, has ended, or the loss does not depend on its parameters.</exception>
    /// <exception cref="NonFiniteException">The loss or a gradient is infinite or not a number; the whole step is refused.</exception>
    public double Accumulate(Tensor loss)
    {
        RequireOneEvaluation(nameof(Accumulate));
        var value = Backward(loss, nameof(Accumulate));
        tape.KeepResults();
        tape.Recycle();
        return value;
    }

    /// <summary>Ends the step and recycles what was computed in it.</summary>
    public void Dispose()
    {
        if (IsOpen)
        {
            tape.Close();
        }
    }

    /// <summary>The parameters that this step changes.</summary>
    internal Parameter[] Leaves => leaves;

    /// <summary>The gradient of the last evaluation; null where the loss did not depend on the parameter.</summary>
    internal Tensor? GradientOf(Parameter leaf) => tape.GradientOf(leaf);

    /// <summary>Forgets earlier evaluations in this step, computes the loss anew and runs backward from it.</summary>
    internal double Evaluate(Func<Tensor> loss)
    {
        if (IsOpen)
        {
            tape.Restart();
        }

        return Backward(loss(), nameof(Minimize));
    }

    /// <summary>Moves the running statistics as the last evaluation queued it, and takes no further loss.</summary>
    internal void Finish()
    {
        End();
        tape.ApplyBufferUpdates();
    }

    private void End() => tape.EndOfUse = "was minimised already; a step changes the parameters once";

    private void RequireOneEvaluation(string operation)
    {
        if (optimizer.NeedsFunction)
        {
            throw new StepException(
                $"{operation}: {optimizer.GetType().Name} evaluates the loss several times a step. Give it a function: step.Minimize(() => …)."
            );
        }
    }

    private bool IsOpen => Tape.Current == tape && tape.Opening == opening;

    private double Backward(Tensor loss, string operation)
    {
        ArgumentNullException.ThrowIfNull(loss);
        if (!IsOpen)
        {
            throw new StepException($"{operation}: this training step has ended. Open a new one with BeginStep().");
        }

        if (tape.EndOfUse is { } reason)
        {
            throw new StepException(
                $"{operation}: this step {reason}. To use several losses, add them, or call Accumulate for all but the last."
            );
        }

        if (loss.Count != 1)
        {
            throw new ShapeException(
                $"{operation}: the loss has shape {loss.Shape}; it must be one number. Take its Mean() or Sum()."
            );
        }

        if (!tape.Needs(loss))
        {
            throw new StepException(
                $"{operation}: the loss does not depend on any parameter of this optimizer. Was it computed before BeginStep, detached, or are all layers frozen?"
            );
        }

        var value = loss.ToScalar();
        if (!double.IsFinite(value))
        {
            throw Refusal($"The loss is {value}: {tape.DescribeFirstNonFinite()}.");
        }

        var one = loss.Constant(1).BroadcastTo(loss.Shape);
        tape.Backward(loss, one);
        foreach (var leaf in leaves)
        {
            if (!tape.HasFiniteGradient(leaf))
            {
                throw Refusal(
                    $"The gradient of {leaf.Name} is not finite under a loss of {value}: {tape.DescribeFirstNonFiniteGradient(loss, one)}."
                );
            }
        }

        return value;
    }

    private NonFiniteException Refusal(FormattableString problem)
    {
        tape.EndOfUse = "was refused, since a number was not finite";
        return new NonFiniteException(
            FormattableString.Invariant(problem)
                + " The step was refused and nothing changed. Lower the learning rate, clip gradients, or check the data."
        );
    }
}
