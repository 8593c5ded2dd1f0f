using Descent.Backends;

namespace Descent.Layers;

/// <summary>The plain recurrent step through the hidden state, h′ = tanh(W x + b + R h + d), or with ReLU.</summary>
/// <remarks>
/// <b>Shape</b>: (N, C) and (N, H) → (N, H); <c>weight_ih</c> (H, C), <c>weight_hh</c> (H, H), <c>bias_ih</c> and <c>bias_hh</c> (H).
/// <b>Start</b>: all uniform within 1/√H. <b>Source</b>: the lessons (recurrent networks); Elman 1990.
/// </remarks>
public sealed class RnnCell : RecurrentCell
{
    private readonly bool relu;

    /// <summary>Makes the cell.</summary>
    /// <param name="inputSize">C, the size of an input.</param>
    /// <param name="hiddenSize">H, the size of the hidden state.</param>
    /// <param name="relu">Whether the activation is ReLU; else tanh.</param>
    /// <param name="bias">Whether biases are added.</param>
    /// <param name="initializers">How the parameters start; uniform within 1/√H when null.</param>
    public RnnCell(
        int inputSize,
        int hiddenSize,
        bool relu = false,
        bool bias = true,
        RecurrentInitializers? initializers = null
    )
        : base(inputSize, hiddenSize)
    {
        this.relu = relu;
        Weights = new GateWeights(inputSize, hiddenSize, gates: 1, bias, initializers);
    }

    [Name("")]
    private GateWeights Weights { get; }

    /// <inheritdoc/>
    public override string ToString() => $"RnnCell({InputSize} → {OutputSize}{(relu ? ", ReLU" : "")})";

    /// <inheritdoc/>
    protected internal override long MultiplyAdds => Weights.MultiplyAdds;

    /// <inheritdoc/>
    protected internal override Tensor Project(Tensor input) => Weights.OfInput(input);

    /// <inheritdoc/>
    protected internal override RecurrentState Advance(Tensor projected, RecurrentState state, Tensor hidden)
    {
        var sum = projected + Weights.OfHidden(hidden);
        return new RecurrentState(relu ? sum.Relu() : sum.Tanh());
    }

    /// <inheritdoc/>
    internal override (Tensor Outputs, RecurrentState Last) Run(Tensor rows, in Recurrence recurrence) =>
        Weights.Run(relu ? RecurrentForm.Relu : RecurrentForm.Tanh, rows, recurrence) ?? Unroll(rows, recurrence);
}
