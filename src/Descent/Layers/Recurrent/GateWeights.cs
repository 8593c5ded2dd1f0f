using Descent.Backends;

namespace Descent.Layers;

/// <summary>The weights of a cell whose gates each see the input and the hidden state, one gate below the other, as PyTorch keeps them.</summary>
internal sealed class GateWeights : Module
{
    /// <param name="inputSize">C.</param>
    /// <param name="hiddenSize">H.</param>
    /// <param name="gates">The number of gates.</param>
    /// <param name="bias">Whether there are biases.</param>
    /// <param name="initializers">How the parameters start; uniform within 1/√H when null.</param>
    /// <param name="forgetGate">Which gate the forget gate is, if any is.</param>
    public GateWeights(
        int inputSize,
        int hiddenSize,
        int gates,
        bool bias,
        RecurrentInitializers? initializers,
        int? forgetGate = null
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hiddenSize);
        if (initializers?.ForgetBias is not null && (forgetGate is null || !bias))
        {
            throw new ArgumentException(
                "A recurrence has a forget bias if it is an LSTM with biases; this one is not. Leave ForgetBias out.",
                nameof(initializers)
            );
        }

        var start = Initializers.InverseSqrt(hiddenSize);
        WeightIh = new Parameter([gates * hiddenSize, inputSize], Start(initializers?.InputWeight));
        WeightHh = new Parameter([gates * hiddenSize, hiddenSize], Start(initializers?.HiddenWeight));
        BiasIh = bias ? new Parameter([gates * hiddenSize], Biases(initializers?.ForgetBias)) : null;
        BiasHh = bias ? new Parameter([gates * hiddenSize], Biases(initializers?.ForgetBias * 0)) : null;

        Initializer Start(Initializer? given) => given is null ? start : RecurrentInitializers.OfGates(given, gates);

        Initializer Biases(double? forget) =>
            forget is { } value
                ? RecurrentInitializers.OfGates(initializers?.Bias ?? start, gates, (forgetGate!.Value, value))
                : Start(initializers?.Bias);
    }

    /// <summary>Of the input, (gates · H, C).</summary>
    public Parameter WeightIh { get; }

    /// <summary>Of the hidden state, (gates · H, H).</summary>
    public Parameter WeightHh { get; }

    /// <summary>Added to what the input gives, (gates · H).</summary>
    public Parameter? BiasIh { get; }

    /// <summary>Added to what the hidden state gives, (gates · H).</summary>
    public Parameter? BiasHh { get; }

    public long MultiplyAdds => WeightIh.Count + WeightHh.Count;

    public Tensor OfInput(Tensor input) => input.Linear(WeightIh, BiasIh);

    public Tensor OfHidden(Tensor hidden) => hidden.Linear(WeightHh, BiasHh);

    /// <summary>All steps at once; null where the backend has no such form, or a mask says which steps are none.</summary>
    public (Tensor Outputs, RecurrentState Last)? Run(
        RecurrentForm form,
        Tensor rows,
        in Recurrence recurrence,
        Parameter? peephole = null
    )
    {
        var (steps, initial, drop, mask) = recurrence;
        var cell = form == RecurrentForm.Lstm ? initial.Cell : null;
        var inputs = new RecurrentInputs(WeightIh, WeightHh, BiasIh, BiasHh, peephole, drop, initial.Hidden, cell);
        return mask is null && rows.Recurrent(form, steps, inputs) is var (outputs, hidden, last)
            ? (outputs, last is null ? new RecurrentState(hidden) : new RecurrentState(hidden, last))
            : null;
    }
}
