using Descent.Backends;

namespace Descent;

public partial class Tensor
{
    /// <summary>All steps of a recurrence, fused; null where the backend has no such form.</summary>
    /// <remarks>This tensor is the rows of inputs, (R, C), in the order that <see cref="RecurrentPass"/> describes.</remarks>
    /// <returns>The outputs of all steps (zeros where only the last is wanted), and the last hidden and cell states.</returns>
    internal (Tensor Outputs, Tensor LastHidden, Tensor? LastCell)? Recurrent(
        RecurrentForm form,
        RecurrentSteps steps,
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
        Shape shape = [rows, size];
        var outputs = steps.LastAlone ? Constant(0).BroadcastTo(shape) : Result(shape);
        var lastHidden = Result(inputs.Hidden.Shape);
        var lastCell = isLstm ? Result(inputs.Hidden.Shape) : null;
        var gates = RecurrentPass.GatesOf(form);
        var memory = RecurrentPass.MemorySize(form, size, inputs.Drop is not null);
        var pass = new RecurrentPass
        {
            Form = form,
            BatchSizes = steps.BatchSizes,
            IsBySequence = steps.IsBySequence,
            Reverse = steps.Reverse,
            Input = View,
            InputWeight = inputs.InputWeight.View,
            Weight = inputs.Weight.View,
            InputBias = OperandOf(inputs.InputBias),
            Bias = OperandOf(inputs.Bias),
            Peephole = OperandOf(inputs.Peephole),
            Drop = OperandOf(inputs.Drop),
            Hidden = inputs.Hidden.View,
            Cell = OperandOf(inputs.Cell),
            Outputs = steps.LastAlone ? Operand.None : outputs.View,
            LastHidden = lastHidden.View,
            LastCell = OperandOf(lastCell),
            Gates = isKept && gates > 1 ? Result([rows, gates * size]).View : Operand.None,
            Memory = isKept && memory > 0 ? Result([rows, memory]).View : Operand.None,
            Seen = isKept ? Result([rows, RecurrentPass.SeenSize(size, Shape[1])]).View : Operand.None,
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

/// <summary>Which steps a recurrence makes, of rows in which order; see <see cref="RecurrentPass"/>.</summary>
/// <param name="BatchSizes">How many sequences have each step, never rising.</param>
/// <param name="IsBySequence">Whether the rows of one sequence stand together.</param>
/// <param name="Reverse">Whether the last step comes first.</param>
/// <param name="LastAlone">Whether nobody wants the outputs of the steps but the last.</param>
internal readonly record struct RecurrentSteps(
    IReadOnlyList<int> BatchSizes,
    bool IsBySequence,
    bool Reverse,
    bool LastAlone = false
);

/// <summary>The node of a recurrence, fused: back through all steps, and the gradient of all weights.</summary>
internal sealed class RecurrentOp(Tensor x, RecurrentInputs inputs, RecurrentPass pass)
    : Op(x, inputs.Weight, inputs.Hidden)
{
    private Tensor? lastHidden;
    private Tensor? lastCell;

    /// <summary>Stands for the gradient of the outputs where the last states alone were used: zero everywhere.</summary>
    private Tensor? nothing;

    /// <summary>Takes the gradient of the last hidden or cell states, which comes before that of the outputs.</summary>
    internal void AddLast(Tensor gradient, bool isCell)
    {
        gradient.Storage.Stay();
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
        var dInput = tape.Needs(x) ? x.Result(x.Shape) : null;
        var dInputWeight = tape.Needs(inputWeight) ? weight.Result(inputWeight.Shape) : null;
        var dWeight = tape.Needs(weight) ? weight.Result(weight.Shape) : null;
        var dInputBias = inputBias?.Result(inputBias.Shape);
        var dBias = bias?.Result(bias.Shape);
        var dPeephole = peephole?.Result(peephole.Shape);
        var dHidden = hidden.Result(hidden.Shape);
        var dCell = cell?.Result(cell.Shape);
        var backward = new RecurrentGradient
        {
            Outputs = ReferenceEquals(gradient, nothing) ? Operand.None : gradient.View,
            LastHidden = Tensor.OperandOf(lastHidden),
            LastCell = Tensor.OperandOf(lastCell),
            Input = Tensor.OperandOf(dInput),
            InputWeight = Tensor.OperandOf(dInputWeight),
            Weight = Tensor.OperandOf(dWeight),
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
        Add(tape, x, dInput);
        Add(tape, inputWeight, dInputWeight);
        Add(tape, weight, dWeight);
        Add(tape, inputBias, dInputBias);
        Add(tape, bias, dBias);
        Add(tape, peephole, dPeephole);
        Add(tape, hidden, dHidden);
        Add(tape, cell, dCell);
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
