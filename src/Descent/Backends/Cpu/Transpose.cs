using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Backends.Cpu;

/// <summary>Transposing copies, eight by eight in registers for floats where the machine allows. Values move, none changes.</summary>
internal static unsafe class Transpose
{
    /// <summary>to[k, i] = from[i, k], both with unit column stride; columns of <c>to</c> up to the next multiple of eight become undefined.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TElement>(TElement* from, long fromRow, long rows, long columns, TElement* to, long toRow)
        where TElement : unmanaged
    {
        long k = 0;
        if (typeof(TElement) == typeof(float) && Avx.IsSupported)
        {
            for (; k + 8 <= columns; k += 8)
            {
                for (long i = 0; i < rows; i += 8)
                {
                    var f = (float*)(from + i * fromRow + k);
                    var t = (float*)(to + k * toRow + i);
                    if (i + 8 <= rows)
                    {
                        var f3 = f + 3 * fromRow;
                        var f6 = f3 + 3 * fromRow;
                        Store8(
                            Vector256.Load(f),
                            Vector256.Load(f + fromRow),
                            Vector256.Load(f + 2 * fromRow),
                            Vector256.Load(f3),
                            Vector256.Load(f3 + fromRow),
                            Vector256.Load(f3 + 2 * fromRow),
                            Vector256.Load(f6),
                            Vector256.Load(f6 + fromRow),
                            t,
                            toRow
                        );
                        continue;
                    }

                    // Rows that are not there repeat the last one.
                    var last = rows - 1 - i;
                    Store8(
                        Vector256.Load(f),
                        Vector256.Load(f + Math.Min(1, last) * fromRow),
                        Vector256.Load(f + Math.Min(2, last) * fromRow),
                        Vector256.Load(f + Math.Min(3, last) * fromRow),
                        Vector256.Load(f + Math.Min(4, last) * fromRow),
                        Vector256.Load(f + Math.Min(5, last) * fromRow),
                        Vector256.Load(f + Math.Min(6, last) * fromRow),
                        Vector256.Load(f + Math.Min(7, last) * fromRow),
                        t,
                        toRow
                    );
                }
            }
        }

        for (; k < columns; k++)
        {
            for (long i = 0; i < rows; i++)
            {
                to[k * toRow + i] = from[i * fromRow + k];
            }
        }
    }

    /// <summary>Stores eight rows as eight columns: pairs within 128-bit halves, then pairs of pairs, then the halves change places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store8(
        Vector256<float> r0,
        Vector256<float> r1,
        Vector256<float> r2,
        Vector256<float> r3,
        Vector256<float> r4,
        Vector256<float> r5,
        Vector256<float> r6,
        Vector256<float> r7,
        float* to,
        long toRow
    )
    {
        var p0 = Avx.UnpackLow(r0, r1);
        var p1 = Avx.UnpackHigh(r0, r1);
        var p2 = Avx.UnpackLow(r2, r3);
        var p3 = Avx.UnpackHigh(r2, r3);
        var p4 = Avx.UnpackLow(r4, r5);
        var p5 = Avx.UnpackHigh(r4, r5);
        var p6 = Avx.UnpackLow(r6, r7);
        var p7 = Avx.UnpackHigh(r6, r7);
        var q0 = Avx.Shuffle(p0, p2, 0x44);
        var q1 = Avx.Shuffle(p0, p2, 0xEE);
        var q2 = Avx.Shuffle(p1, p3, 0x44);
        var q3 = Avx.Shuffle(p1, p3, 0xEE);
        var q4 = Avx.Shuffle(p4, p6, 0x44);
        var q5 = Avx.Shuffle(p4, p6, 0xEE);
        var q6 = Avx.Shuffle(p5, p7, 0x44);
        var q7 = Avx.Shuffle(p5, p7, 0xEE);
        Avx.Permute2x128(q0, q4, 0x20).Store(to);
        Avx.Permute2x128(q1, q5, 0x20).Store(to + toRow);
        Avx.Permute2x128(q2, q6, 0x20).Store(to + 2 * toRow);
        Avx.Permute2x128(q3, q7, 0x20).Store(to + 3 * toRow);
        Avx.Permute2x128(q0, q4, 0x31).Store(to + 4 * toRow);
        Avx.Permute2x128(q1, q5, 0x31).Store(to + 5 * toRow);
        Avx.Permute2x128(q2, q6, 0x31).Store(to + 6 * toRow);
        Avx.Permute2x128(q3, q7, 0x31).Store(to + 7 * toRow);
    }
}
