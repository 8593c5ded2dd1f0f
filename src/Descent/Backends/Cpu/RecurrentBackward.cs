using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The gradient of all steps of a recurrence for groups of parts of the batch, from the last step made to the first.</summary>
/// <remarks>
/// A block of steps leaves the gradients of its gates in the second-level cache, where the gradients of the inputs and of
/// the weights are made from them at once. Those of weights, biases and peepholes are summed over the steps and rows of
/// a part, over the parts of a group, then over the groups in order.
/// </remarks>
internal readonly unsafe struct RecurrentBackward<TRows, T, TOps, TVector, TElement> : IRangeBody
    where TRows : struct, IRecurrentRows
    where T : struct, IMemoryLanes<T, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    private readonly RecurrentPass pass;
    private readonly RecurrentGradient gradient;
    private readonly RecurrentOrder order;
    private readonly long groups;
    private readonly long size;
    private readonly long inputSize;
    private readonly TElement* panels;
    private readonly TElement* inputPanels;
    private readonly TElement* sums;
    private readonly TElement* peephole;
    private readonly TElement* cell;
    private readonly TElement* drop;
    private readonly TElement* outputs;
    private readonly TElement* lastHidden;
    private readonly TElement* lastCell;

    private RecurrentBackward(
        RecurrentPass pass,
        RecurrentGradient gradient,
        RecurrentOrder order,
        long groups,
        (nint OfHidden, nint OfInput, nint Sums) scratch,
        (nint Peephole, nint Cell, nint Drop) constants,
        (nint Outputs, nint Hidden, nint Cell) given
    )
    {
        (this.pass, this.gradient, this.order, this.groups) = (pass, gradient, order, groups);
        size = pass.Hidden.Shape[1];
        inputSize = pass.Input.Shape[1];
        panels = (TElement*)scratch.OfHidden;
        inputPanels = (TElement*)scratch.OfInput;
        sums = (TElement*)scratch.Sums;
        peephole = (TElement*)constants.Peephole;
        cell = (TElement*)constants.Cell;
        drop = (TElement*)constants.Drop;
        outputs = (TElement*)given.Outputs;
        lastHidden = (TElement*)given.Hidden;
        lastCell = (TElement*)given.Cell;
    }

    private static long Gates => TRows.Gates;

    private long Width => Gates * size;

    // In a row of gradients the gates as the hidden state sees them come first.
    private long SumsRow => RecurrentPanels<TOps, TVector, TElement>.RowOf(Width + TRows.Split * size + 2 * TOps.Count);

    private TElement* OfInput(TElement* row) => row + TRows.Split * size;

    /// <summary>Goes back through the steps of the whole batch.</summary>
    public static void Run(RecurrentPass pass, RecurrentGradient gradient)
    {
        using var weight = new Gapless(pass.Weight);
        using var inputWeight = new Gapless(pass.InputWeight);
        using var peephole = new Gapless(pass.Peephole);
        using var cell = new Gapless(pass.Cell);
        using var drop = new Gapless(pass.Drop);
        using var outputs = new Gapless(gradient.Outputs);
        using var lastHidden = new Gapless(gradient.LastHidden);
        using var lastCell = new Gapless(gradient.LastCell);
        var (width, size, inputSize) = (pass.Weight.Shape[0], pass.Weight.Shape[1], pass.InputWeight.Shape[1]);
        var order = new RecurrentOrder(pass);
        var totals = new RecurrentTotals<TOps, TVector, TElement>(pass, gradient, TRows.Gates, TRows.Split);
        var groups = totals.Groups(order.Parts);
        var room = width * RecurrentPanels<TOps, TVector, TElement>.Padded(size);
        var inputRoom = width * RecurrentPanels<TOps, TVector, TElement>.Padded(inputSize);
        using var scratch = new Scratch((room + inputRoom + width * size + groups * totals.Count) * sizeof(TElement));
        var panels = (TElement*)scratch.Pointer;
        var inputPanels = panels + room;
        var turned = inputPanels + inputRoom;
        var sums = turned + width * size;
        for (long group = 0; group < groups; group++)
        {
            totals.Clear(sums + group * totals.Count);
        }

        var split = TRows.Split * size * size;
        ShortCopy.Run(weight.As<TElement>() + width * size - split, turned, split);
        ShortCopy.Run(weight.As<TElement>(), turned + split, width * size - split);
        RecurrentPanels<TOps, TVector, TElement>.Pack(turned, size, 1, width, size, panels);
        if (!gradient.Input.IsNone)
        {
            var weights = inputWeight.As<TElement>();
            RecurrentPanels<TOps, TVector, TElement>.Pack(weights, inputSize, 1, width, inputSize, inputPanels);
        }

        var body = new RecurrentBackward<TRows, T, TOps, TVector, TElement>(
            pass,
            gradient,
            order,
            groups,
            ((nint)panels, (nint)inputPanels, (nint)sums),
            (peephole.Address, cell.Address, drop.Address),
            (outputs.Address, lastHidden.Address, lastCell.Address)
        );
        WorkSplitter.For(groups, order.Grain, body);
        for (long group = 1; group < groups; group++)
        {
            RecurrentRows.Add<T, TElement>(sums + group * totals.Count, sums, totals.Count);
        }

        totals.Hand(sums);
        if (!gradient.InputOrder.IsNone)
        {
            order.List((long*)gradient.InputOrder.Address);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var totals = new RecurrentTotals<TOps, TVector, TElement>(pass, gradient, TRows.Gates, TRows.Split);
        var stateRow = RecurrentPanels<TOps, TVector, TElement>.RowOf(size);
        var inputRow = RecurrentPanels<TOps, TVector, TElement>.RowOf(inputSize);
        var most = RecurrentOrder.BlockRows + order.Rows;
        var states = order.Rows * (2 * stateRow + size);
        using var scratch = new Scratch((states + most * (SumsRow + inputRow)) * sizeof(TElement));
        var dh = (TElement*)scratch.Pointer;
        var through = dh + order.Rows * stateRow;
        var dc = through + order.Rows * stateRow;
        var dx = dc + order.Rows * size;
        var blockEnd = dx + most * (inputRow + SumsRow);
        for (var group = start; group < end; group++)
        {
            var total = sums + group * totals.Count;
            var last = (group + 1) * order.Parts / groups;
            for (var part = group * order.Parts / groups; part < last; part++)
            {
                var first = part * order.Rows;
                var rows = Math.Min(order.Rows, order.Batch - first);
                NativeMemory.Clear(dh, (nuint)(states * sizeof(TElement)));
                for (long i = 0; i < rows; i++)
                {
                    CopyOrKeep(lastHidden, first + i, dh + i * stateRow);
                    CopyOrKeep(lastCell, first + i, dc + i * size);
                }

                var row = order.Inner(part + 1);
                for (var turn = order.Turns; turn > 0; )
                {
                    long read = 0;
                    var after = turn;
                    while (turn > 0 && read < RecurrentOrder.BlockRows)
                    {
                        var count = order.Count(part, --turn);
                        if (count > 0)
                        {
                            (row, read) = (row - count, read + count);
                            var gates = blockEnd - read * SumsRow;
                            Step(turn, part, count, row, dh, stateRow, dc, gates, total + totals.Biases);
                            Through(first, count, dh, through, stateRow, gates);
                        }
                    }

                    if (read > 0)
                    {
                        var block = blockEnd - read * SumsRow;
                        Inputs(part, turn, after, row, read, OfInput(block), dx, inputRow);
                        totals.Add(total, row, read, block, OfInput(block), SumsRow);
                    }
                }

                for (long i = 0; i < rows; i++)
                {
                    ShortCopy.Run(dh + i * stateRow, (TElement*)gradient.Hidden.Address + (first + i) * size, size);
                    if (cell is not null)
                    {
                        ShortCopy.Run(dc + i * size, (TElement*)gradient.Cell.Address + (first + i) * size, size);
                    }
                }
            }
        }
    }

    /// <summary>From the gradient of the hidden and cell states after a step to that of its gates. The output of a step, where nothing else is kept, is what the next one saw, or the last of all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Step(
        int turn,
        long part,
        long count,
        long row,
        TElement* dh,
        long stateRow,
        TElement* dc,
        TElement* gates,
        TElement* biases
    )
    {
        var common = turn > 0 ? order.Count(part, turn - 1) : 0;
        var after = turn + 1 < order.Turns ? order.Count(part, turn + 1) : 0;
        var memoryRow = pass.Memory.IsNone ? 0 : pass.Memory.Shape[1];
        var seenRow = pass.Seen.Shape[1];
        for (long i = 0; i < count; i++, row++)
        {
            var sequence = part * order.Rows + i;
            var memory =
                memoryRow > 0 ? (TElement*)pass.Memory.Address + row * memoryRow
                : i < after ? (TElement*)pass.Seen.Address + (row + count) * seenRow
                : (TElement*)pass.LastHidden.Address + sequence * size;
            RecurrentRows.Prefetch((TElement*)pass.Seen.Address + row * seenRow, seenRow);
            if (common > 0 && !pass.Gates.IsNone)
            {
                RecurrentRows.Prefetch((TElement*)pass.Gates.Address + (row - common) * Width, Width);
            }

            var place = new RecurrentStepGradient<TElement>
            {
                Size = size,
                Gates = pass.Gates.IsNone ? null : (TElement*)pass.Gates.Address + row * Width,
                Memory = memory,
                HiddenBefore = memoryRow > size ? memory + size : (TElement*)pass.Seen.Address + row * seenRow,
                CellBefore =
                    cell is null ? null
                    : i < common ? memory - common * memoryRow
                    : cell + sequence * size,
                Peephole = peephole,
                BiasSum = biases,
                PeepholeSum = biases + (Gates + TRows.Split) * size,
                Hidden = dh + i * stateRow,
                Cell = dc + i * size,
                Sums = gates + i * SumsRow,
            };
            if (outputs is not null)
            {
                RecurrentRows.Add<T, TElement>(outputs + order.Outer(turn, sequence) * size, place.Hidden, size);
            }

            TRows.Backward<T, TElement>(place);
        }
    }

    /// <summary>From the gradient of the gates to that of the hidden state before: through the weights, and the mask where there is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Through(long first, long count, TElement* dh, TElement* through, long stateRow, TElement* gates)
    {
        RecurrentPanels<TOps, TVector, TElement>.Multiply(
            gates,
            SumsRow,
            count,
            panels,
            Width,
            size,
            drop is null ? dh : through,
            stateRow,
            add: drop is null
        );
        for (long i = 0; drop is not null && i < count; i++)
        {
            RecurrentRows.AddProduct<T, TElement>(
                through + i * stateRow,
                drop + (first + i) * size,
                dh + i * stateRow,
                size
            );
        }
    }

    /// <summary>The gradient of the inputs of a block of steps: of rows of a table where it stays, in the order of the steps.</summary>
    private void Inputs(
        long part,
        int turn,
        int after,
        long row,
        long read,
        TElement* gates,
        TElement* dx,
        long inputRow
    )
    {
        if (gradient.Input.IsNone)
        {
            return;
        }

        var stays = !gradient.InputOrder.IsNone;
        if (stays)
        {
            inputRow = gradient.Input.Strides[0];
            dx = (TElement*)gradient.Input.Address + row * inputRow;
        }

        RecurrentPanels<TOps, TVector, TElement>.Multiply(
            gates,
            SumsRow,
            read,
            inputPanels,
            Width,
            inputSize,
            dx,
            inputRow,
            add: false
        );
        if (!stays)
        {
            var move = new RecurrentRowMove<TElement>(order, part, turn, after, inputSize);
            move.Scatter(dx, inputRow, (TElement*)gradient.Input.Address);
        }
    }

    private void CopyOrKeep(TElement* source, long row, TElement* target)
    {
        if (source is not null)
        {
            ShortCopy.Run(source + row * size, target, size);
        }
    }
}
