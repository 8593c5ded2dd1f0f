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

/// <summary>A recurrence over rows of inputs: what goes in, and what comes out and is kept for its gradient.</summary>
/// <remarks>
/// Rows of inputs and outputs stand in order of time, those of one step together: of step t the first
/// <c>BatchSizes[t]</c> sequences of the batch; or those of one sequence together, if all have all steps. R is the number
/// of rows, N that of sequences, G that of gates (1, 4 or 3). In each step p = x vᵀ + <see cref="InputBias"/> and
/// q = (h ⊙ drop) wᵀ + <see cref="Bias"/>. What is kept stands in an order of the backend's own.
/// </remarks>
public sealed class RecurrentPass
{
    /// <summary>The formula of a step.</summary>
    public required RecurrentForm Form { get; init; }

    /// <summary>How many sequences have each step, never rising.</summary>
    public required IReadOnlyList<int> BatchSizes { get; init; }

    /// <summary>Whether the rows of one sequence stand together, in order of time; else those of one step.</summary>
    public required bool IsBySequence { get; init; }

    /// <summary>Whether the last step comes first.</summary>
    public required bool Reverse { get; init; }

    /// <summary>The inputs x, (R, C); with <see cref="Places"/> a table whose rows they are.</summary>
    public required Operand Input { get; init; }

    /// <summary>The number of the row of <see cref="Input"/> that each input is, int64 (R); none where they are its rows as they come.</summary>
    public Operand Places { get; init; }

    /// <summary>The weights v of the inputs, (G · H, C).</summary>
    public required Operand InputWeight { get; init; }

    /// <summary>The weights w of the hidden state, (G · H, H).</summary>
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

    /// <summary>Result: the hidden state after each step, contiguous (R, H), or none.</summary>
    public required Operand Outputs { get; init; }

    /// <summary>Result: the hidden state after each sequence's last step, contiguous (N, H).</summary>
    public required Operand LastHidden { get; init; }

    /// <summary>Result: the cell state after each sequence's last step, contiguous (N, H); none but for an LSTM.</summary>
    public required Operand LastCell { get; init; }

    /// <summary>Kept for the gradient: the gates' values, contiguous (R, G · H). None where nobody asks, or there is one gate.</summary>
    public required Operand Gates { get; init; }

    /// <summary>Kept for the gradient, contiguous (R, <see cref="MemorySize"/>): of an LSTM the cell states, of a GRU the last third of q (and with drop the hidden state before), else, with drop, the outputs. None where nobody asks, or its rows have no length.</summary>
    public required Operand Memory { get; init; }

    /// <summary>Kept for the gradient, contiguous (R, <see cref="SeenSize"/>): what the weights saw of the hidden state, and the inputs beside it. None where nobody asks.</summary>
    public required Operand Seen { get; init; }

    /// <summary>Whether a gradient will be asked for.</summary>
    public bool IsKept => !Seen.IsNone;

    /// <summary>G, the number of gates of a form.</summary>
    public static int GatesOf(RecurrentForm form) =>
        form switch
        {
            RecurrentForm.Lstm => 4,
            RecurrentForm.Gru => 3,
            _ => 1,
        };

    /// <summary>The length of a row of <see cref="Memory"/>.</summary>
    public static int MemorySize(RecurrentForm form, int size, bool drops) =>
        form switch
        {
            RecurrentForm.Lstm => size,
            RecurrentForm.Gru => drops ? 2 * size : size,
            _ => drops ? size : 0,
        };

    /// <summary>The length of a row of <see cref="Seen"/>: an odd number of lines of the cache, so that rows keep out of each other's sets.</summary>
    public static int SeenSize(int size, int inputSize) => checked(((size + inputSize + 15) / 16 | 1) * 16);
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

    /// <summary>Result: the gradient of the inputs, (R, C), or none: contiguous; with <see cref="InputOrder"/> each row contiguous, as far from the next as <see cref="RecurrentPass.SeenSize"/> of it alone.</summary>
    public required Operand Input { get; init; }

    /// <summary>Result, where the inputs are rows of a table: where among the rows of <see cref="Input"/> the gradient of each stands, contiguous int64 (R). None where they come as the inputs do.</summary>
    public Operand InputOrder { get; init; }

    /// <summary>Result: the gradient of the weights of the inputs, (G · H, C), or none.</summary>
    public required Operand InputWeight { get; init; }

    /// <summary>Result: the gradient of the weights of the hidden state, (G · H, H), or none.</summary>
    public required Operand Weight { get; init; }

    /// <summary>Result: the gradient of the bias of the inputs, contiguous (G · H), or none.</summary>
    public required Operand InputBias { get; init; }

    /// <summary>Result: the gradient of the bias of the hidden state, contiguous (G · H), or none.</summary>
    public required Operand Bias { get; init; }

    /// <summary>Result: the gradient of the hidden state before the first step, contiguous (N, H).</summary>
    public required Operand Hidden { get; init; }

    /// <summary>Result: the gradient of the cell state before the first step, contiguous (N, H); none but for an LSTM.</summary>
    public required Operand Cell { get; init; }

    /// <summary>Result: the gradient of the peepholes, contiguous (3, H), or none.</summary>
    public required Operand Peephole { get; init; }
}
