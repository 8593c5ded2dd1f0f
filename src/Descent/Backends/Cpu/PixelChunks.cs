using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Backends.Cpu;

/// <summary>Thirty-two bytes of neighbouring pixels: where they lie in the planes and in a run of pixels.</summary>
internal readonly struct PixelChunk(int source, int target, int count)
{
    /// <summary>Elements from the start of the planes, before a filter element's offset.</summary>
    public readonly int Source = source;

    /// <summary>Elements from the start of the run.</summary>
    public readonly int Target = target;

    /// <summary>Elements that belong to the row.</summary>
    public readonly int Count = count;
}

/// <summary>Runs of output pixels, flattened over rows and pictures, as lists of chunks that are copied whole.</summary>
/// <remarks>
/// <code>
///   rows of 14 pixels, run of 32:   |aaaaaaaa|aaaaaa··|bbbbbbbb|bbbbbb··|cccc····|
/// </code>
/// A chunk reaches past the end of its row (·); the next chunk overwrites what it left there. Whoever copies leaves
/// <see cref="Slack"/> bytes behind the source and the target.
/// </remarks>
internal static unsafe class PixelChunks
{
    /// <summary>Bytes that copies may read and write past the end.</summary>
    public const int Slack = 64;

    /// <summary>Elements of a chunk.</summary>
    public static int Length<TElement>()
        where TElement : unmanaged => 32 / sizeof(TElement);

    /// <summary>The most chunks that a run of pixels can have.</summary>
    public static long Most<TElement>(long pixels, int outputWidth)
        where TElement : unmanaged => pixels / Length<TElement>() + 2 * (pixels / outputWidth + 2);

    /// <summary>Copies the chunks for each filter element in turn: to[tap, pixel] with rows <paramref name="toRow"/> apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy<TElement>(
        TElement* planes,
        int* tapOffsets,
        long taps,
        PixelChunk* chunks,
        int count,
        TElement* to,
        long toRow
    )
        where TElement : unmanaged
    {
        if (count == 4)
        {
            Copy4(planes, tapOffsets, taps, chunks, to, toRow);
            return;
        }

        for (long tap = 0; tap < taps; tap++)
        {
            var from = planes + tapOffsets[tap];
            for (var i = 0; i < count; i++)
            {
                Vector256.Load(from + chunks[i].Source).Store(to + chunks[i].Target);
            }

            to += toRow;
        }
    }

    // The common full panel of four chunks, its places in registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy4<TElement>(
        TElement* planes,
        int* tapOffsets,
        long taps,
        PixelChunk* chunks,
        TElement* to,
        long toRow
    )
        where TElement : unmanaged
    {
        long source0 = chunks[0].Source;
        long source1 = chunks[1].Source;
        long source2 = chunks[2].Source;
        long source3 = chunks[3].Source;
        long target1 = chunks[1].Target;
        long target2 = chunks[2].Target;
        long target3 = chunks[3].Target;
        for (long tap = 0; tap < taps; tap++)
        {
            var from = planes + tapOffsets[tap];
            Vector256.Load(from + source0).Store(to);
            Vector256.Load(from + source1).Store(to + target1);
            Vector256.Load(from + source2).Store(to + target2);
            Vector256.Load(from + source3).Store(to + target3);
            to += toRow;
        }
    }

    /// <summary>The other way: adds from[tap, pixel], rows <paramref name="fromRow"/> apart, to the planes of some channels, one (r, s) after another.</summary>
    /// <remarks>Channels come innermost, so that additions to overlapping places are far apart in time.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddBack<TElement>(
        TElement* planes,
        int* tapOffsets,
        int channels,
        int tapsPerChannel,
        PixelChunk* chunks,
        int count,
        TElement* from,
        long fromRow
    )
        where TElement : unmanaged
    {
        // All bits set, then none: a load that starts n elements before the middle keeps n lanes.
        var masks = stackalloc Vector256<TElement>[2];
        masks[0] = Vector256<TElement>.AllBitsSet;
        masks[1] = Vector256<TElement>.Zero;
        var middle = (TElement*)(masks + 1);
        var whole = true;
        for (var i = 0; i < count; i++)
        {
            whole &= chunks[i].Count == Vector256<TElement>.Count;
        }

        for (var place = 0; place < tapsPerChannel; place++)
        {
            for (var channel = 0; channel < channels; channel++)
            {
                var tap = channel * tapsPerChannel + place;
                var row = from + tap * fromRow;
                var to = planes + tapOffsets[tap];
                for (var i = 0; i < count; i++)
                {
                    var value = Vector256.Load(row + chunks[i].Target);
                    if (!whole && chunks[i].Count < Vector256<TElement>.Count)
                    {
                        value &= Vector256.Load(middle - chunks[i].Count);
                    }

                    var target = to + chunks[i].Source;
                    (Vector256.Load(target) + value).Store(target);
                }
            }
        }
    }
}
