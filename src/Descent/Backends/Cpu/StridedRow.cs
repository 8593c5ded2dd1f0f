using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Backends.Cpu;

/// <summary>Every so manieth element of a row, copied to where they lie side by side, and back.</summary>
internal static unsafe class StridedRow
{
    /// <summary>to[i] = from[i · step] for <paramref name="count"/> elements; reads nothing beyond the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Gather<TElement>(TElement* from, int step, TElement* to, int count)
        where TElement : unmanaged
    {
        if (step == 1)
        {
            ShortCopy.Run(from, to, count);
            return;
        }

        if (typeof(TElement) == typeof(float) && step == 2 && count >= 8 && EvenOdd.IsSupported)
        {
            // The last step moves back to end with the row.
            for (var i = 0; i < count; i += 8)
            {
                var at = Math.Min(i, count - 8);
                EvenOdd.Load((float*)from + 2 * at, 2).Store((float*)to + at);
            }

            return;
        }

        for (var i = 0; i < count; i++)
        {
            to[i] = from[(long)i * step];
        }
    }

    /// <summary>to[i · step] = from[i] for <paramref name="count"/> elements, zeros between them and up to <paramref name="length"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scatter<TElement>(TElement* from, int count, TElement* to, int step, int length)
        where TElement : unmanaged
    {
        var i = 0;
        if (typeof(TElement) == typeof(float) && step == 2 && EvenOdd.IsSupported)
        {
            for (; i + 8 <= count && 2 * i + 16 <= length; i += 8)
            {
                EvenOdd.Join(Vector256.Load((float*)from + i), Vector256<float>.Zero, (float*)to + 2 * i);
            }
        }

        new Span<TElement>(to + (long)i * step, length - i * step).Clear();
        for (; i < count; i++)
        {
            to[(long)i * step] = from[i];
        }
    }
}
