using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Descent.Backends.Cpu;

/// <summary>What lies before and after <see cref="DistanceTile{TOps, TVector, TElement}"/>: rows copied into panels.</summary>
internal static unsafe class DistancePanels
{
    /// <summary>Virtual lanes of a sum.</summary>
    public const int Lanes = 16;

    /// <summary>Rows of a panel.</summary>
    public const int Rows = 4;

    /// <summary>Elements side by side in one step of a panel.</summary>
    public const int Step = Rows * Lanes;

    /// <summary>A depth rounded up to whole steps.</summary>
    public static long Padded(long depth) => (depth + Lanes - 1) / Lanes * Lanes;

    /// <summary>Copies up to four rows into a panel of padded depth; zeros stand for what is beyond them, which adds nothing to a sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Pack<TOps, TVector, TElement>(TElement* from, long stride, long rows, long depth, TElement* to)
        where TOps : IVectorOps<TVector, TElement>
        where TVector : struct
        where TElement : unmanaged
    {
        var whole = depth / Lanes * Lanes;
        if (rows < Rows || whole < depth)
        {
            NativeMemory.Clear(to, (nuint)(Padded(depth) * Rows * sizeof(TElement)));
        }

        for (long row = 0; row < Math.Min(rows, Rows); row++)
        {
            var into = to + row * Lanes;
            long i = 0;
            for (; i < whole; i += Lanes)
            {
                if (Sse.IsSupported)
                {
                    // Every row lies in pages of its own, where the hardware begins to fetch anew.
                    Sse.Prefetch0(from + stride + i);
                }

                for (var part = 0; part < Lanes; part += TOps.Count)
                {
                    TOps.Store(into + part, TOps.Load(from + i + part));
                }

                into += Step;
            }

            for (; i < depth; i++)
            {
                *into++ = from[i];
            }

            from += stride;
        }
    }
}
