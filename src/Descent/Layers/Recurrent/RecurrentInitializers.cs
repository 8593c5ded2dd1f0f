namespace Descent.Layers;

/// <summary>How the parameters of a recurrent cell start, where not as PyTorch's: uniform within 1/√H. Each gate is drawn for itself.</summary>
/// <remarks><b>Source</b>: Saxe et al. 2014 (orthogonal weights of the hidden state); Gers et al. 2000 and Jozefowicz et al. 2015 (the forget gate's bias).</remarks>
/// <example><code>
/// new Lstm(100, 128, initializers: new() { HiddenWeight = Initializers.Orthogonal(), ForgetBias = 1 })
/// </code></example>
public sealed record RecurrentInitializers
{
    /// <summary>Of the weights of the input, (H, C) for each gate.</summary>
    public Initializer? InputWeight { get; init; }

    /// <summary>Of the weights of the hidden state, (H, H) for each gate.</summary>
    public Initializer? HiddenWeight { get; init; }

    /// <summary>Of both biases, (H) for each gate.</summary>
    public Initializer? Bias { get; init; }

    /// <summary>What both biases of an LSTM's forget gate add up to at first: 1 lets the cell remember from the start.</summary>
    public double? ForgetBias { get; init; }

    /// <summary>An initialiser of one gate, for several one below the other; a gate may be given a number of its own.</summary>
    internal static Initializer OfGates(Initializer gate, int gates, (int Gate, double Value)? own = null) =>
        (shape, source, dtype) =>
        {
            var part = shape.With(0, shape[0] / gates);
            var drawn = new Tensor[gates];
            for (var index = 0; index < gates; index++)
            {
                drawn[index] =
                    own is var (which, value) && which == index
                        ? Tensor.Full(part, value, dtype)
                        : gate(part, source.Split($"gate {index}"), dtype);
            }

            return Tensor.Concat(drawn);
        };
}
