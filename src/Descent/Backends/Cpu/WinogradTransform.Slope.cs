using System.Runtime.CompilerServices;

namespace Descent.Backends.Cpu;

// A dY Aᵀ, two rows at a time as in Bᵀ d B.
internal static unsafe partial class WinogradTransform<TOps, TVector, TElement>
{
    /// <summary>A dY Aᵀ.</summary>
    internal readonly struct OutputGradient : ISquares
    {
        private const int Pixel = WinogradLines.Channels;

        public static int Size => 4;

        public static void Run(TElement* from, long fromRow, TElement* to, long toStep, long toTile, int tiles)
        {
            End(from, to, toStep, toTile, tiles);
            Middle(P, from, fromRow, to + 6 * toStep, toStep, toTile, tiles);
            Middle(Q, from, fromRow, to + 18 * toStep, toStep, toTile, tiles);
            End(from + 3 * fromRow, to + 30 * toStep, toStep, toTile, tiles);
        }

        // The first row or the last.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void End(TElement* from, TElement* to, long toStep, long toTile, int tiles)
        {
            var (p, p1, p2) = (TOps.Constant(P), TOps.Constant(-P), TOps.Constant(P * P));
            var (q, q1, q2) = (TOps.Constant(Q), TOps.Constant(-Q), TOps.Constant(Q * Q));
            for (; tiles > 0; tiles--, from += WinogradTiles.Side * Pixel, to += toTile)
            {
                var (a, b) = (Read(from), Read(from + Pixel));
                var (c, d) = (Read(from + 2 * Pixel), Read(from + 3 * Pixel));
                Store(a, b, c, d, p, p1, p2, q, q1, q2, to, toStep);
            }
        }

        // The rows of ±point.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Middle(
            double point,
            TElement* from,
            long fromRow,
            TElement* to,
            long toStep,
            long toTile,
            int tiles
        )
        {
            var (p, p1, p2) = (TOps.Constant(P), TOps.Constant(-P), TOps.Constant(P * P));
            var (q, q1, q2) = (TOps.Constant(Q), TOps.Constant(-Q), TOps.Constant(Q * Q));
            var (s, s1, s2) = (TOps.Constant(point), TOps.Constant(-point), TOps.Constant(point * point));
            for (; tiles > 0; tiles--, from += WinogradTiles.Side * Pixel, to += toTile)
            {
                var (even, odd) = (Inner(from, fromRow, s2), Inner(from + fromRow, fromRow, s2));
                var (a, u) = (TOps.FusedMultiplyAdd(s, odd, even), TOps.FusedMultiplyAdd(s1, odd, even));
                (even, odd) = (Inner(from + Pixel, fromRow, s2), Inner(from + fromRow + Pixel, fromRow, s2));
                var (b, v) = (TOps.FusedMultiplyAdd(s, odd, even), TOps.FusedMultiplyAdd(s1, odd, even));
                (even, odd) = (Inner(from + 2 * Pixel, fromRow, s2), Inner(from + fromRow + 2 * Pixel, fromRow, s2));
                var (c, w) = (TOps.FusedMultiplyAdd(s, odd, even), TOps.FusedMultiplyAdd(s1, odd, even));
                (even, odd) = (Inner(from + 3 * Pixel, fromRow, s2), Inner(from + fromRow + 3 * Pixel, fromRow, s2));
                var (d, x) = (TOps.FusedMultiplyAdd(s, odd, even), TOps.FusedMultiplyAdd(s1, odd, even));
                Store(a, b, c, d, p, p1, p2, q, q1, q2, to, toStep);
                Store(u, v, w, x, p, p1, p2, q, q1, q2, to + 6 * toStep, toStep);
            }
        }

        // first + s² · third
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TVector Inner(TElement* from, long row, TVector s2) =>
            TOps.FusedMultiplyAdd(s2, Read(from + 2 * row), Read(from));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Store(
            TVector a,
            TVector b,
            TVector c,
            TVector d,
            TVector p,
            TVector p1,
            TVector p2,
            TVector q,
            TVector q1,
            TVector q2,
            TElement* to,
            long step
        )
        {
            Write(to, a);
            var (even, odd) = (TOps.FusedMultiplyAdd(p2, c, a), TOps.FusedMultiplyAdd(p2, d, b));
            Write(to + step, TOps.FusedMultiplyAdd(p, odd, even));
            Write(to + 2 * step, TOps.FusedMultiplyAdd(p1, odd, even));
            to += 3 * step;
            (even, odd) = (TOps.FusedMultiplyAdd(q2, c, a), TOps.FusedMultiplyAdd(q2, d, b));
            Write(to, TOps.FusedMultiplyAdd(q, odd, even));
            Write(to + step, TOps.FusedMultiplyAdd(q1, odd, even));
            Write(to + 2 * step, d);
        }
    }
}
