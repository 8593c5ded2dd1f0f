using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>A table changed by the gradients of some of its rows, row after row: what was read once or never needs no gradient in memory.</summary>
/// <remarks>
/// <code>
///   heads[row] → i → next[i] → …     the places whose gradients belong to a row, in order; their sum from the first on
/// </code>
/// </remarks>
internal readonly unsafe struct TableUpdateBody<TKernel, T, TElement>(
    TElement* table,
    TElement* first,
    TElement* second,
    TElement* gradient,
    long length,
    int* heads,
    int* next,
    UpdateConstants<double> constants
) : IRangeBody
    where TKernel : struct, IUpdateKernel
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var numbers = default(UpdateConstants<T>);
        for (var i = 0; i < UpdateConstants<double>.Length; i++)
        {
            numbers[i] = T.Constant(constants[i]);
        }

        var last = length % T.Count;
        for (var row = start; row < end; row++)
        {
            var at = row * length;
            var stop = at + length - last;
            var head = heads[row];
            if (head < 0)
            {
                for (; at < stop; at += T.Count)
                {
                    Step(at, T.Count, T.Zero, numbers);
                }

                if (last > 0)
                {
                    Step(at, (int)last, T.Zero, numbers);
                }

                continue;
            }

            var from = gradient + head * length;
            var more = next[head];
            for (; at < stop; at += T.Count, from += T.Count)
            {
                Step(at, T.Count, more < 0 ? T.Load(from) : Sum(from, T.Count, head), numbers);
            }

            if (last > 0)
            {
                Step(at, (int)last, more < 0 ? T.LoadPartial(from, (int)last) : Sum(from, (int)last, head), numbers);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private T Sum(TElement* from, int count, int place)
    {
        var sum = Read(from, count);
        for (var following = next[place]; following >= 0; following = next[following])
        {
            sum += Read(from + (following - place) * length, count);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Step(long at, int count, T slope, in UpdateConstants<T> numbers)
    {
        var weight = Read(table + at, count);
        var one = TKernel.StateCount > 0 ? Read(first + at, count) : default;
        var two = TKernel.StateCount > 1 ? Read(second + at, count) : default;
        var three = default(T);
        TKernel.Update(ref weight, slope, ref one, ref two, ref three, numbers);
        Write(table + at, weight, count);
        if (TKernel.StateCount > 0)
        {
            Write(first + at, one, count);
        }

        if (TKernel.StateCount > 1)
        {
            Write(second + at, two, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Read(TElement* from, int count) => count == T.Count ? T.Load(from) : T.LoadPartial(from, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(TElement* to, T value, int count)
    {
        if (count == T.Count)
        {
            T.Store(to, value);
        }
        else
        {
            T.StorePartial(to, value, count);
        }
    }
}
