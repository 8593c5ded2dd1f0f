namespace Descent.Layers;

/// <summary>A recurrence over sequences, of any cell: stacked, in both directions, with dropout, states and lengths.</summary>
/// <remarks>
/// <para><b>Shape</b>: (N, L, C) → (N, L, D · H), D = 2 when bidirectional, else 1, the forward direction's outputs first; with
/// a single output (N, D · H). The parameters have the cell's names with the layer and direction behind them:
/// <c>weight_ih_l0</c>, <c>weight_ih_l0_reverse</c>, <c>weight_ih_l1</c>.</para>
/// <para><b>Lengths</b>: a packed sequence, or <c>lengths</c> beside a padded one, makes steps for what is there alone; the
/// reverse direction begins at each sequence's own end, and outputs after it are zeros. <see cref="ForwardMasked"/> takes
/// any pattern of steps.</para>
/// <para><b>Truncated backpropagation</b>: pass the state from one chunk to the next through <see cref="RecurrentState.Detach"/>.</para>
/// <para><b>Source</b>: the lessons (recurrent networks); Schuster and Paliwal 1997 (bidirectional); Zaremba et al. 2014
/// (dropout between layers); Gal and Ghahramani 2016 (recurrent dropout).</para>
/// </remarks>
/// <seealso cref="Rnn"/>
/// <seealso cref="Lstm"/>
/// <seealso cref="Gru"/>
/// <seealso cref="OutputRnn"/>
public class Recurrent : Layer
{
    [Name("")]
    private readonly OrderedDictionary<string, Parameter> parameters = [];

    private readonly RecurrentCell[] cells;
    private readonly Parameter[][] initial;
    private readonly Dropout? between;
    private readonly Dropout? recurrent;
    private readonly int directions;
    private readonly bool singleOutput;

    /// <summary>Makes the layer.</summary>
    /// <param name="inputSize">C, the size of an input.</param>
    /// <param name="cell">Makes a cell for inputs of a size; called for each layer and direction.</param>
    /// <param name="layers">How many recurrences stand on each other.</param>
    /// <param name="bidirectional">Whether a second cell goes through the sequence from its end.</param>
    /// <param name="dropout">The share dropped of what goes from one layer to the next, at each step anew; needs two layers.</param>
    /// <param name="recurrentDropout">The share dropped of what the weights see of the hidden state, by one mask for a whole sequence.</param>
    /// <param name="learnInitialState">Whether the state before the first step is learned (<c>initial_0_l0</c>, …); else zeros.</param>
    /// <param name="singleOutput">Whether <see cref="Layer.Forward(Tensor)"/> gives the last output alone, as <see cref="LastOutput"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no layer, or a share is not at least 0 and below 1.</exception>
    /// <exception cref="ArgumentException">A cell takes inputs of another size than it is given, or one layer has a dropout between layers.</exception>
    public Recurrent(
        int inputSize,
        Func<int, RecurrentCell> cell,
        int layers = 1,
        bool bidirectional = false,
        double dropout = 0,
        double recurrentDropout = 0,
        bool learnInitialState = false,
        bool singleOutput = false
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputSize);
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(layers);
        between = dropout == 0 ? null : new Dropout(dropout);
        if (between is not null && layers == 1)
        {
            throw new ArgumentException(
                FormattableString.Invariant(
                    $"{GetType().Name}: a dropout of {dropout} is for what goes from one layer to the next, and there is one layer. "
                ) + "Ask for more layers or for recurrentDropout, or put a Dropout after the layer.",
                nameof(dropout)
            );
        }

