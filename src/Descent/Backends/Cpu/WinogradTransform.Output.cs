using System.Runtime.CompilerServices;

namespace Descent.Backends.Cpu;

// Aᵀ m A, two rows at a time as in Bᵀ d B.
internal static unsafe partial class WinogradTransform<TOps, TVector, TElement>
{
    /// <summary>Aᵀ m A.</summary>
    internal static class Output
    {
        private const int Side = WinogradTiles.Side;

        /// <summary>Transforms a row of tiles, from the last to the first: what one writes beyond the row, others overwrite.</summary>
        public static void Run(TElement* from, long fromStep, TElement* to, long toRow, int pixel, int tiles)
        {
            for (var tile = tiles - 1; tile >= 0; tile--)
            {
                Even(from + tile * pixel, fromStep, to + tile * Side * pixel, toRow, pixel);
                Odd(from + tile * pixel, fromStep, to + tile * Side * pixel, toRow, pixel);
            }
        }

        // The rows of even powers.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Even(TElement* from, long step, TElement* to, long toRow, long pixel)
        {
            var (p, p2, p3) = (TOps.Constant(P), TOps.Constant(P * P), TOps.Constant(P * P * P));
            var (q, q2, q3) = (TOps.Constant(Q), TOps.Constant(Q * Q), TOps.Constant(Q * Q * Q));
            var row = 6 * step;
            var (even, even2) = (Sum(from + row, row), Sum(from + 3 * row, row));
            var a = TOps.Add(TOps.Add(Read(from), even), even2);
            var u = TOps.FusedMultiplyAdd(q2, even2, Times(p2, even));
            from += step;
            (even, even2) = (Sum(from + row, row), Sum(from + 3 * row, row));
            var b = TOps.Add(TOps.Add(Read(from), even), even2);
            var v = TOps.FusedMultiplyAdd(q2, even2, Times(p2, even));
            from += step;
            (even, even2) = (Sum(from + row, row), Sum(from + 3 * row, row));
            var c = TOps.Add(TOps.Add(Read(from), even), even2);
            var w = TOps.FusedMultiplyAdd(q2, even2, Times(p2, even));
            from += step;
            (even, even2) = (Sum(from + row, row), Sum(from + 3 * row, row));
            var d = TOps.Add(TOps.Add(Read(from), even), even2);
            var x = TOps.FusedMultiplyAdd(q2, even2, Times(p2, even));
            from += step;
            (even, even2) = (Sum(from + row, row), Sum(from + 3 * row, row));
            var e = TOps.Add(TOps.Add(Read(from), even), even2);
            var y = TOps.FusedMultiplyAdd(q2, even2, Times(p2, even));
            from += step;
            (even, even2) = (Sum(from + row, row), Sum(from + 3 * row, row));
            var f = TOps.Add(TOps.Add(Read(from), even), even2);
            var z = TOps.FusedMultiplyAdd(q2, even2, Times(p2, even));
            from += step;
            Store(a, b, c, d, e, f, p, p2, p3, q, q2, q3, to, pixel);
            Store(u, v, w, x, y, z, p, p2, p3, q, q2, q3, to + 2 * toRow, pixel);
        }

        // The rows of odd powers.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Odd(TElement* from, long step, TElement* to, long toRow, long pixel)
        {
            var (p, p2, p3) = (TOps.Constant(P), TOps.Constant(P * P), TOps.Constant(P * P * P));
            var (q, q2, q3) = (TOps.Constant(Q), TOps.Constant(Q * Q), TOps.Constant(Q * Q * Q));
            var row = 6 * step;
            var (odd, odd2) = (Difference(from + row, row), Difference(from + 3 * row, row));
            var a = TOps.FusedMultiplyAdd(q, odd2, Times(p, odd));
            var u = TOps.FusedMultiplyAdd(q3, odd2, TOps.FusedMultiplyAdd(p3, odd, Read(from + 5 * row)));
            from += step;
            (odd, odd2) = (Difference(from + row, row), Difference(from + 3 * row, row));
            var b = TOps.FusedMultiplyAdd(q, odd2, Times(p, odd));
            var v = TOps.FusedMultiplyAdd(q3, odd2, TOps.FusedMultiplyAdd(p3, odd, Read(from + 5 * row)));
            from += step;
            (odd, odd2) = (Difference(from + row, row), Difference(from + 3 * row, row));
            var c = TOps.FusedMultiplyAdd(q, odd2, Times(p, odd));
            var w = TOps.FusedMultiplyAdd(q3, odd2, TOps.FusedMultiplyAdd(p3, odd, Read(from + 5 * row)));
            from += step;
            (odd, odd2) = (Difference(from + row, row), Difference(from + 3 * row, row));
            var d = TOps.FusedMultiplyAdd(q, odd2, Times(p, odd));
            var x = TOps.FusedMultiplyAdd(q3, odd2, TOps.FusedMultiplyAdd(p3, odd, Read(from + 5 * row)));
            from += step;
            (odd, odd2) = (Difference(from + row, row), Difference(from + 3 * row, row));
            var e = TOps.FusedMultiplyAdd(q, odd2, Times(p, odd));
            var y = TOps.FusedMultiplyAdd(q3, odd2, TOps.FusedMultiplyAdd(p3, odd, Read(from + 5 * row)));
            from += step;
            (odd, odd2) = (Difference(from + row, row), Difference(from + 3 * row, row));
            var f = TOps.FusedMultiplyAdd(q, odd2, Times(p, odd));
            var z = TOps.FusedMultiplyAdd(q3, odd2, TOps.FusedMultiplyAdd(p3, odd, Read(from + 5 * row)));
            from += step;
            Store(a, b, c, d, e, f, p, p2, p3, q, q2, q3, to + toRow, pixel);
            Store(u, v, w, x, y, z, p, p2, p3, q, q2, q3, to + 3 * toRow, pixel);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TVector Sum(TElement* from, long row) => TOps.Add(Read(from), Read(from + row));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TVector Difference(TElement* from, long row) => TOps.Subtract(Read(from), Read(from + row));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TVector Times(TVector factor, TVector value) => TOps.FusedMultiplyAdd(factor, value, default);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Store(
            TVector a,
            TVector b,
            TVector c,
            TVector d,
            TVector e,
            TVector f,
            TVector p,
            TVector p2,
            TVector p3,
            TVector q,
            TVector q2,
            TVector q3,
            TElement* to,
            long pixel
        )
        {
            var (even, even2) = (TOps.Add(b, c), TOps.Add(d, e));
            var (odd, odd2) = (TOps.Subtract(b, c), TOps.Subtract(d, e));
            Write(to, TOps.Add(TOps.Add(a, even), even2));
            Write(to + pixel, TOps.FusedMultiplyAdd(q, odd2, Times(p, odd)));
            Write(to + 2 * pixel, TOps.FusedMultiplyAdd(q2, even2, Times(p2, even)));
            Write(to + 3 * pixel, TOps.FusedMultiplyAdd(q3, odd2, TOps.FusedMultiplyAdd(p3, odd, f)));
        }
    }
}
