using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The gradient of all steps of a recurrence for parts of the batch, from the last step made to the first.</summary>
/// <remarks>The gradients of biases and peepholes are summed over the steps and rows of a part, then over the parts in order.</remarks>
internal readonly unsafe struct RecurrentBackward<TRows, T, TOps, TVector, TElement> : IRangeBody
    where TRows : struct, IRecurrentRows
    where T : struct, IMemoryLanes<T, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    private readonly RecurrentPass pass;
    private readonly RecurrentGradient gradient;
    private readonly long[] starts;
    private readonly long size;
    private readonly TElement* panels;
    private readonly TElement* peephole;
    private readonly TElement* sums;
    private readonly TElement* hidden;
    private readonly TElement* cell;
    private readonly TElement* drop;
    private readonly TElement* outputs;
    private readonly TElement* lastHidden;
    private readonly TElement* lastCell;

    private RecurrentBackward(
        RecurrentPass pass,
        RecurrentGradient gradient,
        TElement* panels,
        TElement* peephole,
        TElement* sums,
        (nint Hidden, nint Cell, nint Drop) before,
        (nint Outputs, nint Hidden, nint Cell) given
    )
    {
        (this.pass, this.gradient) = (pass, gradient);
        starts = RecurrentBatch.Starts(pass);
        size = pass.Hidden.Shape[1];
        this.panels = panels;
        this.peephole = peephole;
        this.sums = sums;
        hidden = (TElement*)before.Hidden;
        cell = (TElement*)before.Cell;
        drop = (TElement*)before.Drop;
        outputs = (TElement*)given.Outputs;
        lastHidden = (TElement*)given.Hidden;
        lastCell = (TElement*)given.Cell;
    }

    private long Width => TRows.Gates * size;

    // An odd line between the rows keeps them out of each other's cache sets.
    private long GatesRow => (Width + 31) / 16 * 16;

    /// <summary>Goes back through the steps of the whole batch.</summary>
    public static void Run(RecurrentPass pass, RecurrentGradient gradient)
    {
        using var weight = new Gapless(pass.Weight);
        using var peephole = new Gapless(pass.Peephole);
        using var hidden = new Gapless(pass.Hidden);
        using var cell = new Gapless(pass.Cell);
        using var drop = new Gapless(pass.Drop);
        using var outputs = new Gapless(gradient.Outputs);
        using var lastHidden = new Gapless(gradient.LastHidden);
        using var lastCell = new Gapless(gradient.LastCell);
        var (depth, columns) = (pass.Weight.Shape[0], pass.Weight.Shape[1]);
        var parts = RecurrentBatch.Parts(pass);
        var room = depth * RecurrentPanels<TOps, TVector, TElement>.Padded(columns);
        var width = SumsOf(columns);
        using var scratch = new Scratch((room + Math.Max(1, parts) * width) * sizeof(TElement));
        var panels = (TElement*)scratch.Pointer;
        var sums = panels + room;
        NativeMemory.Clear(sums, (nuint)(Math.Max(1, parts) * width * sizeof(TElement)));
        RecurrentPanels<TOps, TVector, TElement>.Pack(weight.As<TElement>(), columns, 1, depth, columns, panels);
        var body = new RecurrentBackward<TRows, T, TOps, TVector, TElement>(
            pass,
            gradient,
            panels,
            peephole.As<TElement>(),
            sums,
            (hidden.Address, cell.Address, drop.Address),
            (outputs.Address, lastHidden.Address, lastCell.Address)
        );
        WorkSplitter.For(parts, RecurrentBatch.Grain(pass), body);
        for (long part = 1; part < parts; part++)
        {
            RecurrentRows.Add<T, TElement>(sums + part * width, sums, width);
        }

        Hand(sums, gradient.Bias, depth);
        Hand(sums, gradient.InputBias, depth);
        if (pass.Form == RecurrentForm.Gru && !gradient.InputBias.IsNone)
        {
            ShortCopy.Run(sums + depth, (TElement*)gradient.InputBias.Address + depth - columns, columns);
        }

        Hand(sums + depth + columns, gradient.Peephole, 3 * columns);
    }

    /// <summary>Numbers summed in a part: the bias of each gate and one more, and three peepholes.</summary>
    private static long SumsOf(long size) => (TRows.Gates + 4) * size;

    private static void Hand(TElement* sums, in Operand gradient, long count)
    {
        if (!gradient.IsNone)
        {
            ShortCopy.Run(sums, (TElement*)gradient.Address, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var columns = RecurrentPanels<TOps, TVector, TElement>.Padded(size);
        using var scratch = new Scratch(RecurrentBatch.Rows * (2 * columns + size + GatesRow) * sizeof(TElement));
        var dh = (TElement*)scratch.Pointer;
        var through = dh + RecurrentBatch.Rows * columns;
        var dc = through + RecurrentBatch.Rows * columns;
        var dq = dc + RecurrentBatch.Rows * size;
        for (var part = start; part < end; part++)
        {
            var first = part * RecurrentBatch.Rows;
            var rows = Math.Min(RecurrentBatch.Rows, pass.Hidden.Shape[0] - first);
            NativeMemory.Clear(dh, (nuint)((2 * columns + size) * RecurrentBatch.Rows * sizeof(TElement)));
            for (long i = 0; i < rows; i++)
            {
                CopyOrKeep(lastHidden, first + i, dh + i * columns);
                CopyOrKeep(lastCell, first + i, dc + i * size);
            }

            for (var turn = starts.Length - 1; turn >= 0; turn--)
            {
                var step = pass.Reverse ? starts.Length - 1 - turn : turn;
                var count = Math.Min(first + rows, pass.BatchSizes[step]) - first;
                if (count > 0)
                {
                    Step(step, part, count, dh, dc, dq, columns);
                    Through(first, count, dh, through, dq, columns);
                }
            }

            for (long i = 0; i < rows; i++)
            {
                ShortCopy.Run(dh + i * columns, (TElement*)gradient.Hidden.Address + (first + i) * size, size);
                if (cell is not null)
                {
                    ShortCopy.Run(dc + i * size, (TElement*)gradient.Cell.Address + (first + i) * size, size);
                }
            }
        }
    }

    /// <summary>From the gradient of the hidden and cell states after a step to that of its gates.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Step(int step, long part, long count, TElement* dh, TElement* dc, TElement* dq, long columns)
    {
        var before = pass.Reverse ? step + 1 : step - 1;
        var common = before >= 0 && before < starts.Length ? pass.BatchSizes[before] : 0;
        for (long i = 0; i < count; i++)
        {
            var sequence = part * RecurrentBatch.Rows + i;
            var row = starts[step] + sequence;
            var isFirst = sequence >= common;
            var rowBefore = isFirst ? 0 : starts[before] + sequence;
            var place = new RecurrentStepGradient<TElement>
            {
                Size = size,
                Gates = (TElement*)pass.Projected.Address + row * Width,
                Memory = pass.Memory.IsNone ? null : (TElement*)pass.Memory.Address + row * size,
                Output = (TElement*)pass.Outputs.Address + row * size,
                HiddenBefore = isFirst ? hidden + sequence * size : (TElement*)pass.Outputs.Address + rowBefore * size,
                CellBefore =
                    cell is null ? null
                    : isFirst ? cell + sequence * size
                    : (TElement*)pass.Memory.Address + rowBefore * size,
                Peephole = peephole,
                BiasSum = sums + part * SumsOf(size),
                PeepholeSum = sums + part * SumsOf(size) + (TRows.Gates + 1) * size,
                Hidden = dh + i * columns,
                Cell = dc + i * size,
                Projected = (TElement*)gradient.Projected.Address + row * Width,
                Recurrent = dq + i * GatesRow,
            };
            if (outputs is not null)
            {
                RecurrentRows.Add<T, TElement>(outputs + row * size, place.Hidden, size);
            }

            TRows.Backward<T, TElement>(place);
            if (!gradient.Candidate.IsNone)
            {
                ShortCopy.Run(place.Recurrent + Width - size, (TElement*)gradient.Candidate.Address + row * size, size);
            }

            var seen = (TElement*)gradient.Seen.Address + row * gradient.Seen.Strides[0];
            if (drop is null)
            {
                ShortCopy.Run(place.HiddenBefore, seen, size);
            }
            else
            {
                RecurrentRows.Multiply<T, TElement>(place.HiddenBefore, drop + sequence * size, seen, size);
            }
        }
    }

    /// <summary>From the gradient of the gates to that of the hidden state before: through the weights, and the mask where there is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Through(long first, long count, TElement* dh, TElement* through, TElement* dq, long columns)
    {
        var target = drop is null ? dh : through;
        RecurrentPanels<TOps, TVector, TElement>.Multiply(
            dq,
            GatesRow,
            count,
            panels,
            Width,
            size,
            target,
            add: drop is null
        );
        for (long i = 0; drop is not null && i < count; i++)
        {
            RecurrentRows.AddProduct<T, TElement>(
                through + i * columns,
                drop + (first + i) * size,
                dh + i * columns,
                size
            );
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
