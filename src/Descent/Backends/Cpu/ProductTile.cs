using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Backends.Cpu;

/// <summary>The innermost loop of every matrix product and convolution: one tile of the result held in registers.</summary>
/// <remarks>
/// <code>
///            b: depth × 2 vectors          at step k, for each row i:
///           ┌───────┬───────┐                x[i] += a[i, k] · left
///           │ left  │ right │ row k          y[i] += a[i, k] · right
///    a      ├───────┼───────┤
///   ┌─┐     │ x[0]  │ y[0]  │              12 rows of 512-bit vectors are 24 sums, 2 vectors of b and
///   │ │     │  …    │  …    │              1 broadcast: 27 of 32 registers; 6 rows of 256 bits are
///   └─┘     │ x[11] │ y[11] │              15 of 16.
///    k      └───────┴───────┘
/// </code>
/// Every element of the result is one lane that starts at zero and takes its products one after another with
/// fused multiply-adds: neither the width nor the shape of the tile changes a bit. The element (i, k) of <c>a</c> may
/// lie anywhere on a grid, and a row of <c>b</c> anywhere at all, so rows, columns, packed blocks and convolutions need one
/// kernel.
/// </remarks>
internal static unsafe class ProductTile<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    /// <summary>Columns of a tile.</summary>
    public static int Columns => 2 * TOps.Count;

    /// <summary>The widths of narrower tiles are its multiples: where columns are one, none is made in vain.</summary>
    public static int Step
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        // The 32 registers of a machine with 512-bit vectors hold 12 rows of 256 bits too.
        get => Unsafe.SizeOf<TVector>() == Unsafe.SizeOf<Vector512<TElement>>() ? TOps.Count / 2 : TOps.Count;
    }

    /// <summary>c = a · b, or c += a · b, for <paramref name="rows"/> rows and a depth of one or more; <paramref name="columns"/> wide, rounded up to a multiple of <see cref="Step"/>.</summary>
    public static void Run(
        int rows,
        long columns,
        TElement* a,
        long aRow,
        long aColumn,
        TElement* b,
        long bRow,
        long depth,
        TElement* c,
        long cRow,
        bool add
    ) => Run(rows, columns, a, aRow, aColumn, new EvenRows<TElement>(b, bRow), depth, c, cRow, add);

    /// <summary>The same with the rows of b wherever <paramref name="b"/> says.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TWalk>(
        int rows,
        long columns,
        TElement* a,
        long aRow,
        long aColumn,
        TWalk b,
        long depth,
        TElement* c,
        long cRow,
        bool add
    )
        where TWalk : struct, IRowWalk<TElement>
    {
        var hasHalves = Step < TOps.Count;
        var steps = (columns + Step - 1) / Step;
        if (steps > (hasHalves ? 3 : 1))
        {
            Run<TwoVectors, TWalk>(rows, a, aRow, aColumn, b, depth, c, cRow, add);
            return;
        }

        if (!hasHalves || steps > 1)
        {
            Run<OneVector, TWalk>(rows, a, aRow, aColumn, b, depth, c, cRow, add);
            b.Skip(TOps.Count);
            c += TOps.Count;
        }

        if (hasHalves && steps != 2)
        {
            ProductTile<Vector256Ops<TElement>, Vector256<TElement>, TElement>.Run<OneVector, TWalk>(
                rows,
                a,
                aRow,
                aColumn,
                b,
                depth,
                c,
                cRow,
                add
            );
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run<TVectors, TWalk>(
        int rows,
        TElement* a,
        long aRow,
        long aColumn,
        TWalk b,
        long depth,
        TElement* c,
        long cRow,
        bool add
    )
        where TVectors : unmanaged, ITileSize
        where TWalk : struct, IRowWalk<TElement>
    {
        switch (rows)
        {
            case 1:
                Run<Rows1, TVectors, TWalk>(a, aRow, aColumn, b, depth, c, cRow, add);
                break;
            case 2:
                Run<Rows2, TVectors, TWalk>(a, aRow, aColumn, b, depth, c, cRow, add);
                break;
            case 3:
                Run<Rows3, TVectors, TWalk>(a, aRow, aColumn, b, depth, c, cRow, add);
                break;
            case 4:
                Run<Rows4, TVectors, TWalk>(a, aRow, aColumn, b, depth, c, cRow, add);
                break;
            case 5:
                Run<Rows5, TVectors, TWalk>(a, aRow, aColumn, b, depth, c, cRow, add);
                break;
            case 6:
                Run<Rows6, TVectors, TWalk>(a, aRow, aColumn, b, depth, c, cRow, add);
                break;
            case 7:
                Run<Rows7, TVectors, TWalk>(a, aRow, aColumn, b, depth, c, cRow, add);
                break;
            case 8:
                Run<Rows8, TVectors, TWalk>(a, aRow, aColumn, b, depth, c, cRow, add);
                break;
            case 9:
                Run<Rows9, TVectors, TWalk>(a, aRow, aColumn, b, depth, c, cRow, add);
                break;
            case 10:
                Run<Rows10, TVectors, TWalk>(a, aRow, aColumn, b, depth, c, cRow, add);
                break;
            case 11:
                Run<Rows11, TVectors, TWalk>(a, aRow, aColumn, b, depth, c, cRow, add);
                break;
            default:
                Run<Rows12, TVectors, TWalk>(a, aRow, aColumn, b, depth, c, cRow, add);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TRows, TVectors, TWalk>(
        TElement* a0,
        long aRow,
        long aColumn,
        TWalk b,
        long depth,
        TElement* c,
        long cRow,
        bool add
    )
        where TRows : unmanaged, ITileSize
        where TVectors : unmanaged, ITileSize
        where TWalk : struct, IRowWalk<TElement>
    {
        TVector x0 = default,
            x1 = default,
            x2 = default,
            x3 = default,
            x4 = default,
            x5 = default,
            x6 = default,
            x7 = default,
            x8 = default,
            x9 = default,
            x10 = default,
            x11 = default;
        TVector y0 = default,
            y1 = default,
            y2 = default,
            y3 = default,
            y4 = default,
            y5 = default,
            y6 = default,
            y7 = default,
            y8 = default,
            y9 = default,
            y10 = default,
            y11 = default;
        // One pointer serves three rows: base, base + stride and base + 2 · stride are single addressing modes.
        var twice = 2 * aRow;
        var a3 = a0 + 3 * aRow;
        var a6 = a0 + 6 * aRow;
        var a9 = a0 + 9 * aRow;
        Prefetch<TRows, TVectors>(c, cRow, depth);
        do
        {
            var row = b.Next();
            var left = TOps.Load(row);
            var right = sizeof(TVectors) > 1 ? TOps.Load(row + TOps.Count) : default;

            if (sizeof(TRows) > 0)
            {
                var scalar = TOps.Broadcast(a0);
                x0 = TOps.FusedMultiplyAdd(scalar, left, x0);
                y0 = sizeof(TVectors) > 1 ? TOps.FusedMultiplyAdd(scalar, right, y0) : y0;
            }

            if (sizeof(TRows) > 1)
            {
                var scalar = TOps.Broadcast(a0 + aRow);
                x1 = TOps.FusedMultiplyAdd(scalar, left, x1);
                y1 = sizeof(TVectors) > 1 ? TOps.FusedMultiplyAdd(scalar, right, y1) : y1;
            }

            if (sizeof(TRows) > 2)
            {
                var scalar = TOps.Broadcast(a0 + twice);
                x2 = TOps.FusedMultiplyAdd(scalar, left, x2);
                y2 = sizeof(TVectors) > 1 ? TOps.FusedMultiplyAdd(scalar, right, y2) : y2;
            }

            if (sizeof(TRows) > 3)
            {
                var scalar = TOps.Broadcast(a3);
                x3 = TOps.FusedMultiplyAdd(scalar, left, x3);
                y3 = sizeof(TVectors) > 1 ? TOps.FusedMultiplyAdd(scalar, right, y3) : y3;
            }

            if (sizeof(TRows) > 4)
            {
                var scalar = TOps.Broadcast(a3 + aRow);
                x4 = TOps.FusedMultiplyAdd(scalar, left, x4);
                y4 = sizeof(TVectors) > 1 ? TOps.FusedMultiplyAdd(scalar, right, y4) : y4;
            }

            if (sizeof(TRows) > 5)
            {
                var scalar = TOps.Broadcast(a3 + twice);
                x5 = TOps.FusedMultiplyAdd(scalar, left, x5);
                y5 = sizeof(TVectors) > 1 ? TOps.FusedMultiplyAdd(scalar, right, y5) : y5;
            }

            if (sizeof(TRows) > 6)
            {
                var scalar = TOps.Broadcast(a6);
                x6 = TOps.FusedMultiplyAdd(scalar, left, x6);
                y6 = sizeof(TVectors) > 1 ? TOps.FusedMultiplyAdd(scalar, right, y6) : y6;
            }

            if (sizeof(TRows) > 7)
            {
                var scalar = TOps.Broadcast(a6 + aRow);
                x7 = TOps.FusedMultiplyAdd(scalar, left, x7);
                y7 = sizeof(TVectors) > 1 ? TOps.FusedMultiplyAdd(scalar, right, y7) : y7;
            }

            if (sizeof(TRows) > 8)
            {
                var scalar = TOps.Broadcast(a6 + twice);
                x8 = TOps.FusedMultiplyAdd(scalar, left, x8);
                y8 = sizeof(TVectors) > 1 ? TOps.FusedMultiplyAdd(scalar, right, y8) : y8;
            }

            if (sizeof(TRows) > 9)
            {
                var scalar = TOps.Broadcast(a9);
                x9 = TOps.FusedMultiplyAdd(scalar, left, x9);
                y9 = sizeof(TVectors) > 1 ? TOps.FusedMultiplyAdd(scalar, right, y9) : y9;
            }

            if (sizeof(TRows) > 10)
            {
                var scalar = TOps.Broadcast(a9 + aRow);
                x10 = TOps.FusedMultiplyAdd(scalar, left, x10);
                y10 = sizeof(TVectors) > 1 ? TOps.FusedMultiplyAdd(scalar, right, y10) : y10;
            }

            if (sizeof(TRows) > 11)
            {
                var scalar = TOps.Broadcast(a9 + twice);
                x11 = TOps.FusedMultiplyAdd(scalar, left, x11);
                y11 = sizeof(TVectors) > 1 ? TOps.FusedMultiplyAdd(scalar, right, y11) : y11;
            }

            a0 += aColumn;
            if (sizeof(TRows) > 3)
            {
                a3 += aColumn;
            }

            if (sizeof(TRows) > 6)
            {
                a6 += aColumn;
            }

            if (sizeof(TRows) > 9)
            {
                a9 += aColumn;
            }
        } while (--depth != 0);

        Finish<TVectors>(c + 0 * cRow, x0, y0, add);
        if (sizeof(TRows) > 1)
        {
            Finish<TVectors>(c + 1 * cRow, x1, y1, add);
        }

        if (sizeof(TRows) > 2)
        {
            Finish<TVectors>(c + 2 * cRow, x2, y2, add);
        }

        if (sizeof(TRows) > 3)
        {
            Finish<TVectors>(c + 3 * cRow, x3, y3, add);
        }

        if (sizeof(TRows) > 4)
        {
            Finish<TVectors>(c + 4 * cRow, x4, y4, add);
        }

        if (sizeof(TRows) > 5)
        {
            Finish<TVectors>(c + 5 * cRow, x5, y5, add);
        }

        if (sizeof(TRows) > 6)
        {
            Finish<TVectors>(c + 6 * cRow, x6, y6, add);
        }

        if (sizeof(TRows) > 7)
        {
            Finish<TVectors>(c + 7 * cRow, x7, y7, add);
        }

        if (sizeof(TRows) > 8)
        {
            Finish<TVectors>(c + 8 * cRow, x8, y8, add);
        }

        if (sizeof(TRows) > 9)
        {
            Finish<TVectors>(c + 9 * cRow, x9, y9, add);
        }

        if (sizeof(TRows) > 10)
        {
            Finish<TVectors>(c + 10 * cRow, x10, y10, add);
        }

        if (sizeof(TRows) > 11)
        {
            Finish<TVectors>(c + 11 * cRow, x11, y11, add);
        }
    }

    // The lines of the result arrive while the sums are made, where that takes long enough to be worth asking.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch<TRows, TVectors>(TElement* c, long cRow, long depth)
        where TRows : unmanaged, ITileSize
        where TVectors : unmanaged, ITileSize
    {
        if (Sse.IsSupported && depth >= 64)
        {
            for (var row = 0; row < sizeof(TRows); row++)
            {
                Sse.Prefetch0(c);
                Sse.Prefetch0(c + sizeof(TVectors) * TOps.Count - 1);
                c += cRow;
            }
        }
    }

    // Not by TOps.Load and Store: two dozen calls to inline in each tile are time when a program starts.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TVectors>(TElement* c, TVector left, TVector right, bool add)
        where TVectors : unmanaged, ITileSize
    {
        Unsafe.WriteUnaligned(c, add ? TOps.Add(Unsafe.ReadUnaligned<TVector>(c), left) : left);
        if (sizeof(TVectors) > 1)
        {
            c += Unsafe.SizeOf<TVector>() / sizeof(TElement);
            Unsafe.WriteUnaligned(c, add ? TOps.Add(Unsafe.ReadUnaligned<TVector>(c), right) : right);
        }
    }
}
