using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>A step of the long short-term memory: gates i, f, g, o; c′ = g · i + c · f; h′ = tanh(c′) · o.</summary>
internal readonly unsafe struct LstmRows : IRecurrentRows
{
    public static int Gates => 4;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Forward<T, TElement>(in RecurrentStep<TElement> step)
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        var size = step.Size;
        var p = step.Projected;
        var q = step.Recurrent;
        var bias = step.Bias;
        var peephole = step.Peephole;
        var gates = step.Gates;
        var cell = step.Cell;
        if (peephole is not null)
        {
            RecurrentRows.AddProduct<T, TElement>(cell, peephole, q, size);
            RecurrentRows.AddProduct<T, TElement>(cell, peephole + size, q + size, size);
        }

        RecurrentRows.Gate<SigmoidGate, T, TElement>(p, q, bias, gates, 2 * size);
        var g = 2 * size;
        RecurrentRows.Gate<TanhGate, T, TElement>(p + g, q + g, bias + g, gates + g, size);
        for (long j = 0; j < size; j += T.Count)
        {
            var left = size - j;
            var kept =
                RecurrentRows.Read<T, TElement>(cell + j, left)
                * RecurrentRows.Read<T, TElement>(gates + size + j, left);
            var entering =
                RecurrentRows.Read<T, TElement>(gates + g + j, left) * RecurrentRows.Read<T, TElement>(gates + j, left);
            RecurrentRows.Write(cell + j, entering + kept, left);
        }

        var o = 3 * size;
        if (peephole is not null)
        {
            RecurrentRows.AddProduct<T, TElement>(cell, peephole + g, q + o, size);
        }

        RecurrentRows.Gate<SigmoidGate, T, TElement>(p + o, q + o, bias + o, gates + o, size);
        RecurrentRows.Map<TanhGate, T, TElement>(cell, step.Hidden, size);
        RecurrentRows.Multiply<T, TElement>(step.Hidden, gates + o, step.Hidden, size);
        if (step.Memory is not null)
        {
            ShortCopy.Run(cell, step.Memory, size);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Backward<T, TElement>(in RecurrentStepGradient<TElement> step)
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        var size = step.Size;
        var gates = step.Gates;
        var hidden = step.Hidden;
        var dq = step.Sums;
        var cell = step.Cell;
        var before = step.CellBefore;
        var peephole = step.Peephole;

        // The room of the output gate's gradient holds tanh c′ first.
        RecurrentRows.Map<TanhGate, T, TElement>(step.Memory, dq + 3 * size, size);
        for (long j = 0; j < size; j += T.Count)
        {
            var left = size - j;
            var tanh = RecurrentRows.Read<T, TElement>(dq + 3 * size + j, left);
            var o = RecurrentRows.Read<T, TElement>(gates + 3 * size + j, left);
            var dh = RecurrentRows.Read<T, TElement>(hidden + j, left);
            var dc = RecurrentRows.Read<T, TElement>(cell + j, left);
            var dOut = dh * tanh * SigmoidGate.Slope(o, o);
            dc = T.FusedMultiplyAdd(dh * o, TanhGate.Slope(tanh, tanh), dc);
            if (peephole is not null)
            {
                dc = T.FusedMultiplyAdd(dOut, RecurrentRows.Read<T, TElement>(peephole + 2 * size + j, left), dc);
            }

            RecurrentRows.Write(dq + 3 * size + j, dOut, left);
            RecurrentRows.Write(cell + j, dc, left);
            RecurrentRows.Write(hidden + j, T.Zero, left);
        }

        for (long j = 0; j < size; j += T.Count)
        {
            var left = size - j;
            var i = RecurrentRows.Read<T, TElement>(gates + j, left);
            var f = RecurrentRows.Read<T, TElement>(gates + size + j, left);
            var g = RecurrentRows.Read<T, TElement>(gates + 2 * size + j, left);
            var dc = RecurrentRows.Read<T, TElement>(cell + j, left);
            RecurrentRows.Write(dq + j, dc * g * SigmoidGate.Slope(i, i), left);
            var c = RecurrentRows.Read<T, TElement>(before + j, left);
            RecurrentRows.Write(dq + size + j, dc * c * SigmoidGate.Slope(f, f), left);
            RecurrentRows.Write(dq + 2 * size + j, dc * i * TanhGate.Slope(g, g), left);
            RecurrentRows.Write(cell + j, dc * f, left);
        }

        RecurrentRows.Add<T, TElement>(dq, step.BiasSum, 4 * size);
        if (peephole is not null)
        {
            RecurrentRows.AddProduct<T, TElement>(dq, peephole, cell, size);
            RecurrentRows.AddProduct<T, TElement>(dq + size, peephole + size, cell, size);
            RecurrentRows.AddProduct<T, TElement>(dq, before, step.PeepholeSum, size);
            RecurrentRows.AddProduct<T, TElement>(dq + size, before, step.PeepholeSum + size, size);
            RecurrentRows.AddProduct<T, TElement>(dq + 3 * size, step.Memory, step.PeepholeSum + 2 * size, size);
        }
    }
}
