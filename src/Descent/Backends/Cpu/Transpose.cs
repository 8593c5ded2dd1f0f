using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Backends.Cpu;

/// <summary>Transposing copies, eight or sixteen by as many in registers for elements of four bytes where the machine allows. Values move, none changes.</summary>
internal static unsafe class Transpose
{
    /// <summary>to[k, i] = from[i, k], both with unit column stride; columns of <c>to</c> up to the next multiple of eight become undefined.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TElement>(TElement* from, long fromRow, long rows, long columns, TElement* to, long toRow)
        where TElement : unmanaged
    {
        long k = 0;
        if (sizeof(TElement) == sizeof(float) && Avx.IsSupported)
        {
            var whole = Avx512F.IsSupported ? rows - rows % 16 : 0;
            for (; whole > 0 && k + 16 <= columns; k += 16)
            {
                Sixteens((float*)(from + k), fromRow, whole, (float*)(to + k * toRow), toRow);
                Eights((float*)(from + k), fromRow, whole, rows, (float*)(to + k * toRow), toRow);
                Eights((float*)(from + k + 8), fromRow, whole, rows, (float*)(to + (k + 8) * toRow), toRow);
            }

            for (; k + 8 <= columns; k += 8)
            {
                Eights((float*)(from + k), fromRow, 0, rows, (float*)(to + k * toRow), toRow);
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

    /// <summary>The same, leaving everything else of <c>to</c> as it is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Exactly<TElement>(
        TElement* from,
        long fromRow,
        long rows,
        long columns,
        TElement* to,
        long toRow
    )
        where TElement : unmanaged
    {
        var whole = rows - rows % 8;
        Run(from, fromRow, whole, columns, to, toRow);
        for (long k = 0; k < columns; k++)
        {
            for (var i = whole; i < rows; i++)
            {
                to[k * toRow + i] = from[i * fromRow + k];
            }
        }
    }

    // Eight columns, from row i on.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Eights(float* from, long fromRow, long i, long rows, float* to, long toRow)
    {
        for (; i < rows; i += 8)
        {
            var f = from + i * fromRow;
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
                    to + i,
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
                to + i,
                toRow
            );
        }
    }

    // Sixteen columns of a multiple of sixteen rows: whole lines of the cache on both sides, so that it matters little
    // how many of them fall into one set.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Sixteens(float* from, long fromRow, long rows, float* to, long toRow)
    {
        for (long i = 0; i < rows; i += 16, from += 16 * fromRow)
        {
            Square(from, fromRow, 16, to + i, toRow);
        }
    }

    /// <summary>to[k, i] = from[i, k] for sixteen rows of <paramref name="count"/> columns; what else of sixteen rows of <c>to</c> becomes zeros. Needs 512-bit vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Square(float* from, long fromRow, int count, float* to, long toRow) =>
        Square<NoEpilogue<float>>(from, fromRow, count, to, toRow, 0, default);

    /// <summary>The same, with an epilogue of the rows of <c>to</c>, the first of them <paramref name="row"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Square<TEpilogue>(
        float* from,
        long fromRow,
        int count,
        float* to,
        long toRow,
        long row,
        in TEpilogue epilogue
    )
        where TEpilogue : struct, IProductEpilogue<float>
    {
        var (a0, a1, a2, a3) = Quarters(from, fromRow, count);
        var (b0, b1, b2, b3) = Quarters(from + 4 * fromRow, fromRow, count);
        var (c0, c1, c2, c3) = Quarters(from + 8 * fromRow, fromRow, count);
        var (d0, d1, d2, d3) = Quarters(from + 12 * fromRow, fromRow, count);
        StoreQuarters(a0, b0, c0, d0, to, 4 * toRow, row, epilogue);
        StoreQuarters(a1, b1, c1, d1, to + toRow, 4 * toRow, row + 1, epilogue);
        StoreQuarters(a2, b2, c2, d2, to + 2 * toRow, 4 * toRow, row + 2, epilogue);
        StoreQuarters(a3, b3, c3, d3, to + 3 * toRow, 4 * toRow, row + 3, epilogue);
    }

    // Four rows, transposed four by four within each quarter of a vector: quarter q of result j is column 4 q + j.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<float>, Vector512<float>, Vector512<float>, Vector512<float>) Quarters(
        float* from,
        long row,
        int count
    )
    {
        var r0 = Load(from, count);
        var r1 = Load(from + row, count);
        var r2 = Load(from + 2 * row, count);
        var r3 = Load(from + 3 * row, count);
        var low0 = Avx512F.UnpackLow(r0, r1);
        var high0 = Avx512F.UnpackHigh(r0, r1);
        var low2 = Avx512F.UnpackLow(r2, r3);
        var high2 = Avx512F.UnpackHigh(r2, r3);
        return (
            Avx512F.Shuffle(low0, low2, 0x44),
            Avx512F.Shuffle(low0, low2, 0xEE),
            Avx512F.Shuffle(high0, high2, 0x44),
            Avx512F.Shuffle(high0, high2, 0xEE)
        );
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load(float* from, int count) =>
        count == 16 ? Vector512.Load(from) : Vector512Ops<float>.LoadPartial(from, count);

    // The quarters of four vectors, transposed: four columns that lie four apart.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreQuarters<TEpilogue>(
        Vector512<float> a,
        Vector512<float> b,
        Vector512<float> c,
        Vector512<float> d,
        float* to,
        long step,
        long row,
        in TEpilogue epilogue
    )
        where TEpilogue : struct, IProductEpilogue<float>
    {
        var ab = Avx512F.Shuffle4x128(a, b, 0x44);
        var cd = Avx512F.Shuffle4x128(c, d, 0x44);
        Store(Avx512F.Shuffle4x128(ab, cd, 0x88), to, row, epilogue);
        Store(Avx512F.Shuffle4x128(ab, cd, 0xDD), to + step, row + 4, epilogue);
        ab = Avx512F.Shuffle4x128(a, b, 0xEE);
        cd = Avx512F.Shuffle4x128(c, d, 0xEE);
        Store(Avx512F.Shuffle4x128(ab, cd, 0x88), to + 2 * step, row + 8, epilogue);
        Store(Avx512F.Shuffle4x128(ab, cd, 0xDD), to + 3 * step, row + 12, epilogue);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TEpilogue>(Vector512<float> value, float* to, long row, in TEpilogue epilogue)
        where TEpilogue : struct, IProductEpilogue<float> =>
        epilogue.Apply<Vector512Ops<float>, Vector512<float>>(value, row, 0, 16, to).Store(to);

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
