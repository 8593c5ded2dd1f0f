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

    private const int Block = 1024;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var words = stackalloc byte[Block * sizeof(TElement)];
        for (; start < end; start += Block)
        {
            var count = (int)Math.Min(Block, end - start);
            var bits = mask + start / 8;
            if (typeof(TElement) == typeof(float))
            {
                source.FillBits(new Span<uint>(words, count), start);
                KeepSingles((uint*)words, count, bits);
            }
            else
            {
                source.FillUniform(new Span<double>(words, count), start);
                KeepDoubles((double*)words, count, bits);
            }

            DropoutMask.Apply<T, TElement>(x + start, bits, 1 / (1 - probability), y + start, count);
        }
    }

    // A uniform float is the word's upper 24 bits times 2⁻²⁴: it is compared before it is made.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void KeepSingles(uint* words, int count, byte* bits)
    {
        var threshold = Vector512.Create((uint)Math.Ceiling((float)probability * (double)(1 << 24)));
        for (var i = 0; i < count; i += 16)
        {
            for (var padding = count; padding < i + 16; padding++)
            {
                words[padding] = 0;
            }

            var kept = Vector512.GreaterThanOrEqual(Vector512.Load(words + i) >>> 8, threshold);
            *(ushort*)(bits + i / 8) = (ushort)kept.ExtractMostSignificantBits();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void KeepDoubles(double* uniform, int count, byte* bits)
    {
        for (var i = 0; i < count; i += 8)
        {
            var kept = 0;
            for (var j = 0; j < Math.Min(8, count - i); j++)
            {
                kept |= uniform[i + j] >= probability ? 1 << j : 0;
            }

            bits[i / 8] = (byte)kept;
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
        for (long i = 0; i < count; i += T.Count)
        {
            // Two bytes are always there: masks end on a multiple of 64.
            var bits = (uint)*(ushort*)(mask + i / 8) >> (int)(i % 8);
            var kept = LaneMemory.Mask<T, TElement>(bits);
            if (i + T.Count <= count)
            {
                T.Store(y + i, T.Where(kept, factor * T.Load(x + i), T.Zero));
            }
            else
            {
                var rest = (int)(count - i);
                T.StorePartial(y + i, T.Where(kept, factor * T.LoadPartial(x + i, rest), T.Zero), rest);
            }
        }
    }
}
