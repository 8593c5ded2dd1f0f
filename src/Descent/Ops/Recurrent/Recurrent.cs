using Descent.Backends;

namespace Descent;

public partial class Tensor
{
    /// <summary>All steps of a recurrence over packed rows, fused; null where the backend has no such form.</summary>
    /// <remarks>This tensor is the rows of inputs, (R, C).</remarks>
    /// <returns>The outputs of all steps, and the last hidden and cell states.</returns>
    internal (Tensor Outputs, Tensor LastHidden, Tensor? LastCell)? Recurrent(
        RecurrentForm form,
        IReadOnlyList<int> batchSizes,
        bool reverse,
        in RecurrentInputs inputs
    )
    {
        foreach (var input in inputs.All)
        {
            RequireSameKind(this, input, nameof(Recurrent));
        }

        var isKept = Tape.Tracks(this) || inputs.AreTracked;
        var (rows, size) = (Shape[0], inputs.Hidden.Shape[1]);
        var isLstm = form == RecurrentForm.Lstm;
        var outputs = Result([rows, size]);
        var projected = Result([rows, inputs.Weight.Shape[0]]);
        if (!Backend.TryLinear(View, inputs.InputWeight.View, Operand.None, projected.View))
        {
            return null;
        }

        var lastHidden = Result(inputs.Hidden.Shape);
        var lastCell = isLstm ? Result(inputs.Hidden.Shape) : null;
        var memory = isKept && (isLstm || form == RecurrentForm.Gru) ? Result([rows, size]) : null;
        var pass = new RecurrentPass
        {
            Form = form,
            BatchSizes = batchSizes,
            Reverse = reverse,
            Projected = projected.View,
            Weight = inputs.Weight.View,
            InputBias = OperandOf(inputs.InputBias),
            Bias = OperandOf(inputs.Bias),
            Peephole = OperandOf(inputs.Peephole),
            Drop = OperandOf(inputs.Drop),
            Hidden = inputs.Hidden.View,
            Cell = OperandOf(inputs.Cell),
            Outputs = outputs.View,
            LastHidden = lastHidden.View,
            LastCell = OperandOf(lastCell),
            Memory = OperandOf(memory),
            IsKept = isKept,
        };
        if (!Backend.TryRecurrent(pass))
        {
            return null;
        }

        if (isKept)
        {
            var op = new RecurrentOp(this, inputs, projected, pass);
            outputs.From(op);
            lastHidden.From(new RecurrentLastOp(op, outputs, isCell: false));
            lastCell?.From(new RecurrentLastOp(op, outputs, isCell: true));
        }

        return (outputs, lastHidden, lastCell);
    }

    /// <summary>What a backend sees of a tensor that may be absent.</summary>
    internal static Operand OperandOf(Tensor? tensor) => tensor is null ? Operand.None : tensor.View;
}

/// <summary>What a recurrence takes beside its rows; see <see cref="RecurrentPass"/>.</summary>
internal readonly record struct RecurrentInputs(
    Tensor InputWeight,
    Tensor Weight,
    Tensor? InputBias,
    Tensor? Bias,
    Tensor? Peephole,
    Tensor? Drop,
    Tensor Hidden,
    Tensor? Cell
)
{
    public IEnumerable<Tensor> All =>
        new[] { InputWeight, Weight, InputBias, Bias, Peephole, Drop, Hidden, Cell }.OfType<Tensor>();

    public bool AreTracked =>
        Tape.Tracks(InputWeight, InputBias, Peephole) || Tape.Tracks(Weight, Bias) || Tape.Tracks(Hidden, Cell);
}