        recurrent = recurrentDropout == 0 ? null : new Dropout(recurrentDropout);
        directions = bidirectional ? 2 : 1;
        this.singleOutput = singleOutput;
        cells = new RecurrentCell[layers * directions];
        initial = new Parameter[learnInitialState ? cells.Length : 0][];
        for (var index = 0; index < cells.Length; index++)
        {
            var size = index < directions ? inputSize : directions * cells[0].OutputSize;
            var made = cells[index] = cell(size);
            if (made.InputSize != size || made.OutputSize != cells[0].OutputSize)
            {
                throw new ArgumentException(
                    $"{GetType().Name}: the cell for layer {index / directions} was to take inputs of size {size} and give outputs of size "
                        + $"{cells[0].OutputSize}; {made} does not. Make it of the size that is passed.",
                    nameof(cell)
                );
            }

            var suffix = $"_l{index / directions}{(index % directions == 0 ? "" : "_reverse")}";
            foreach (var (name, parameter) in ModuleContents.Of(made).NamedParameters)
            {
                parameters.Add(name + suffix, parameter);
            }

            if (learnInitialState)
            {
                initial[index] = [.. made.StateSizes.Select(part => new Parameter([part]))];
                for (var part = 0; part < initial[index].Length; part++)
                {
                    parameters.Add($"initial_{part}{suffix}", initial[index][part]);
                }
            }
        }
    }

    /// <summary>The cells: of each layer the forward one, then the reverse one.</summary>
    public IReadOnlyList<RecurrentCell> Cells => cells;

    /// <summary>D · H, the size of an output.</summary>
    public int OutputSize => directions * cells[0].OutputSize;

    /// <summary>Computes all outputs and the state at the end.</summary>
    /// <param name="input">(N, L, C).</param>
    /// <param name="state">The state before the first step, each part (layers · D, N, H); the learned one or zeros when null.</param>
    /// <param name="lengths">The length of each sequence, from 0 to L, int64 or int32 (N); all L when null.</param>
    /// <returns>The outputs, (N, L, D · H), zeros after a sequence's end, and its state after its last step.</returns>
    /// <exception cref="ShapeException">The input, the state or the lengths do not fit.</exception>
    public (Tensor Output, RecurrentState State) Forward(Tensor input, RecurrentState? state, Tensor? lengths = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = Enter();
        RequireInput(input);
        var packed = lengths is null ? PackedSequence.OfOneLength(input) : PackedSequence.Pack(input, lengths);
        var (output, last) = Run(packed, state, mask: null);
        return (Shown(output), last);
    }

    /// <summary>Computes all outputs of packed sequences and the state at the end of each.</summary>
    /// <param name="input">Rows of C.</param>
    /// <param name="state">The state before the first step, each part (layers · D, N, H), in the sequences' own order; the learned one or zeros when null.</param>
    /// <returns>Packed outputs, rows of D · H, and the states in the sequences' own order.</returns>
    /// <exception cref="ShapeException">The input or the state does not fit.</exception>
    public (PackedSequence Output, RecurrentState State) Forward(PackedSequence input, RecurrentState? state = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        using var scope = Enter();
        if (input.Data.Shape[1] != cells[0].InputSize)
        {
            throw new ShapeException(
                $"{GetType().Name}: needs packed rows of {cells[0].InputSize}, found {input.Data.Shape}{Tape.InLayer}."
            );
        }

        var (output, last) = Run(input, state, mask: null);
        if (IsHooked)
        {
            Shown(output);
        }

        return (output, last);
    }

    /// <summary>Computes all outputs where some steps are none: they keep the state and give zeros.</summary>
    /// <param name="input">(N, L, C).</param>
    /// <param name="mask">Truth values, (N, L): which steps are there.</param>
    /// <param name="state">As for <see cref="Forward(Tensor, RecurrentState?, Tensor?)"/>.</param>
    /// <returns>The outputs, (N, L, D · H), and the state after the last step.</returns>
    /// <exception cref="ShapeException">The input, the mask or the state does not fit.</exception>
    /// <exception cref="DTypeException">The mask does not hold truth values.</exception>
    public (Tensor Output, RecurrentState State) ForwardMasked(Tensor input, Tensor mask, RecurrentState? state = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(mask);
        using var scope = Enter();
        RequireInput(input);
        if (mask.Shape != input.Shape.Without(2))
        {
            throw new ShapeException(
                $"{GetType().Name}: an input {input.Shape} needs a mask {input.Shape.Without(2)}, found {mask.Shape}{Tape.InLayer}."
            );
        }

        var rows = mask.Reshape([checked((int)mask.Count), 1]);
        var (output, last) = Run(PackedSequence.OfOneLength(input), state, rows);
        return (Shown(output), last);
    }

    /// <summary>The output of the last step of the uppermost layer: in both directions, the forward one's at the end and the reverse one's at the beginning, (N, D · H).</summary>
    /// <param name="state">The state that <c>Forward</c> gave.</param>
    public Tensor LastOutput(RecurrentState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var hidden = state.Hidden;
        return directions == 1 ? hidden[^1] : Tensor.Concat([hidden[^2], hidden[^1]], axis: 1);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{GetType().Name}({cells[0].InputSize} → {OutputSize}{(cells.Length > directions ? $", {cells.Length / directions} layers" : "")}"
        + $"{(directions == 2 ? ", bidirectional" : "")})";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input)
    {
        RequireInput(input);
        var (output, last) = Run(PackedSequence.OfOneLength(input), null, mask: null, lastAlone: singleOutput);
        return singleOutput ? LastOutput(last) : output.Unpack();
    }

    /// <inheritdoc/>
    protected internal override long MultiplyAdds(Shape input, Shape output) =>
        (long)input[0] * input[1] * cells.Sum(cell => cell.MultiplyAdds);

    internal override bool IsOneRow => true;

    private (PackedSequence Output, RecurrentState State) Run(
        PackedSequence input,
        RecurrentState? state,
        Tensor? mask,
        bool lastAlone = false
    )
    {
        state = state is null ? null : input.Sorted(Checked(state, input.Batch));
        var rows = input.Data;
        var last = new RecurrentState[cells.Length];
        for (var index = 0; index < cells.Length; index += directions)
        {
            rows = index > 0 && between is not null ? between.Forward(rows) : rows;
            var outputs = new Tensor[directions];
            for (var direction = 0; direction < directions; direction++)
            {
                var place = index + direction;
                var cell = cells[place];
                var start = state?.Map(part => part[place]) ?? Initial(place, rows, input.Batch);
                var steps = new RecurrentSteps(
                    input.BatchSizes,
                    input.IsBySequence,
                    Reverse: direction == 1,
                    lastAlone && index + directions == cells.Length
                );
                var recurrence = new Recurrence(steps, start, Drop(start.Hidden), mask);
                (outputs[direction], last[place]) = cell.Run(rows, recurrence);
            }

            rows =
                directions == 1 || lastAlone && index + directions == cells.Length
                    ? outputs[0]
                    : Tensor.Concat(outputs, axis: 1);
        }

        return (input.With(rows), input.Restored(Stacked(last)));
    }

    /// <summary>The outputs of all sequences, padded, which hooks read too.</summary>
    private Tensor Shown(PackedSequence output)
    {
        var padded = output.Unpack();
        Show(padded);
        return padded;
    }

    private RecurrentState Initial(int place, Tensor like, int batch) =>
        initial.Length == 0
            ? cells[place].ZeroState(like, batch)
            : new RecurrentState([.. initial[place].Select(part => part.BroadcastTo([batch, part.Shape[0]]))]);

    /// <summary>One mask for a whole sequence: what the hidden state is multiplied by.</summary>
    private Tensor? Drop(Tensor hidden) =>
        recurrent is null || !IsTraining
            ? null
            : recurrent.Forward(Tensor.Ones(hidden.Shape, hidden.DType).To(hidden.Device));

    private RecurrentState Checked(RecurrentState state, int batch)
    {
        cells[0].RequireState(state, batch);
        return state.Parts.All(part => part.Rank == 3 && part.Shape[0] == cells.Length)
            ? state
            : throw new ShapeException(
                $"{GetType().Name}: a state has {cells.Length} layers and directions, ({cells.Length}, {batch}, {cells[0].OutputSize}), found "
                    + $"{state.Hidden.Shape}{Tape.InLayer}."
            );
    }

    private protected void RequireInput(Tensor input)
    {
        if (input.Rank != 3 || input.Shape[2] != cells[0].InputSize || input.Shape[1] == 0)
        {
            throw new ShapeException(
                $"{GetType().Name}: needs (N, L, {cells[0].InputSize}) with L of at least 1, found {input.Shape}{Tape.InLayer}. "
                    + "Are the axes in this order, batch first?"
            );
        }
    }

    private static RecurrentState Stacked(RecurrentState[] states) =>
        new([.. states[0].Parts.Select((_, part) => Tensor.Stack([.. states.Select(state => state.Parts[part])]))]);
}
