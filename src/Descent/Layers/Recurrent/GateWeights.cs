using Descent.Backends;

namespace Descent.Layers;

/// <summary>The weights of a cell whose gates each see the input and the hidden state, one gate below the other, as PyTorch keeps them.</summary>
internal sealed class GateWeights : Module
{
    public GateWeights(int inputSize, int hiddenSize, int gates, bool bias)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hiddenSize);
        var start = Initializers.InverseSqrt(hiddenSize);
        WeightIh = new Parameter([gates * hiddenSize, inputSize], start);
        WeightHh = new Parameter([gates * hiddenSize, hiddenSize], start);
        BiasIh = bias ? new Parameter([gates * hiddenSize], start) : null;
        BiasHh = bias ? new Parameter([gates * hiddenSize], start) : null;
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
