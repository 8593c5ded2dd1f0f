using Descent.Backends;

namespace Descent;

public partial class Tensor
{
    /// <summary>All steps of a recurrence over packed rows, fused; null where the backend has no such form.</summary>
    /// <remarks>This tensor is what the inputs give the gates, a result that nobody else reads: its memory is used again.</remarks>
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
        var lastHidden = Result(inputs.Hidden.Shape);
        var lastCell = isLstm ? Result(inputs.Hidden.Shape) : null;
        var memory = isKept && (isLstm || form == RecurrentForm.Gru) ? Result([rows, size]) : null;
        var pass = new RecurrentPass
        {
            Form = form,
            BatchSizes = batchSizes,
            Reverse = reverse,
            Projected = Contiguous().View,
            Weight = inputs.Weight.View,
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
            var op = new RecurrentOp(this, inputs, pass);
            outputs.From(op);
            lastHidden.From(new RecurrentLastOp(op, outputs, isCell: false));
            lastCell?.From(new RecurrentLastOp(op, outputs, isCell: true));
        }

        return (outputs, lastHidden, lastCell);
    }

    /// <summary>What a backend sees of a tensor that may be absent.</summary>
    internal static Operand OperandOf(Tensor? tensor) => tensor is null ? Operand.None : tensor.View;
}

/// <summary>What a recurrence takes beside what its inputs give the gates; see <see cref="RecurrentPass"/>.</summary>
internal readonly record struct RecurrentInputs(
    Tensor Weight,
    Tensor? Bias,
    Tensor? Peephole,
    Tensor? Drop,
    Tensor Hidden,
    Tensor? Cell
)
{
    public IEnumerable<Tensor> All => new[] { Weight, Bias, Peephole, Drop, Hidden, Cell }.OfType<Tensor>();

    public bool AreTracked => Tape.Tracks(Weight, Bias, Peephole) || Tape.Tracks(Hidden, Cell);
}

/// <summary>The node of a recurrence, fused: back through all steps, then one product for the weights' gradient.</summary>
internal sealed class RecurrentOp(Tensor projected, RecurrentInputs inputs, RecurrentPass pass)
    : Op(projected, inputs.Weight, inputs.Hidden)
{
    private Tensor? lastHidden;
    private Tensor? lastCell;

    /// <summary>Whether the gradient of the outputs is zero everywhere: the last states alone were used.</summary>
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
        var (weight, bias, peephole, _, hidden, cell) = inputs;
        var dProjected = projected.Result(projected.Shape);
        var dRecurrent = pass.Form == RecurrentForm.Gru ? projected.Result(projected.Shape) : dProjected;
        var seen = projected.Result(Output!.Shape);
        var dHidden = hidden.Result(hidden.Shape);
        var dCell = cell?.Result(cell.Shape);
        var dPeephole = peephole?.Result(peephole.Shape);
        var backward = new RecurrentGradient
        {
            Outputs = ReferenceEquals(gradient, nothing) ? Operand.None : gradient.View,
            LastHidden = Tensor.OperandOf(lastHidden),
            LastCell = Tensor.OperandOf(lastCell),
            Projected = dProjected.View,
            Recurrent = dRecurrent.View,
            Seen = seen.View,
            Hidden = dHidden.View,
            Cell = Tensor.OperandOf(dCell),
            Peephole = Tensor.OperandOf(dPeephole),
        };
        if (!weight.Backend.TryRecurrentGradient(pass, backward))
        {
            throw new NotSupportedException($"The backend {weight.Backend.Name} recurs but has no gradient for it.");
        }

        (lastHidden, lastCell) = (null, null);
        new LinearOp(seen, weight, bias).Backward(dRecurrent, tape);
        Add(tape, projected, dProjected);
        Add(tape, hidden, dHidden);
        Add(tape, cell, dCell);
        Add(tape, peephole, dPeephole);
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
