using System.Runtime.CompilerServices;

namespace Descent.Backends.Cpu;

// Bᵀ d B, two rows at a time: twelve vectors and eight c0, c2, p, p1, p2, q, q1, q2 stay in the registers, nothing is kept in between.
internal static unsafe partial class WinogradTransform<TOps, TVector, TElement>
{
    /// <summary>A transform of the squares of neighbouring tiles, pixels <see cref="WinogradLines.Channels"/> apart, to 36 vectors each.</summary>
    internal interface ISquares
    {
        /// <summary>Rows and columns of a square.</summary>
        static abstract int Size { get; }

        /// <summary>Transforms squares <see cref="WinogradTiles.Side"/> pixels apart.</summary>
        static abstract void Run(TElement* from, long fromRow, TElement* to, long toStep, long toTile, int tiles);
    }

    /// <summary>Bᵀ d B.</summary>
    internal readonly struct Input : ISquares
    {
        private const int Pixel = WinogradLines.Channels;

        public static int Size => 6;

        public static void Run(TElement* from, long fromRow, TElement* to, long toStep, long toTile, int tiles)
        {
            Ends(from, fromRow, to, toStep, toTile, tiles);
            Middle(P, -Q * Q, from, fromRow, to + 6 * toStep, toStep, toTile, tiles);
            Middle(Q, -P * P, from, fromRow, to + 18 * toStep, toStep, toTile, tiles);
        }

        // The first row and the last.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Ends(TElement* from, long fromRow, TElement* to, long toStep, long toTile, int tiles)
        {
            var (c0, c2) = (TOps.Constant(P * P * Q * Q), TOps.Constant(-P * P - Q * Q));
            var (p, p1, p2) = (TOps.Constant(P), TOps.Constant(-P), TOps.Constant(-P * P));
            var (q, q1, q2) = (TOps.Constant(Q), TOps.Constant(-Q), TOps.Constant(-Q * Q));
            for (; tiles > 0; tiles--, from += WinogradTiles.Side * Pixel, to += toTile)
            {
                var lower = from + 3 * fromRow;
                var a = End(from, fromRow, c0, c2);
                var b = End(from + Pixel, fromRow, c0, c2);
                var c = End(from + 2 * Pixel, fromRow, c0, c2);
                var d = End(from + 3 * Pixel, fromRow, c0, c2);
                var e = End(from + 4 * Pixel, fromRow, c0, c2);
                var f = End(from + 5 * Pixel, fromRow, c0, c2);
                Store(a, b, c, d, e, f, c0, c2, p, p1, p2, q, q1, q2, to, toStep);
                a = End(from + fromRow, fromRow, c0, c2);
                b = End(from + fromRow + Pixel, fromRow, c0, c2);
                c = End(from + fromRow + 2 * Pixel, fromRow, c0, c2);
                d = End(from + fromRow + 3 * Pixel, fromRow, c0, c2);
                e = End(from + fromRow + 4 * Pixel, fromRow, c0, c2);
                f = End(from + fromRow + 5 * Pixel, fromRow, c0, c2);
                Store(a, b, c, d, e, f, c0, c2, p, p1, p2, q, q1, q2, to + 30 * toStep, toStep);
            }
        }

        // The rows of ±point.
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        private static void Middle(
            double point,
            double other,
            TElement* from,
            long fromRow,
            TElement* to,
            long toStep,
            long toTile,
            int tiles
        )
        {
            var (c0, c2) = (TOps.Constant(P * P * Q * Q), TOps.Constant(-P * P - Q * Q));
            var (p, p1, p2) = (TOps.Constant(P), TOps.Constant(-P), TOps.Constant(-P * P));
            var (q, q1, q2) = (TOps.Constant(Q), TOps.Constant(-Q), TOps.Constant(-Q * Q));
            var (s, s2, t) = (TOps.Constant(point), TOps.Constant(-point), TOps.Constant(other));
            for (; tiles > 0; tiles--, from += WinogradTiles.Side * Pixel, to += toTile)
            {
                var (even, odd) = (Inner(from + 2 * fromRow, fromRow, t), Inner(from + fromRow, fromRow, t));
                var (a, u) = (TOps.FusedMultiplyAdd(s, odd, even), TOps.FusedMultiplyAdd(s2, odd, even));
                (even, odd) = (
                    Inner(from + 2 * fromRow + Pixel, fromRow, t),
                    Inner(from + fromRow + Pixel, fromRow, t)
                );
                var (b, v) = (TOps.FusedMultiplyAdd(s, odd, even), TOps.FusedMultiplyAdd(s2, odd, even));
                (even, odd) = (
                    Inner(from + 2 * fromRow + 2 * Pixel, fromRow, t),
                    Inner(from + fromRow + 2 * Pixel, fromRow, t)
                );
                var (c, w) = (TOps.FusedMultiplyAdd(s, odd, even), TOps.FusedMultiplyAdd(s2, odd, even));
                (even, odd) = (
                    Inner(from + 2 * fromRow + 3 * Pixel, fromRow, t),
                    Inner(from + fromRow + 3 * Pixel, fromRow, t)
                );
                var (d, x) = (TOps.FusedMultiplyAdd(s, odd, even), TOps.FusedMultiplyAdd(s2, odd, even));
                (even, odd) = (
                    Inner(from + 2 * fromRow + 4 * Pixel, fromRow, t),
                    Inner(from + fromRow + 4 * Pixel, fromRow, t)
                );
                var (e, y) = (TOps.FusedMultiplyAdd(s, odd, even), TOps.FusedMultiplyAdd(s2, odd, even));
                (even, odd) = (
                    Inner(from + 2 * fromRow + 5 * Pixel, fromRow, t),
                    Inner(from + fromRow + 5 * Pixel, fromRow, t)
                );
                var (f, z) = (TOps.FusedMultiplyAdd(s, odd, even), TOps.FusedMultiplyAdd(s2, odd, even));
                Store(a, b, c, d, e, f, c0, c2, p, p1, p2, q, q1, q2, to, toStep);
                Store(u, v, w, x, y, z, c0, c2, p, p1, p2, q, q1, q2, to + 6 * toStep, toStep);
            }
        }

        // p²q² · first − (p² + q²) · third + fifth
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TVector End(TElement* from, long row, TVector c0, TVector c2)
        {
            var sum = TOps.FusedMultiplyAdd(c2, Read(from + 2 * row), Read(from + 4 * row));
            return TOps.FusedMultiplyAdd(c0, Read(from), sum);
        }

        // t · first + third
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static TVector Inner(TElement* from, long row, TVector t) =>
            TOps.FusedMultiplyAdd(t, Read(from), Read(from + 2 * row));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Store(
            TVector a,
            TVector b,
            TVector c,
            TVector d,
            TVector e,
            TVector f,
            TVector c0,
            TVector c2,
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
            Write(to, TOps.FusedMultiplyAdd(c0, a, TOps.FusedMultiplyAdd(c2, c, e)));
            var (even, odd) = (TOps.FusedMultiplyAdd(q2, c, e), TOps.FusedMultiplyAdd(q2, b, d));
            Write(to + step, TOps.FusedMultiplyAdd(p, odd, even));
            Write(to + 2 * step, TOps.FusedMultiplyAdd(p1, odd, even));
            to += 3 * step;
            (even, odd) = (TOps.FusedMultiplyAdd(p2, c, e), TOps.FusedMultiplyAdd(p2, b, d));
            Write(to, TOps.FusedMultiplyAdd(q, odd, even));
            Write(to + step, TOps.FusedMultiplyAdd(q1, odd, even));
            Write(to + 2 * step, TOps.FusedMultiplyAdd(c0, b, TOps.FusedMultiplyAdd(c2, d, f)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Read(TElement* from) => Unsafe.ReadUnaligned<TVector>(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(TElement* to, TVector value) => Unsafe.WriteUnaligned(to, value);
}
