using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>All steps of a recurrence for parts of the batch: for a block of steps one product with the inputs, then one product a step with the hidden state, and the gates while both are in the cache.</summary>
internal readonly unsafe struct RecurrentForward<TRows, T, TOps, TVector, TElement> : IRangeBody
    where TRows : struct, IRecurrentRows
    where T : struct, IMemoryLanes<T, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    private readonly RecurrentPass pass;
    private readonly RecurrentOrder order;
    private readonly long size;
    private readonly long inputSize;
    private readonly TElement* input;
    private readonly long* places;
    private readonly TElement* inputPanels;
    private readonly TElement* panels;
    private readonly TElement* bias;
    private readonly TElement* peephole;
    private readonly TElement* hidden;
    private readonly TElement* cell;
    private readonly TElement* drop;

    private RecurrentForward(
        RecurrentPass pass,
        (nint Input, nint Places, nint Hidden, nint Cell) given,
        (nint OfInput, nint OfHidden) panels,
        (nint Bias, nint Peephole, nint Drop) constants
    )
    {
        this.pass = pass;
        order = new RecurrentOrder(pass);
        size = pass.Hidden.Shape[1];
        inputSize = pass.Input.Shape[1];
        input = (TElement*)given.Input;
        places = (long*)given.Places;
        hidden = (TElement*)given.Hidden;
        cell = (TElement*)given.Cell;
        inputPanels = (TElement*)panels.OfInput;
        this.panels = (TElement*)panels.OfHidden;
        bias = (TElement*)constants.Bias;
        peephole = (TElement*)constants.Peephole;
        drop = (TElement*)constants.Drop;
    }

    private long Width => TRows.Gates * size;

    // Where nothing is kept, the inputs of a block stand in scratch memory as they would among what is kept.
    private long SeenRow =>
        pass.IsKept ? pass.Seen.Shape[1] : RecurrentPanels<TOps, TVector, TElement>.RowOf(inputSize);

    private long SumsRow => RecurrentPanels<TOps, TVector, TElement>.RowOf(Width);

    /// <summary>Makes the steps of the whole batch.</summary>
    public static void Run(RecurrentPass pass)
    {
        using var input = new Gapless(pass.Input);
        using var places = new Gapless(pass.Places);
        using var inputWeight = new Gapless(pass.InputWeight);
        using var weight = new Gapless(pass.Weight);
        using var inputBias = new Gapless(pass.InputBias);
        using var hiddenBias = new Gapless(pass.Bias);
        using var peephole = new Gapless(pass.Peephole);
        using var hidden = new Gapless(pass.Hidden);
        using var cell = new Gapless(pass.Cell);
        using var drop = new Gapless(pass.Drop);
        var (size, inputSize, columns) = (pass.Weight.Shape[1], pass.InputWeight.Shape[1], pass.Weight.Shape[0]);
        var padded = RecurrentPanels<TOps, TVector, TElement>.Padded(columns);
        using var scratch = new Scratch(((size + inputSize) * padded + columns + size) * sizeof(TElement));
        var panels = (TElement*)scratch.Pointer;
        var inputPanels = panels + size * padded;
        var bias = inputPanels + inputSize * padded;
        RecurrentPanels<TOps, TVector, TElement>.Pack(weight.As<TElement>(), 1, size, size, columns, panels);
        RecurrentPanels<TOps, TVector, TElement>.Pack(
            inputWeight.As<TElement>(),
            1,
            inputSize,
            inputSize,
            columns,
            inputPanels
        );
        NativeMemory.Clear(bias, (nuint)((columns + size) * sizeof(TElement)));
        if (!pass.Bias.IsNone)
        {
            ShortCopy.Run(hiddenBias.As<TElement>(), bias, columns);
        }

        if (!pass.InputBias.IsNone)
        {
            var common = pass.Form == RecurrentForm.Gru ? 2 * size : columns;
            RecurrentRows.Add<T, TElement>(inputBias.As<TElement>(), bias, common);
            ShortCopy.Run(inputBias.As<TElement>() + common, bias + columns, columns - common);
        }

        var body = new RecurrentForward<TRows, T, TOps, TVector, TElement>(
            pass,
            (input.Address, places.Address, hidden.Address, cell.Address),
            ((nint)inputPanels, (nint)panels),
            ((nint)bias, peephole.Address, drop.Address)
        );
        WorkSplitter.For(body.order.Parts, body.order.Grain, body);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var block = RecurrentOrder.BlockRows + order.Rows;
        var ofStep = order.Rows * (3 * size + SumsRow);
        using var scratch = new Scratch((ofStep + block * (SumsRow + SeenRow)) * sizeof(TElement));
        var h = (TElement*)scratch.Pointer;
        var c = h + order.Rows * size;
        var dropped = c + order.Rows * size;
        var q = dropped + order.Rows * size;
        var p = q + order.Rows * SumsRow;
        var aside = p + block * SumsRow;
        for (var part = start; part < end; part++)
        {
            var first = part * order.Rows;
            var rows = Math.Min(order.Rows, order.Batch - first);
            ShortCopy.Run(hidden + first * size, h, rows * size);
            if (cell is not null)
            {
                ShortCopy.Run(cell + first * size, c, rows * size);
            }

            var row = order.Inner(part);
            for (int turn = 0, next; turn < order.Turns; turn = next)
            {
                var x = pass.IsKept ? (TElement*)pass.Seen.Address + row * SeenRow + size : aside;
                var read = Inputs(part, turn, x, out next);
                RecurrentPanels<TOps, TVector, TElement>.Multiply(
                    x,
                    SeenRow,
                    read,
                    inputPanels,
                    inputSize,
                    Width,
                    p,
                    SumsRow,
                    add: false
                );
                long at = 0;
                for (var ahead = next - turn; turn < next; turn++)
                {
                    var count = order.Count(part, turn);
                    if (count > 0)
                    {
                        var seen = Seen(first, count, row, h, dropped, out var seenRow);
                        RecurrentPanels<TOps, TVector, TElement>.Multiply(
                            seen,
                            seenRow,
                            count,
                            panels,
                            size,
                            Width,
                            q,
                            SumsRow,
                            add: false
                        );
                        Ahead(part, turn + ahead, row + ahead * count);
                        Step(first, turn, count, row, p + at * SumsRow, q, h, c);
                        at += count;
                        row += count;
                    }
                }
            }

            ShortCopy.Run(h, (TElement*)pass.LastHidden.Address + first * size, rows * size);
            if (cell is not null)
            {
                ShortCopy.Run(c, (TElement*)pass.LastCell.Address + first * size, rows * size);
            }
        }
    }

    /// <summary>Brings the inputs of some steps together: enough rows for a product that is worth its while.</summary>
    private long Inputs(long part, int turn, TElement* x, out int next)
    {
        long read = 0;
        for (next = turn; next < order.Turns && read < RecurrentOrder.BlockRows; next++)
        {
            read += order.Count(part, next);
        }

        var move = new RecurrentRowMove<TElement>(order, part, turn, next, inputSize);
        move.Gather(input, places, x, SeenRow);
        return read;
    }

    /// <summary>Asks for the inputs of a step of the next block, and for the memory that keeps them and the hidden state.</summary>
    private void Ahead(long part, int turn, long row)
    {
        if (turn < order.Turns)
        {
            var count = order.Count(part, turn);
            for (long i = 0; i < count; i++)
            {
                if (pass.IsKept)
                {
                    RecurrentRows.Prefetch((TElement*)pass.Seen.Address + (row + i) * SeenRow, SeenRow);
                }

                var outer = order.Outer(turn, part * order.Rows + i);
                RecurrentRows.Prefetch(input + (places is null ? outer : places[outer]) * inputSize, inputSize);
            }
        }
    }

    /// <summary>What the weights see of the hidden state, put down where it is kept.</summary>
    private TElement* Seen(long first, long count, long row, TElement* h, TElement* dropped, out long seenRow)
    {
        if (!pass.IsKept && drop is null)
        {
            seenRow = size;
            return h;
        }

        var seen = pass.IsKept ? (TElement*)pass.Seen.Address + row * SeenRow : dropped;
        seenRow = pass.IsKept ? SeenRow : size;
        for (long i = 0; i < count; i++)
        {
            if (drop is null)
            {
                ShortCopy.Run(h + i * size, seen + i * seenRow, size);
            }
            else
            {
                RecurrentRows.Multiply<T, TElement>(h + i * size, drop + (first + i) * size, seen + i * seenRow, size);
            }
        }

        return seen;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Step(long first, int turn, long count, long row, TElement* p, TElement* q, TElement* h, TElement* c)
    {
        var memoryRow = pass.Memory.IsNone ? 0 : pass.Memory.Shape[1];
        for (long i = 0; i < count; i++, row++)
        {
            var step = new RecurrentStep<TElement>
            {
                Size = size,
                Projected = p + i * SumsRow,
                Recurrent = q + i * SumsRow,
                Bias = bias,
                Peephole = peephole,
                Gates = pass.Gates.IsNone ? q + i * SumsRow : (TElement*)pass.Gates.Address + row * Width,
                Hidden = h + i * size,
                Cell = c + i * size,
                Memory = memoryRow == 0 ? null : (TElement*)pass.Memory.Address + row * memoryRow,
            };
            if (memoryRow > size)
            {
                ShortCopy.Run(step.Hidden, step.Memory + size, size);
            }

            TRows.Forward<T, TElement>(step);
            if (!pass.Outputs.IsNone)
            {
                var output = (TElement*)pass.Outputs.Address + order.Outer(turn, first + i) * size;
                ShortCopy.Run(step.Hidden, output, size);
            }
        }
    }
}
