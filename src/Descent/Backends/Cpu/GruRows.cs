using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>A step of the gated recurrent unit: gates r, z; n = tanh(p + r · q); h′ = n + z · (h − n).</summary>
internal readonly unsafe struct GruRows : IRecurrentRows
{
    public static int Gates => 3;

    public static int Split => 1;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Forward<T, TElement>(in RecurrentStep<TElement> step)
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        var size = step.Size;
        var gates = step.Gates;
        var bias = step.Bias;
        var hidden = step.Hidden;
        RecurrentRows.Gate<SigmoidGate, T, TElement>(step.Projected, step.Recurrent, bias, gates, 2 * size);
        var n = 2 * size;
        var p = step.Projected + n;
        var q = step.Recurrent + n;
        var memory = step.Memory;
        for (long j = 0; j < size; j += T.Count)
        {
            var left = size - j;
            var sum =
                RecurrentRows.Read<T, TElement>(q + j, left) + RecurrentRows.Read<T, TElement>(bias + n + j, left);
            var reset = RecurrentRows.Read<T, TElement>(gates + j, left) * sum;
            var z = RecurrentRows.Read<T, TElement>(gates + size + j, left);
            var ofInput =
                RecurrentRows.Read<T, TElement>(p + j, left)
                + RecurrentRows.Read<T, TElement>(bias + 3 * size + j, left);
            var candidate = T.Tanh(ofInput + reset);
            if (memory is not null)
            {
                RecurrentRows.Write(memory + j, sum, left);
            }

            RecurrentRows.Write(gates + n + j, candidate, left);
            var change = z * (RecurrentRows.Read<T, TElement>(hidden + j, left) - candidate);
            RecurrentRows.Write(hidden + j, candidate + change, left);
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
        var memory = step.Memory;
        var before = step.HiddenBefore;
        var sums = step.Sums;
        for (long j = 0; j < size; j += T.Count)
        {
            var left = size - j;
            var r = RecurrentRows.Read<T, TElement>(gates + j, left);
            var z = RecurrentRows.Read<T, TElement>(gates + size + j, left);
            var n = RecurrentRows.Read<T, TElement>(gates + 2 * size + j, left);
            var dh = RecurrentRows.Read<T, TElement>(hidden + j, left);
            var dz = dh * (RecurrentRows.Read<T, TElement>(before + j, left) - n) * SigmoidGate.Slope(z, z);
            var dn = dh * (T.One - z) * TanhGate.Slope(n, n);
            var dr = dn * RecurrentRows.Read<T, TElement>(memory + j, left) * SigmoidGate.Slope(r, r);
            RecurrentRows.Write(hidden + j, dh * z, left);
            RecurrentRows.Write(sums + j, dn * r, left);
            RecurrentRows.Write(sums + size + j, dr, left);
            RecurrentRows.Write(sums + 2 * size + j, dz, left);
            RecurrentRows.Write(sums + 3 * size + j, dn, left);
        }

        RecurrentRows.Add<T, TElement>(sums, step.BiasSum, 4 * size);
    }
}
