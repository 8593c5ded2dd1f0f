namespace Descent.Layers;

/// <summary>One step of a recurrence: from an input and the state before, the state after, whose first part is the output.</summary>
/// <remarks>
/// <para>A cell of your own overrides <see cref="Advance"/> in plain tensor operations, and <see cref="Project"/> where a
/// part of the step depends on the input alone: that is computed for all steps at once. <see cref="Recurrent"/> makes
/// a layer of it, stacked, bidirectional and with lengths like any other.</para>
/// <para><b>Source</b>: the lessons (recurrent networks).</para>
/// </remarks>
public abstract class RecurrentCell : Module
{
    private readonly int[] stateSizes;

    /// <summary>Makes a cell.</summary>
    /// <param name="inputSize">C, the size of an input.</param>
    /// <param name="stateSizes">The size of each part of the state, the output's first.</param>
    protected RecurrentCell(int inputSize, params ReadOnlySpan<int> stateSizes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputSize);
        ArgumentOutOfRangeException.ThrowIfZero(stateSizes.Length, nameof(stateSizes));
        foreach (var size in stateSizes)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size, nameof(stateSizes));
        }

        InputSize = inputSize;
        this.stateSizes = stateSizes.ToArray();
    }

    /// <summary>C, the size of an input.</summary>
    public int InputSize { get; }

    /// <summary>The size of each part of the state, the output's first.</summary>
    public IReadOnlyList<int> StateSizes => stateSizes;

    /// <summary>The size of the output.</summary>
    public int OutputSize => stateSizes[0];

    /// <summary>Multiplications, each with an addition, of one step of one sequence.</summary>
    protected internal virtual long MultiplyAdds => 0;

    /// <summary>Makes one step: for running free, where an output decides on the next input.</summary>
    /// <param name="input">(N, C).</param>
    /// <param name="state">Parts of (N, size); zeros when null.</param>
    /// <returns>The state after the step; its hidden part is the output, (N, H).</returns>
    /// <exception cref="ShapeException">The input or the state does not fit the cell.</exception>
    public RecurrentState Forward(Tensor input, RecurrentState? state = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        EnsureInitialized();
        if (input.Rank != 2 || input.Shape[1] != InputSize)
        {
            throw new ShapeException($"{GetType().Name}: needs (N, {InputSize}), found {input.Shape}{Tape.InLayer}.");
        }

        state ??= ZeroState(input, input.Shape[0]);
        RequireState(state, input.Shape[0]);
        return Advance(Project(input), state, state.Hidden);
    }

    /// <summary>The part of a step that depends on the input alone, for the rows of many steps at once; the input itself unless overridden.</summary>
    /// <param name="input">Rows, (R, C).</param>
    /// <returns>As many rows.</returns>
    protected internal virtual Tensor Project(Tensor input) => input;

    /// <summary>The rest of a step.</summary>
    /// <param name="projected">What <see cref="Project"/> made of the step's inputs, (N, …).</param>
    /// <param name="state">The state before.</param>
    /// <param name="hidden">The hidden state as the weights should see it: with recurrent dropout's mask on it, else as it is.</param>
    /// <returns>The state after, with parts of the same shapes.</returns>
    protected internal abstract RecurrentState Advance(Tensor projected, RecurrentState state, Tensor hidden);

    /// <summary>A state of zeros, of the element type of another tensor.</summary>
    internal RecurrentState ZeroState(Tensor like, int batch) =>
        new([.. stateSizes.Select(size => like.ZeroResult([batch, size]))]);

    /// <summary>Checks that the last two sizes of each part are those of a batch and of the cell.</summary>
    internal void RequireState(RecurrentState state, int batch)
    {
        if (
            state.Parts.Count != stateSizes.Length
            || state
                .Parts.Where((part, i) => part.Rank < 2 || part.Shape[^2] != batch || part.Shape[^1] != stateSizes[i])
                .Any()
        )
        {
            throw new ShapeException(
                $"{GetType().Name}: a batch of {batch} needs a state of {string.Join(" and ", stateSizes.Select(size => $"(…, {batch}, {size})"))}, found "
                    + $"{string.Join(" and ", state.Parts.Select(part => part.Shape))}{Tape.InLayer}."
            );
        }
    }

    /// <summary>Makes all steps of packed rows of inputs, or of those of a table that the steps look up: the outputs of every step, and each sequence's state after its last.</summary>
    internal virtual (Tensor Outputs, RecurrentState Last) Run(Tensor rows, in Recurrence recurrence) =>
        Unroll(rows, recurrence);

    /// <summary>Makes the steps one after the other by <see cref="Advance"/>.</summary>
    private protected (Tensor Outputs, RecurrentState Last) Unroll(Tensor rows, in Recurrence recurrence)
    {
        var ((batchSizes, isBySequence, reverse, _, lookup), initial, drop, mask) = recurrence;
        var projected = Project(lookup?.Rows(rows) ?? rows);
        var outputs = new Tensor[batchSizes.Count];
        var starts = new int[batchSizes.Count];
        for (var step = 1; step < starts.Length; step++)
        {
            starts[step] = starts[step - 1] + batchSizes[step - 1];
        }

        Tensor OfStep(Tensor all, int step) =>
            isBySequence
                ? all.Reshape([initial.Hidden.Shape[0], starts.Length, all.Shape[1]])[.., step]
                : all.AlongAxis(0, starts[step], batchSizes[step]);

        // Forward the rows of ended sequences go aside; in reverse the longest begin and the others come in at their end.
        var batch = initial.Hidden.Shape[0];
        var present = reverse ? 0 : batch;
        var state = Rows(initial, 0, present);
        var ended = new Stack<RecurrentState>();
        for (var turn = 0; turn < outputs.Length; turn++)
        {
            var step = reverse ? outputs.Length - 1 - turn : turn;
            var count = batchSizes[step];
            if (count < present)
            {
                ended.Push(Rows(state, count, present - count));
                state = Rows(state, 0, count);
            }
            else if (count > present)
            {
                state = Append(state, Rows(initial, present, count - present));
            }

            present = count;
            var hidden = drop is null ? state.Hidden : state.Hidden * drop.AlongAxis(0, 0, present);
            var next = Advance(OfStep(projected, step), state, hidden);
            outputs[step] = next.Hidden;
            if (mask is not null)
            {
                var valid = OfStep(mask, step);
                outputs[step] = Tensor.Where(valid, next.Hidden, next.Hidden.Constant(0));
                next = RecurrentState.Zip(next, state, (after, before) => Tensor.Where(valid, after, before));
            }

            state = next;
        }

        while (ended.TryPop(out var part))
        {
            state = Append(state, part);
            present += part.Hidden.Shape[0];
        }

        state = present < batch ? Append(state, Rows(initial, present, batch - present)) : state;
        return (Joined(outputs), state);

        Tensor Joined(Tensor[] outputs) =>
            outputs.Length == 0 ? projected.ZeroResult([0, OutputSize])
            : isBySequence ? Tensor.Stack(outputs, axis: 1).Reshape([batch * outputs.Length, OutputSize])
            : Tensor.Concat(outputs);
    }

    private static RecurrentState Rows(RecurrentState state, int start, int count) =>
        start == 0 && count == state.Hidden.Shape[0] ? state : state.Map(part => part.AlongAxis(0, start, count));

    private static RecurrentState Append(RecurrentState state, RecurrentState rows) =>
        RecurrentState.Zip(state, rows, (a, b) => Tensor.Concat([a, b]));
}

/// <summary>What a recurrence over packed rows needs beside what its cell made of the inputs.</summary>
/// <param name="Steps">Which steps, of rows in which order.</param>
/// <param name="Initial">The state before the first step, of the whole batch.</param>
/// <param name="Drop">What the hidden state is multiplied by before the weights see it, (N, H); null for no dropout.</param>
/// <param name="Mask">Which rows are steps at all, (R, 1); the others keep the state and give zeros. Null for all.</param>
internal readonly record struct Recurrence(RecurrentSteps Steps, RecurrentState Initial, Tensor? Drop, Tensor? Mask);
