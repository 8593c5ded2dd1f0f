namespace Descent.Backends;

/// <summary>The recurrences that have a fused form.</summary>
public enum RecurrentForm
{
    /// <summary>h′ = tanh(p + q).</summary>
    Tanh,

    /// <summary>h′ = max(0, p + q).</summary>
    Relu,

    /// <summary>The long short-term memory, gates in the order i, f, g, o.</summary>
    Lstm,

    /// <summary>The gated recurrent unit in PyTorch's form, gates in the order r, z, n.</summary>
    Gru,
}

/// <summary>A recurrence over packed rows: what goes in, and what comes out and is kept for its gradient.</summary>
/// <remarks>
/// Rows stand in order of time, those of one step together: of step t the first <c>BatchSizes[t]</c> sequences of the
/// batch. R is the number of rows, N that of sequences, G that of gates (1, 4 or 3). In each step p is a row of
/// <see cref="Projected"/> + <see cref="InputBias"/> and q = (h ⊙ drop) wᵀ + <see cref="Bias"/>.
/// </remarks>
public sealed class RecurrentPass
{
    /// <summary>The formula of a step.</summary>
    public required RecurrentForm Form { get; init; }

    /// <summary>How many sequences have each step, never rising.</summary>
    public required IReadOnlyList<int> BatchSizes { get; init; }

    /// <summary>Whether the last step comes first.</summary>
    public required bool Reverse { get; init; }

    /// <summary>What the inputs give the gates, contiguous (R, G · H). Where the pass is kept, the gates' values take its place, if there are several.</summary>
    public required Operand Projected { get; init; }

    /// <summary>The weights of the hidden state, (G · H, H).</summary>
    public required Operand Weight { get; init; }

    /// <summary>The bias of the inputs, (G · H), or none.</summary>
    public required Operand InputBias { get; init; }

    /// <summary>The bias of the hidden state, (G · H), or none.</summary>
    public required Operand Bias { get; init; }

    /// <summary>How the gates i, f and o of an LSTM see its cell state, (3, H), or none.</summary>
    public required Operand Peephole { get; init; }

    /// <summary>What the hidden state is multiplied by before the weights see it, (N, H), or none.</summary>
    public required Operand Drop { get; init; }

    /// <summary>The hidden state before the first step, (N, H).</summary>
    public required Operand Hidden { get; init; }

    /// <summary>The cell state before the first step, (N, H); none but for an LSTM.</summary>
    public required Operand Cell { get; init; }

    /// <summary>Result: the hidden state after each step, contiguous (R, H).</summary>
    public required Operand Outputs { get; init; }

    /// <summary>Result: the hidden state after each sequence's last step, contiguous (N, H).</summary>
    public required Operand LastHidden { get; init; }

    /// <summary>Result: the cell state after each sequence's last step, contiguous (N, H); none but for an LSTM.</summary>
    public required Operand LastCell { get; init; }

    /// <summary>Result, contiguous (R, H): of an LSTM the cell states, of a GRU the last third of q; none where the pass is not kept or has none.</summary>
    public required Operand Memory { get; init; }

    /// <summary>Whether a gradient will be asked for.</summary>
    public required bool IsKept { get; init; }

    /// <summary>G, the number of gates of a form.</summary>
    public static int Gates(RecurrentForm form) =>
        form switch
        {
            RecurrentForm.Lstm => 4,
            RecurrentForm.Gru => 3,
            _ => 1,
        };
}

/// <summary>The gradient of a <see cref="RecurrentPass"/>: what is known, and what is asked for.</summary>
public sealed class RecurrentGradient
{
    /// <summary>The gradient of the outputs, (R, H); none for zeros.</summary>
    public required Operand Outputs { get; init; }

    /// <summary>The gradient of the last hidden states, (N, H); none for zeros.</summary>
    public required Operand LastHidden { get; init; }

    /// <summary>The gradient of the last cell states, (N, H); none for zeros.</summary>
    public required Operand LastCell { get; init; }

    /// <summary>Result: the gradient of p, contiguous (R, G · H); may be the memory of <see cref="RecurrentPass.Projected"/>, if the pass is not needed again.</summary>
    public required Operand Projected { get; init; }

    /// <summary>Result: the gradient of the last third of q of a GRU, contiguous (R, H). The rest of q, and q otherwise, has that of p. None but for a GRU.</summary>
    public required Operand Candidate { get; init; }

    /// <summary>Result: what the weights saw of the hidden state in each step, (R, H), each row without gaps.</summary>
    public required Operand Seen { get; init; }

    /// <summary>Result: the gradient of the bias of the inputs, contiguous (G · H).</summary>
    public required Operand InputBias { get; init; }

    /// <summary>Result: the gradient of the bias of the hidden state, contiguous (G · H).</summary>
    public required Operand Bias { get; init; }

    /// <summary>Result: the gradient of the hidden state before the first step, contiguous (N, H).</summary>
    public required Operand Hidden { get; init; }

    /// <summary>Result: the gradient of the cell state before the first step, contiguous (N, H); none but for an LSTM.</summary>
    public required Operand Cell { get; init; }

    /// <summary>Result: the gradient of the peepholes, contiguous (3, H), or none.</summary>
    public required Operand Peephole { get; init; }
}
