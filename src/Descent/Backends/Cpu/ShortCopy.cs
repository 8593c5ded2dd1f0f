using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Descent.Backends.Cpu;

/// <summary>Copies rows of a few dozen elements, for which a call to the general routine costs more than the copy.</summary>
internal static unsafe class ShortCopy
{
    /// <summary>Copies elements that do not overlap their target.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TElement>(TElement* from, TElement* to, long count)
        where TElement : unmanaged
    {
        var last = count - Vector256<TElement>.Count;
        if (last < 0)
        {
            for (long i = 0; i < count; i++)
            {
                to[i] = from[i];
            }

            return;
        }

        for (long i = 0; i < last; i += Vector256<TElement>.Count)
        {
            Vector256.Load(from + i).Store(to + i);
        }

        Vector256.Load(from + last).Store(to + last);
    }

    /// <summary>Sets elements to zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Clear<TElement>(TElement* to, long count)
        where TElement : unmanaged
    {
        for (long i = 0; i < count; i++)
        {
            to[i] = default;
        }
    }
}