/// <summary>The node of a recurrence, fused: back through all steps, then one product for the gradient of all weights.</summary>
internal sealed class RecurrentOp(Tensor x, RecurrentInputs inputs, Tensor projected, RecurrentPass pass)
    : Op(x, inputs.Weight, inputs.Hidden)
{
    private Tensor? lastHidden;
    private Tensor? lastCell;

    /// <summary>Stands for the gradient of the outputs where the last states alone were used: zero everywhere.</summary>
    private Tensor? nothing;

    /// <summary>Takes the gradient of the last hidden or cell states, which comes before that of the outputs.</summary>
    internal void AddLast(Tensor gradient, bool isCell)
    {
        if (isCell)
        {
            lastCell = gradient;
        }
        else
        {
            lastHidden = gradient;
        }

        Gradient ??= nothing ??= Output!.Constant(0).BroadcastTo(Output.Shape);
    }

    internal override void Backward(Tensor gradient, Tape tape)
    {
        var (inputWeight, weight, inputBias, bias, peephole, _, hidden, cell) = inputs;
        var (rows, size) = (x.Shape[0], weight.Shape[1]);

        // In a training step nobody goes back twice, so that the gates' gradient takes the gates' place.
        var dProjected = tape.Recycles ? projected : x.Result(projected.Shape);
        var dCandidate = pass.Form == RecurrentForm.Gru ? x.Result([rows, size]) : null;
        var (both, seen) = BesideInputs(rows, size);
        var dHidden = hidden.Result(hidden.Shape);
        var dCell = cell?.Result(cell.Shape);
        var dPeephole = peephole?.Result(peephole.Shape);
        var dInputBias = inputBias?.Result(inputBias.Shape);
        var dBias = bias?.Result(bias.Shape);
        var backward = new RecurrentGradient
        {
            Outputs = ReferenceEquals(gradient, nothing) ? Operand.None : gradient.View,
            LastHidden = Tensor.OperandOf(lastHidden),
            LastCell = Tensor.OperandOf(lastCell),
            Projected = dProjected.View,
            Candidate = Tensor.OperandOf(dCandidate),
            Seen = seen.View,
            InputBias = Tensor.OperandOf(dInputBias),
            Bias = Tensor.OperandOf(dBias),
            Hidden = dHidden.View,
            Cell = Tensor.OperandOf(dCell),
            Peephole = Tensor.OperandOf(dPeephole),
        };
        if (!x.Backend.TryRecurrentGradient(pass, backward))
        {
            throw new NotSupportedException($"The backend {x.Backend.Name} recurs but has no gradient for it.");
        }

        (lastHidden, lastCell) = (null, null);
        if (tape.Needs(x))
        {
            tape.Add(x, dProjected.MatMul(inputWeight));
        }

        if (tape.Needs(inputWeight) || tape.Needs(weight))
        {
            AddWeights(tape, dProjected, dCandidate, both, size);
        }

        Add(tape, inputBias, dInputBias);
        Add(tape, bias, dBias);
        Add(tape, hidden, dHidden);
        Add(tape, cell, dCell);
        Add(tape, peephole, dPeephole);
    }

    /// <summary>Room for what the weights saw of the hidden state, and the inputs beside it: one matrix, whose rows begin on a line of the cache.</summary>
    private (Tensor Both, Tensor Seen) BesideInputs(int rows, int size)
    {
        var inputSize = x.Shape[1];
        var both = x.Result([rows, (size + inputSize + 15) / 16 * 16])[.., ..(size + inputSize)];
        x.Backend.Copy(x.View, both[.., size..].View);
        return (both, both[.., ..size]);
    }

    private void AddWeights(Tape tape, Tensor dProjected, Tensor? dCandidate, Tensor both, int size)
    {
        // The gates but a GRU's candidate have the same gradient on both sides. The product is made
        // transposed, since a tile at the edge wastes less on an odd number of rows than of columns.
        var common = dCandidate is null ? dProjected : dProjected[.., ..(2 * size)];
        var dWeights = both.Transpose().MatMul(common);
        var dWeight = dWeights[..size];
        var dInputWeight = dWeights[size..];
        if (dCandidate is not null)
        {
            dWeight = Tensor.Concat([dWeight, both[.., ..size].Transpose().MatMul(dCandidate)], axis: 1);
            var ofInput = both[.., size..].Transpose().MatMul(dProjected[.., (2 * size)..]);
            dInputWeight = Tensor.Concat([dInputWeight, ofInput], axis: 1);
        }

        Add(tape, inputs.Weight, dWeight.Transpose().Contiguous());
        Add(tape, inputs.InputWeight, dInputWeight.Transpose().Contiguous());
    }

    private static void Add(Tape tape, Tensor? input, Tensor? gradient)
    {
        if (input is not null && tape.Needs(input))
        {
            tape.Add(input, gradient!);
        }
    }
}

/// <summary>The node of the states after the last step: their gradient goes back through the steps with that of the outputs.</summary>
internal sealed class RecurrentLastOp(RecurrentOp recurrence, Tensor outputs, bool isCell) : Op(outputs)
{
    internal override void Backward(Tensor gradient, Tape tape) => recurrence.AddLast(gradient, isCell);
}
