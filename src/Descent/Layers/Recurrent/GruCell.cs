using Descent.Backends;

namespace Descent.Layers;

/// <summary>The step of a gated recurrent unit, in PyTorch's form: the reset gate acts on the finished product with the hidden state.</summary>
/// <remarks>
/// <b>Shape</b>: (N, C) and (N, H) → (N, H); with the gates in the order r, z, n: <c>weight_ih</c> (3H, C), <c>weight_hh</c> (3H, H),
/// <c>bias_ih</c> and <c>bias_hh</c> (3H). <b>Formula</b>: reset gate r = σ(W_r x + b_r + R_r h + d_r); update gate
/// z = σ(W_z x + b_z + R_z h + d_z); candidate n = tanh(W_n x + b_n + r ⊙ (R_n h + d_n)); h′ = (1 − z) ⊙ n + z ⊙ h.
/// <b>Start</b>: all uniform within 1/√H. <b>Source</b>: Cho et al. 2014, with the reset gate where PyTorch has it.
/// </remarks>
public sealed class GruCell : RecurrentCell
{
    /// <summary>Makes the cell.</summary>
    /// <param name="inputSize">C, the size of an input.</param>
    /// <param name="hiddenSize">H, the size of the hidden state.</param>
    /// <param name="bias">Whether biases are added.</param>
    /// <param name="initializers">How the parameters start; uniform within 1/√H when null.</param>
    public GruCell(int inputSize, int hiddenSize, bool bias = true, RecurrentInitializers? initializers = null)
        : base(inputSize, hiddenSize) => Weights = new GateWeights(inputSize, hiddenSize, gates: 3, bias, initializers);

    [Name("")]
    private GateWeights Weights { get; }

    /// <inheritdoc/>
    public override string ToString() => $"GruCell({InputSize} → {OutputSize})";

    /// <inheritdoc/>
    protected internal override long MultiplyAdds => Weights.MultiplyAdds;

    /// <inheritdoc/>
    protected internal override Tensor Project(Tensor input) => Weights.OfInput(input);

    /// <inheritdoc/>
    protected internal override RecurrentState Advance(Tensor projected, RecurrentState state, Tensor hidden)
    {
        var ofInput = projected.Split(OutputSize, axis: 1);
        var ofHidden = Weights.OfHidden(hidden).Split(OutputSize, axis: 1);
        var reset = (ofInput[0] + ofHidden[0]).Sigmoid();
        var update = (ofInput[1] + ofHidden[1]).Sigmoid();
        var candidate = (ofInput[2] + reset * ofHidden[2]).Tanh();
        return new RecurrentState(candidate + update * (state.Hidden - candidate));
    }

    /// <inheritdoc/>
    internal override (Tensor Outputs, RecurrentState Last) Run(Tensor rows, in Recurrence recurrence) =>
        Weights.Run(RecurrentForm.Gru, rows, recurrence) ?? Unroll(rows, recurrence);
}
