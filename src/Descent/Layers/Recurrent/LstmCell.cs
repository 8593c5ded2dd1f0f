using Descent.Backends;

namespace Descent.Layers;

/// <summary>The step of a long short-term memory: gates decide what enters the cell state, what stays in it and what leaves it.</summary>
/// <remarks>
/// <para><b>Shape</b>: (N, C) and (N, H) twice → (N, H) twice; with the gates in the order i, f, g, o: <c>weight_ih</c> (4H, C),
/// <c>weight_hh</c> (4H, H), <c>bias_ih</c> and <c>bias_hh</c> (4H); with peepholes <c>peephole</c> (3, H), in the order i, f, o.</para>
/// <para><b>Formula</b>: block input g = tanh(W_g x + R_g h + b_g); input gate i = σ(W_i x + R_i h + p_i ⊙ c + b_i); forget gate
/// f = σ(W_f x + R_f h + p_f ⊙ c + b_f); cell state c′ = g ⊙ i + c ⊙ f; output gate o = σ(W_o x + R_o h + p_o ⊙ c′ + b_o);
/// output h′ = tanh(c′) ⊙ o. PyTorch has no peepholes; it, and this cell, add two biases where the paper has one,
/// b = bias_ih + bias_hh, and call the block input g where the paper calls it z.</para>
/// <para><b>Start</b>: all uniform within 1/√H. <b>Source</b>: the lessons (recurrent networks); Hochreiter and Schmidhuber
/// 1997; Gers and Schmidhuber 2000 (peepholes); Greff et al. 2017, section II.</para>
/// </remarks>
public sealed class LstmCell : RecurrentCell
{
    /// <summary>Makes the cell.</summary>
    /// <param name="inputSize">C, the size of an input.</param>
    /// <param name="hiddenSize">H, the size of the hidden state and of the cell state.</param>
    /// <param name="peepholes">Whether the gates see the cell state.</param>
    /// <param name="bias">Whether biases are added.</param>
    /// <param name="initializers">How the parameters start; uniform within 1/√H when null.</param>
    public LstmCell(
        int inputSize,
        int hiddenSize,
        bool peepholes = false,
        bool bias = true,
        RecurrentInitializers? initializers = null
    )
        : base(inputSize, hiddenSize, hiddenSize)
    {
        Weights = new GateWeights(inputSize, hiddenSize, gates: 4, bias, initializers, forgetGate: 1);
        Peephole = peepholes ? new Parameter([3, hiddenSize], Initializers.InverseSqrt(hiddenSize)) : null;
    }

    [Name("")]
    private GateWeights Weights { get; }

    /// <summary>How the input, forget and output gates see the cell state, (3, H); null without peepholes.</summary>
    public Parameter? Peephole { get; }

    /// <inheritdoc/>
    public override string ToString() =>
        $"LstmCell({InputSize} → {OutputSize}{(Peephole is null ? "" : ", peepholes")})";

    /// <inheritdoc/>
    protected internal override long MultiplyAdds => Weights.MultiplyAdds + (Peephole?.Count ?? 0);

    /// <inheritdoc/>
    protected internal override Tensor Project(Tensor input) => Weights.OfInput(input);

    /// <inheritdoc/>
    protected internal override RecurrentState Advance(Tensor projected, RecurrentState state, Tensor hidden)
    {
        var gates = (projected + Weights.OfHidden(hidden)).Split(OutputSize, axis: 1);
        var inputGate = Peep(gates[0], state.Cell, 0).Sigmoid();
        var forgetGate = Peep(gates[1], state.Cell, 1).Sigmoid();
        var cell = gates[2].Tanh() * inputGate + state.Cell * forgetGate;
        var outputGate = Peep(gates[3], cell, 2).Sigmoid();
        return new RecurrentState(cell.Tanh() * outputGate, cell);
    }

    /// <inheritdoc/>
    internal override (Tensor Outputs, RecurrentState Last) Run(Tensor rows, in Recurrence recurrence) =>
        Weights.Run(RecurrentForm.Lstm, rows, recurrence, Peephole) ?? Unroll(rows, recurrence);

    private Tensor Peep(Tensor gate, Tensor cell, int which) => Peephole is null ? gate : gate + cell * Peephole[which];
}
