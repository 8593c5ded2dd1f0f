using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Copies slices named by an index vector: y[o, i, …] = x[o, index[i], …].</summary>
internal readonly unsafe struct GatherBody(nint x, AxisSlices from, long* index, long count, nint y, int elementSize)
    : IRangeBody
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var bytes = from.Inner * elementSize;
        for (var item = start; item < end; item++)
        {
            var (outer, i) = Math.DivRem(item, count);
            var source = (byte*)x + (outer * from.Length + index[i]) * bytes;
            Unsafe.CopyBlockUnaligned((byte*)y + item * bytes, source, checked((uint)bytes));
        }
    }
}

/// <summary>Adds slices in order of the index vector. The work is shared by target, each piece the places of one remainder in one strip of a slice, so no element has two writers and each is added to in the same order.</summary>
internal readonly unsafe struct ScatterAddBody<T, TElement>(nint y, AxisSlices to, long* index, long count, nint source)
    : IRangeBody
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    /// <summary>Neighbours behind the axis that one piece of work covers.</summary>
    public const long Strip = 256;

    /// <summary>The pieces of work along the axis: every how many-th place is one piece's.</summary>
    private const long Remainders = 4;

    /// <summary>The pieces of work in one slice.</summary>
    public long Strips => (to.Inner + Strip - 1) / Strip;

    /// <summary>The pieces of work in all slices.</summary>
    public long Pieces => to.Outer * Strips * Remainders;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        // Neighbouring pieces of one strip are done in one walk over the places.
        while (start < end)
        {
            var (item, first) = Math.DivRem(start, Remainders);
            var last = Math.Min(Remainders, first + end - start);
            AddStrip(item, first, last);
            start += last - first;
        }
    }

    private void AddStrip(long item, long firstRemainder, long endRemainder)
    {
        var (outer, strip) = Math.DivRem(item, Strips);
        var offset = strip * Strip;
        var length = Math.Min(Strip, to.Inner - offset);
        var target = (TElement*)y + outer * to.Length * to.Inner + offset;
        var from = (TElement*)source + outer * count * to.Inner + offset;
        for (long i = 0; i < count; i++)
        {
            var remainder = index[i] % Remainders;
            if (remainder >= firstRemainder && remainder < endRemainder)
            {
                Add(target + index[i] * to.Inner, from + i * to.Inner, length);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(TElement* target, TElement* from, long length)
    {
        long i = 0;
        for (; i + T.Count <= length; i += T.Count)
        {
            T.Store(target + i, T.Load(target + i) + T.Load(from + i));
        }

        if (i < length)
        {
            var rest = (int)(length - i);
            T.StorePartial(target + i, T.LoadPartial(target + i, rest) + T.LoadPartial(from + i, rest), rest);
        }
    }
}

/// <summary>y[…, i, …] = x[…, index[…, i, …], …] over all elements of y.</summary>
internal readonly unsafe struct TakeAlongBody<TElement>(
    TElement* x,
    AxisSlices from,
    long* index,
    AxisSlices to,
    TElement* y
) : IRangeBody
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        for (var slice = start; slice < end; slice++)
        {
            var (source, target) = (from.Start(slice), to.Start(slice));
            for (long i = 0; i < to.Length; i++, target += to.Inner)
            {
                y[target] = x[source + index[target] * from.Inner];
            }
        }
    }
}

/// <summary>y[…, index[…, i, …], …] += source[…, i, …], slice by slice, in order along the axis.</summary>
internal readonly unsafe struct ScatterAddAlongBody<T, TElement>(
    nint y,
    AxisSlices to,
    long* index,
    AxisSlices from,
    nint source
) : IRangeBody
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        for (var slice = start; slice < end; slice++)
        {
            var (target, place) = (to.Start(slice), from.Start(slice));
            for (long i = 0; i < from.Length; i++, place += from.Inner)
            {
                var at = (TElement*)y + target + index[place] * to.Inner;
                T.StorePartial(at, T.LoadPartial(at, 1) + T.LoadPartial((TElement*)source + place, 1), 1);
            }
        }
    }
}
