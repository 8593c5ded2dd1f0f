using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Which elements a dropout keeps, and the elements kept: one bit an element, the first element's lowest.</summary>
/// <remarks>Element i is kept where the source's uniform number i, of the element's own type, is at least the probability rounded to that type.</remarks>
internal readonly unsafe struct DropoutBody<T, TElement>(
    RandomSource source,
    double probability,
    TElement* x,
    TElement* y,
    byte* mask
) : IRangeBody
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    /// <summary>Elements of a piece of work; a multiple of 64, so that no byte of the mask has two writers.</summary>
    public const long Grain = 16384;

    private const int Group = 64;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        if (typeof(TElement) == typeof(float))
        {
            KeepSingles(start, end);
        }
        else
        {
            KeepDoubles(start, end);
        }

        DropoutMask.Apply<T, TElement>(x + start, mask + start / 8, 1 / (1 - probability), y + start, end - start);
    }

    // A uniform float is the word's upper 24 bits times 2⁻²⁴: it is compared before it is made. The bits past the end
    // are those of elements that are not there.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private void KeepSingles(long start, long end)
    {
        var words = stackalloc uint[Group];
        var threshold = Vector512.Create((uint)Math.Ceiling((float)probability * (double)(1 << 24)));
        for (; start < end; start += Group)
        {
            source.FillGroup(words, start / Group);
            var bits = (ushort*)(mask + start / 8);
            for (var i = 0; i < Group; i += 16)
            {
                var kept = Vector512.GreaterThanOrEqual(Vector512.Load(words + i) >>> 8, threshold);
                *bits++ = (ushort)kept.ExtractMostSignificantBits();
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    private void KeepDoubles(long start, long end)
    {
        var uniform = stackalloc double[Group];
        for (; start < end; start += Group)
        {
            source.FillUniform(new Span<double>(uniform, Group), start);
            var bits = 0UL;
            for (var i = 0; i < Group; i++)
            {
                bits |= uniform[i] >= probability ? 1UL << i : 0;
            }

            *(ulong*)(mask + start / 8) = bits;
        }
    }
}

/// <summary>dx = dy / (1 − p) where the mask kept the element, else 0.</summary>
internal readonly unsafe struct DropoutGradientBody<T, TElement>(
    double probability,
    TElement* dy,
    byte* mask,
    TElement* dx
) : IRangeBody
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end) =>
        DropoutMask.Apply<T, TElement>(dy + start, mask + start / 8, 1 / (1 - probability), dx + start, end - start);
}

/// <summary>dx = dy / (1 − p) · f′(x) where the mask kept the element y = f(x), else 0 · f′(x).</summary>
internal readonly unsafe struct DropoutSlopeBody<TKernel, T, TElement>(
    double probability,
    TElement* y,
    TElement* dy,
    byte* mask,
    TElement* dx
) : IRangeBody
    where TKernel : struct, IUnaryKernel
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var factor = T.Constant(1 / (1 - probability));
        // Fields would be read again after every store.
        var values = y;
        var gradients = dy;
        var bits = mask;
        var slopes = dx;
        for (; start + T.Count <= end; start += T.Count)
        {
            var gradient = DropoutMask.Kept<T, TElement>(bits, start, factor * T.Load(gradients + start));
            var value = T.Load(values + start);
            T.Store(slopes + start, gradient * TKernel.Slope(value, value));
        }

        if (start < end)
        {
            var rest = (int)(end - start);
            var gradient = DropoutMask.Kept<T, TElement>(bits, start, factor * T.LoadPartial(gradients + start, rest));
            var value = T.LoadPartial(values + start, rest);
            T.StorePartial(slopes + start, gradient * TKernel.Slope(value, value), rest);
        }
    }
}

/// <summary>Elements kept by the bits of a mask.</summary>
internal static unsafe class DropoutMask
{
    /// <summary>y[i] = scale · x[i] where bit i is set, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<T, TElement>(TElement* x, byte* mask, double scale, TElement* y, long count)
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        var factor = T.Constant(scale);
        long i = 0;
        for (; i + T.Count <= count; i += T.Count)
        {
            T.Store(y + i, Kept<T, TElement>(mask, i, factor * T.Load(x + i)));
        }

        if (i < count)
        {
            var rest = (int)(count - i);
            T.StorePartial(y + i, Kept<T, TElement>(mask, i, factor * T.LoadPartial(x + i, rest)), rest);
        }
    }

    /// <summary>The lanes of a value that the bits from <paramref name="index"/> on keep, zero in the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Kept<T, TElement>(byte* mask, long index, T value)
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged
    {
        // Two bytes are always there: masks end on a multiple of 64.
        var bits = (uint)*(ushort*)(mask + (nint)((ulong)index / 8));
        bits = T.Count % 8 == 0 ? bits : bits >> (int)((ulong)index % 8);
        return T.Where(LaneMemory.Mask<T, TElement>(bits), value, T.Zero);
    }
}
