using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>All steps of a recurrence for parts of the batch: one product a step, and the gates while its result is in the cache.</summary>
internal readonly unsafe struct RecurrentForward<TRows, T, TOps, TVector, TElement> : IRangeBody
    where TRows : struct, IRecurrentRows
    where T : struct, IMemoryLanes<T, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    private readonly RecurrentPass pass;
    private readonly long[] starts;
    private readonly long size;
    private readonly TElement* panels;
    private readonly TElement* bias;
    private readonly TElement* peephole;
    private readonly TElement* hidden;
    private readonly TElement* cell;
    private readonly TElement* drop;

    private RecurrentForward(
        RecurrentPass pass,
        TElement* panels,
        TElement* bias,
        TElement* peephole,
        TElement* hidden,
        TElement* cell,
        TElement* drop
    )
    {
        this.pass = pass;
        starts = RecurrentBatch.Starts(pass);
        size = pass.Hidden.Shape[1];
        this.panels = panels;
        this.bias = bias;
        this.peephole = peephole;
        this.hidden = hidden;
        this.cell = cell;
        this.drop = drop;
    }

    private long Width => TRows.Gates * size;

    /// <summary>Makes the steps of the whole batch.</summary>
    public static void Run(RecurrentPass pass)
    {
        using var weight = new Gapless(pass.Weight);
        using var inputBias = new Gapless(pass.InputBias);
        using var hiddenBias = new Gapless(pass.Bias);
        using var peephole = new Gapless(pass.Peephole);
        using var hidden = new Gapless(pass.Hidden);
        using var cell = new Gapless(pass.Cell);
        using var drop = new Gapless(pass.Drop);
        var (depth, columns) = (pass.Weight.Shape[1], pass.Weight.Shape[0]);
        var room = depth * RecurrentPanels<TOps, TVector, TElement>.Padded(columns);
        using var scratch = new Scratch((room + columns + depth) * sizeof(TElement));
        var panels = (TElement*)scratch.Pointer;
        var bias = panels + room;
        RecurrentPanels<TOps, TVector, TElement>.Pack(weight.As<TElement>(), 1, depth, depth, columns, panels);
        NativeMemory.Clear(bias, (nuint)((columns + depth) * sizeof(TElement)));
        if (!pass.Bias.IsNone)
        {
            ShortCopy.Run(hiddenBias.As<TElement>(), bias, columns);
        }

        if (!pass.InputBias.IsNone)
        {
            var common = pass.Form == RecurrentForm.Gru ? 2 * depth : columns;
            RecurrentRows.Add<T, TElement>(inputBias.As<TElement>(), bias, common);
            ShortCopy.Run(inputBias.As<TElement>() + common, bias + columns, columns - common);
        }

        var body = new RecurrentForward<TRows, T, TOps, TVector, TElement>(
            pass,
            panels,
            bias,
            peephole.As<TElement>(),
            hidden.As<TElement>(),
            cell.As<TElement>(),
            drop.As<TElement>()
        );
        WorkSplitter.For(RecurrentBatch.Parts(pass), RecurrentBatch.Grain(pass), body);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var columns = RecurrentPanels<TOps, TVector, TElement>.Padded(Width);
        using var scratch = new Scratch(RecurrentBatch.Rows * (3 * size + columns) * sizeof(TElement));
        var h = (TElement*)scratch.Pointer;
        var c = h + RecurrentBatch.Rows * size;
        var dropped = c + RecurrentBatch.Rows * size;
        var q = dropped + RecurrentBatch.Rows * size;
        for (var part = start; part < end; part++)
        {
            var first = part * RecurrentBatch.Rows;
            var rows = Math.Min(RecurrentBatch.Rows, pass.Hidden.Shape[0] - first);
            ShortCopy.Run(hidden + first * size, h, rows * size);
            if (cell is not null)
            {
                ShortCopy.Run(cell + first * size, c, rows * size);
            }

            for (var turn = 0; turn < starts.Length; turn++)
            {
                var step = pass.Reverse ? starts.Length - 1 - turn : turn;
                var count = Math.Min(first + rows, pass.BatchSizes[step]) - first;
                if (count > 0)
                {
                    var seen = h;
                    if (drop is not null)
                    {
                        seen = dropped;
                        RecurrentRows.Multiply<T, TElement>(h, drop + first * size, seen, count * size);
                    }

                    RecurrentPanels<TOps, TVector, TElement>.Multiply(seen, size, count, panels, size, Width, q, false);
                    Step(starts[step] + first, count, h, c, q, columns);
                }
            }

            ShortCopy.Run(h, (TElement*)pass.LastHidden.Address + first * size, rows * size);
            if (cell is not null)
            {
                ShortCopy.Run(c, (TElement*)pass.LastCell.Address + first * size, rows * size);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Step(long row, long count, TElement* h, TElement* c, TElement* q, long columns)
    {
        var projected = (TElement*)pass.Projected.Address + row * Width;
        var output = (TElement*)pass.Outputs.Address + row * size;
        var memory = pass.Memory.IsNone ? null : (TElement*)pass.Memory.Address + row * size;
        for (long i = 0; i < count; i++)
        {
            var step = new RecurrentStep<TElement>
            {
                Size = size,
                Projected = projected + i * Width,
                Recurrent = q + i * columns,
                Bias = bias,
                Peephole = peephole,
                Gates = pass.IsKept ? projected + i * Width : q + i * columns,
                Hidden = h + i * size,
                Cell = c + i * size,
                Memory = memory is null ? null : memory + i * size,
            };
            TRows.Forward<T, TElement>(step);
            ShortCopy.Run(step.Hidden, output + i * size, size);
        }
    }
}
