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
}
