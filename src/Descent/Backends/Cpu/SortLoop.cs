using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Stable sort of contiguous rows: each element becomes an integer key of the same order.</summary>
/// <remarks>Keys are sorted together with their places, and places of equal keys are put in order afterwards; a NaN has the largest key, +0 and −0 the same.</remarks>
internal readonly unsafe struct SortLoop<TElement>(
    TElement* x,
    long length,
    bool descending,
    TElement* values,
    long* indices
) : IRangeBody
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var count = checked((int)length);
        using var scratch = new Scratch(length * sizeof(long));
        var keys = new Span<ulong>(scratch.Pointer, count);
        for (var row = start; row < end; row++)
        {
            var from = x + row * length;
            var places = new Span<long>(indices + row * length, count);
            for (var i = 0; i < count; i++)
            {
                var key = Key(from[i]);
                keys[i] = descending ? ~key : key;
                places[i] = i;
            }

            keys.Sort(places);
            SortEqualRuns(keys, places);
            for (var i = 0; i < count; i++)
            {
                values[row * length + i] = from[places[i]];
            }
        }
    }

    private static void SortEqualRuns(ReadOnlySpan<ulong> keys, Span<long> places)
    {
        for (int first = 0, next; first < keys.Length; first = next)
        {
            for (next = first + 1; next < keys.Length && keys[next] == keys[first]; next++) { }

            if (next - first > 1)
            {
                places[first..next].Sort();
            }
        }
    }

    private static ulong Key(TElement element)
    {
        if (typeof(TElement) == typeof(float))
        {
            return KeyOf(*(float*)&element);
        }

        if (typeof(TElement) == typeof(double))
        {
            return KeyOf(*(double*)&element);
        }

        return typeof(TElement) == typeof(long) ? KeyOf(*(long*)&element)
            : typeof(TElement) == typeof(int) ? KeyOf(*(int*)&element)
            : *(byte*)&element;
    }

    private static ulong KeyOf(long value) => (ulong)value ^ (1UL << 63);

    // The bits of a positive number rise with it; those of a negative one fall. Adding zero makes −0 into +0.
    private static ulong KeyOf(double value)
    {
        if (double.IsNaN(value))
        {
            return ulong.MaxValue;
        }

        var bits = BitConverter.DoubleToInt64Bits(value + 0.0);
        return (ulong)bits ^ ((ulong)(bits >> 63) | (1UL << 63));
    }
}

/// <summary>Running sums of rows, or of columns side by side.</summary>
internal readonly unsafe struct CumulativeSumLoop<T, TElement>(nint x, AxisSlices slices, nint y) : IRangeBody
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    /// <summary>The pieces of work in one outer slice: lanes side by side behind the axis.</summary>
    public long Strips => (slices.Inner + T.Count - 1) / T.Count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        for (var item = start; item < end; item++)
        {
            var (outer, strip) = Math.DivRem(item, Strips);
            var place = outer * slices.Length * slices.Inner + strip * T.Count;
            var count = (int)Math.Min(T.Count, slices.Inner - strip * T.Count);
            var sum = T.Zero;
            for (long i = 0; i < slices.Length; i++, place += slices.Inner)
            {
                sum += T.LoadPartial((TElement*)x + place, count);
                T.StorePartial((TElement*)y + place, sum, count);
            }
        }
    }
}
