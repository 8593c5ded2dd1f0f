namespace Descent.Layers;

/// <summary>What a recurrence carries from one step to the next: the hidden state, and for some cells more.</summary>
/// <remarks>
/// <b>Shape</b>: of a cell each part is (N, H); of a layer (layers · directions, N, H), the forward direction of a layer
/// before its reverse one.
/// </remarks>
public sealed class RecurrentState
{
    private readonly Tensor[] parts;

    /// <summary>Makes a state of its parts.</summary>
    /// <param name="parts">The hidden state first; then, for an LSTM, the cell state.</param>
    /// <exception cref="ArgumentException">There is no part.</exception>
    public RecurrentState(params ReadOnlySpan<Tensor> parts)
    {
        if (parts.IsEmpty)
        {
            throw new ArgumentException("RecurrentState: a state has one part at least, the hidden state.");
        }

        this.parts = parts.ToArray();
    }

    /// <summary>The parts, the hidden state first.</summary>
    public IReadOnlyList<Tensor> Parts => parts;

    /// <summary>The hidden state, which is also the output of the last step.</summary>
    public Tensor Hidden => parts[0];

    /// <summary>The cell state of an LSTM.</summary>
    /// <exception cref="InvalidOperationException">The state has a single part.</exception>
    public Tensor Cell =>
        parts.Length > 1
            ? parts[1]
            : throw new InvalidOperationException(
                "RecurrentState: this state is a hidden state alone; only an LSTM has a cell state."
            );

    /// <summary>The same numbers without history, kept when the training step ends: between two chunks of a long sequence this is what truncates the gradient.</summary>
    /// <example><code>
    /// RecurrentState? state = null;
    /// foreach (var (input, target) in chunks)
    /// {
    ///     using var step = optimizer.BeginStep();
    ///     (var output, state) = lstm.Forward(input, state);
    ///     step.Minimize(Loss.MeanSquaredError(output, target));
    ///     state = state.Detach();
    /// }
    /// </code></example>
    public RecurrentState Detach() => Map(part => part.Detach());

    /// <summary>Each part changed in the same way.</summary>
    internal RecurrentState Map(Func<Tensor, Tensor> change) => new([.. parts.Select(change)]);

    /// <summary>Each part made of those of two states.</summary>
    internal static RecurrentState Zip(RecurrentState a, RecurrentState b, Func<Tensor, Tensor, Tensor> join) =>
        new([.. a.parts.Zip(b.parts, join)]);
}
