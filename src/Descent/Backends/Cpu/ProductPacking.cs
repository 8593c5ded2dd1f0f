using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Backends.Cpu;

/// <summary>Copies blocks of matrices into the order in which the register tile reads them. Values move, none changes.</summary>
internal static unsafe class ProductPacking<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    /// <summary>Copies <paramref name="columns"/> columns (at most a tile's) of B to depth × tile columns, zeros to the right.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Panel(TElement* b, long bRow, long bColumn, long depth, int columns, TElement* to)
    {
        var width = ProductTile<TOps, TVector, TElement>.Columns;
        if (bColumn == 1 && columns == width)
        {
            for (long k = 0; k < depth; k++)
            {
                TOps.Store(to, TOps.Load(b));
                TOps.Store(to + TOps.Count, TOps.Load(b + TOps.Count));
                to += width;
                b += bRow;
            }

            return;
        }

        if (columns < width)
        {
            new Span<TElement>(to, checked((int)(depth * width))).Clear();
        }

        if (bRow == 1)
        {
            Transpose(b, bColumn, columns, depth, to, width);
            return;
        }

        for (long k = 0; k < depth; k++)
        {
            var row = b + k * bRow;
            for (var column = 0; column < columns; column++)
            {
                to[k * width + column] = row[column * bColumn];
            }
        }
    }

    /// <summary>Copies rows × depth of A to rows a given distance apart, each with its elements side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block(TElement* a, long aRow, long aColumn, int rows, long depth, TElement* to, long toRow)
    {
        for (var row = 0; row < rows; row++)
        {
            var from = a + row * aRow;
            var into = to + row * toRow;
            if (aColumn == 1)
            {
                Unsafe.CopyBlockUnaligned(into, from, checked((uint)(depth * sizeof(TElement))));
                continue;
            }

            for (long k = 0; k < depth; k++)
            {
                into[k] = from[k * aColumn];
            }
        }
    }

    /// <summary>to[k, i] = from[i, k], both with unit column stride.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(TElement* from, long fromRow, long rows, long columns, TElement* to, long toRow)
    {
        long i = 0;
        if (typeof(TElement) == typeof(float) && Avx.IsSupported)
        {
            for (; i + 8 <= rows; i += 8)
            {
                long k = 0;
                for (; k + 8 <= columns; k += 8)
                {
                    Transpose8((float*)(from + i * fromRow + k), fromRow, (float*)(to + k * toRow + i), toRow);
                }

                Plain(from + i * fromRow + k, fromRow, 8, columns - k, to + k * toRow + i, toRow);
            }
        }

        Plain(from + i * fromRow, fromRow, rows - i, columns, to + i, toRow);
    }

    private static void Plain(TElement* from, long fromRow, long rows, long columns, TElement* to, long toRow)
    {
        for (long i = 0; i < rows; i++)
        {
            for (long k = 0; k < columns; k++)
            {
                to[k * toRow + i] = from[i * fromRow + k];
            }
        }
    }

    // 8 × 8 in registers: pairs within 128-bit halves, then pairs of pairs, then the halves change places.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose8(float* from, long fromRow, float* to, long toRow)
    {
        var r0 = Vector256.Load(from);
        var r1 = Vector256.Load(from + fromRow);
        var r2 = Vector256.Load(from + 2 * fromRow);
        var r3 = Vector256.Load(from + 3 * fromRow);
        var r4 = Vector256.Load(from + 4 * fromRow);
        var r5 = Vector256.Load(from + 5 * fromRow);
        var r6 = Vector256.Load(from + 6 * fromRow);
        var r7 = Vector256.Load(from + 7 * fromRow);
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
