using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The matrices of Winograd's F(2×2, 5×5), applied to lines of vectors: each lane is a tile, a channel or a filter of its own.</summary>
/// <remarks>
/// Lavin and Gray 2016. An output tile of 2×2 pixels is Y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A, with d the 6×6 pixels that it sees and g
/// the filter; 36 products instead of 100. The matrices for the points 0, ±p, ±q and ∞:
/// <code>
///        ┌ p²q²   0   −p²−q²   0     1  0 ┐        ┌ 1/n₀    0      0      0      0   ┐
///        │  0   −pq²   −q²     p     1  0 │        │ 1/n₁  p/n₁  p²/n₁  p³/n₁  p⁴/n₁ │
///   Bᵀ = │  0    pq²   −q²    −p     1  0 │    G = │ 1/n₁ −p/n₁  p²/n₁ −p³/n₁  p⁴/n₁ │    Aᵀ = ┌ 1  1  1  1  1  0 ┐
///        │  0   −p²q   −p²     q     1  0 │        │ 1/n₂  q/n₂  q²/n₂  q³/n₂  q⁴/n₂ │         └ 0  p −p  q −q  1 ┘
///        │  0    p²q   −p²    −q     1  0 │        │ 1/n₂ −q/n₂  q²/n₂ −q³/n₂  q⁴/n₂ │
///        └  0   p²q²    0   −p²−q²   0  1 ┘        └  0      0      0      0      1   ┘
///   n₀ = p²q²   n₁ = 2p²(p² − q²)   n₂ = 2q²(q² − p²)
/// </code>
/// The gradient of the pixels is B [(G g Gᵀ) ⊙ (A dY Aᵀ)] Bᵀ, that of the filter Gᵀ [(A dY Aᵀ) ⊙ (Bᵀ d B)] G. Columns are
/// transformed first, then rows; the order of the additions is part of the results' definition. With ¾ and 1½ the matrices
/// are exact in few bits, and the error is half of what 1 and 2 give.
/// </remarks>
internal static unsafe class WinogradFiveTransform<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    private const double P = 0.75;
    private const double Q = 1.5;
    private const double P2 = P * P;
    private const double Q2 = Q * Q;

    private const int Filter = 5;
    private const int Side = WinogradFiveTiles.Side;

    /// <summary>Elements that a transform needs as a workplace.</summary>
    public static int WorkLength => WinogradFiveTiles.Products * TOps.Count;

    /// <summary>Bᵀ d B of tiles whose row r and column s lie in plane (r mod 2, s) from row r / 2 on, to places <paramref name="step"/> apart; whole vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Input(
        TElement* planes,
        int planeLength,
        int row,
        int count,
        TElement* work,
        TElement* to,
        long step
    )
    {
        var (p, minusP, q, minusQ) = (Constant(P), Constant(-P), Constant(Q), Constant(-Q));
        var (minusP2, minusQ2, product, minusSum) = (
            Constant(-P2),
            Constant(-Q2),
            Constant(P2 * Q2),
            Constant(-P2 - Q2)
        );
        for (var tile = 0; tile < count; tile += TOps.Count)
        {
            // First down the columns to the workplace, then along its rows.
            var even = planes + tile;
            var odd = even + Side * planeLength;
            var target = work;
            var (pair, next, toStep, toNext) = (row, planeLength, (long)Side * TOps.Count, (long)TOps.Count);
            for (var pass = 0; pass < 2; pass++)
            {
                for (var line = 0; line < Side; line++)
                {
                    var (d0, d2, d4) = (TOps.Load(even), TOps.Load(even + pair), TOps.Load(even + 2 * pair));
                    var (d1, d3, d5) = (TOps.Load(odd), TOps.Load(odd + pair), TOps.Load(odd + 2 * pair));
                    var to3 = target + 3 * toStep;
                    TOps.Store(target, Sum(product, d0, minusSum, d2, d4));
                    var (sum, difference) = (
                        TOps.FusedMultiplyAdd(minusQ2, d2, d4),
                        TOps.FusedMultiplyAdd(minusQ2, d1, d3)
                    );
                    TOps.Store(target + toStep, TOps.FusedMultiplyAdd(p, difference, sum));
                    TOps.Store(target + 2 * toStep, TOps.FusedMultiplyAdd(minusP, difference, sum));
                    (sum, difference) = (
                        TOps.FusedMultiplyAdd(minusP2, d2, d4),
                        TOps.FusedMultiplyAdd(minusP2, d1, d3)
                    );
                    TOps.Store(to3, TOps.FusedMultiplyAdd(q, difference, sum));
                    TOps.Store(to3 + toStep, TOps.FusedMultiplyAdd(minusQ, difference, sum));
                    TOps.Store(to3 + 2 * toStep, Sum(product, d1, minusSum, d3, d5));
                    even += next;
                    odd += next;
                    target += toNext;
                }

                even = work;
                odd = work + TOps.Count;
                target = to + tile;
                (pair, next, toStep, toNext) = (2 * TOps.Count, Side * TOps.Count, step, Side * step);
            }
        }
    }

    /// <summary>B m Bᵀ of tiles whose products lie <paramref name="step"/> apart, to planes <paramref name="planeLength"/> apart, row by row; of the last vector only what there are tiles for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void InputGradient(
        TElement* m,
        long step,
        int count,
        TElement* work,
        TElement* planes,
        long planeLength
    )
    {
        var (p, q, minusP2, minusQ2) = (Constant(P), Constant(Q), Constant(-P2), Constant(-Q2));
        var (minusPq2, minusP2q) = (Constant(-P * Q2), Constant(-P2 * Q));
        var (product, minusSum) = (Constant(P2 * Q2), Constant(-P2 - Q2));
        for (var tile = 0; tile < count; tile += TOps.Count)
        {
            var from = m + tile;
            var to = work;
            var (fromStep, fromNext, used) = (Side * step, step, TOps.Count);
            var (toStep, toNext) = ((long)Side * TOps.Count, (long)TOps.Count);
            for (var pass = 0; pass < 2; pass++)
            {
                for (var line = 0; line < Side; line++)
                {
                    var from3 = from + 3 * fromStep;
                    var (m0, m1, m2) = (TOps.Load(from), TOps.Load(from + fromStep), TOps.Load(from + 2 * fromStep));
                    var (m3, m4, m5) = (TOps.Load(from3), TOps.Load(from3 + fromStep), TOps.Load(from3 + 2 * fromStep));
                    var (sum, difference) = (TOps.Add(m1, m2), TOps.Subtract(m1, m2));
                    var (outerSum, outer) = (TOps.Add(m3, m4), TOps.Subtract(m3, m4));
                    Store(to, Times(product, m0), used);
                    var value = Sum(minusPq2, difference, minusP2q, outer, Times(product, m5));
                    Store(to + toStep, value, used);
                    value = Sum(minusQ2, sum, minusP2, outerSum, Times(minusSum, m0));
                    Store(to + 2 * toStep, value, used);
                    var to3 = to + 3 * toStep;
                    Store(to3, Sum(p, difference, q, outer, Times(minusSum, m5)), used);
                    Store(to3 + toStep, TOps.Add(m0, TOps.Add(sum, outerSum)), used);
                    Store(to3 + 2 * toStep, m5, used);
                    from += fromNext;
                    to += toNext;
                }

                from = work;
                to = planes + tile;
                (fromStep, fromNext, used) = (TOps.Count, Side * TOps.Count, count - tile);
                (toStep, toNext) = (planeLength, Side * planeLength);
            }
        }
    }

    /// <summary>G g Gᵀ of 25 vectors of filters <paramref name="gStep"/> apart, to places <paramref name="step"/> apart, of each the first elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Filters(TElement* g, long gStep, TElement* work, TElement* u, long step, int count)
    {
        for (var s = 0; s < Filter; s++)
        {
            var to = work + s * TOps.Count;
            FilterLine(g + s * gStep, Filter * gStep, to, Filter * TOps.Count, TOps.Count);
        }

        for (var r = 0; r < Side; r++)
        {
            FilterLine(work + r * Filter * TOps.Count, TOps.Count, u + r * Side * step, step, count);
        }
    }

    /// <summary>Gᵀ u G of 36 vectors <paramref name="step"/> apart, to 25 places <paramref name="toStep"/> apart, of each the first elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FilterGradient(TElement* u, long step, TElement* work, TElement* to, long toStep, int count)
    {
        for (var s = 0; s < Side; s++)
        {
            GatherLine(u + s * step, Side * step, work + s * TOps.Count, Side * TOps.Count, TOps.Count);
        }

        for (var r = 0; r < Filter; r++)
        {
            GatherLine(work + r * Side * TOps.Count, TOps.Count, to + r * Filter * toStep, toStep, count);
        }
    }

    /// <summary>Aᵀ m A of 36 vectors <paramref name="step"/> apart: the pixels of the upper row, then of the lower one, left before right.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output(
        TElement* m,
        long step,
        TVector p,
        TVector q,
        out TVector a,
        out TVector b,
        out TVector c,
        out TVector d
    )
    {
        var (a0, c0) = OutputLine(m, Side * step, p, q);
        var (a1, c1) = OutputLine(m + step, Side * step, p, q);
        var (a2, c2) = OutputLine(m + 2 * step, Side * step, p, q);
        var (a3, c3) = OutputLine(m + 3 * step, Side * step, p, q);
        var (a4, c4) = OutputLine(m + 4 * step, Side * step, p, q);
        var (a5, c5) = OutputLine(m + 5 * step, Side * step, p, q);
        (a, b) = OutputLine(a0, a1, a2, a3, a4, a5, p, q);
        (c, d) = OutputLine(c0, c1, c2, c3, c4, c5, p, q);
    }

    /// <summary>A dY Aᵀ of tiles whose pixels lie <paramref name="right"/> and <paramref name="below"/> each other, to places <paramref name="step"/> apart; whole vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void OutputGradient(TElement* from, long right, long below, int count, TElement* to, long step)
    {
        var (p, q) = Points();
        var (minusP, minusQ) = (TOps.Subtract(default, p), TOps.Subtract(default, q));
        var next = Side * step;
        for (var tile = 0; tile < count; tile += TOps.Count)
        {
            var a = TOps.Load(from + tile);
            var b = TOps.Load(from + tile + right);
            var c = TOps.Load(from + tile + below);
            var d = TOps.Load(from + tile + below + right);
            var line = to + tile;
            SpreadLine(a, b, p, minusP, q, minusQ, line, step);
            line += next;
            SpreadLine(
                TOps.FusedMultiplyAdd(p, c, a),
                TOps.FusedMultiplyAdd(p, d, b),
                p,
                minusP,
                q,
                minusQ,
                line,
                step
            );
            line += next;
            var (left, other) = (TOps.FusedMultiplyAdd(minusP, c, a), TOps.FusedMultiplyAdd(minusP, d, b));
            SpreadLine(left, other, p, minusP, q, minusQ, line, step);
            line += next;
            SpreadLine(
                TOps.FusedMultiplyAdd(q, c, a),
                TOps.FusedMultiplyAdd(q, d, b),
                p,
                minusP,
                q,
                minusQ,
                line,
                step
            );
            line += next;
            (left, other) = (TOps.FusedMultiplyAdd(minusQ, c, a), TOps.FusedMultiplyAdd(minusQ, d, b));
            SpreadLine(left, other, p, minusP, q, minusQ, line, step);
            line += next;
            SpreadLine(c, d, p, minusP, q, minusQ, line, step);
        }
    }

    /// <summary>p and q in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (TVector P, TVector Q) Points() => (Constant(P), Constant(Q));

    // G; a method of its own, that it need not be compiled for columns and rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void FilterLine(TElement* from, long fromStep, TElement* to, long step, int count)
    {
        var (g0, g1, g2) = (TOps.Load(from), TOps.Load(from + fromStep), TOps.Load(from + 2 * fromStep));
        var (g3, g4) = (TOps.Load(from + 3 * fromStep), TOps.Load(from + 4 * fromStep));
        Store(to, Times(Constant(1 / (P2 * Q2)), g0), count);
        var (x2, n) = (Constant(P2), Constant(1 / (2 * P2 * (P2 - Q2))));
        var even = TOps.FusedMultiplyAdd(x2, TOps.FusedMultiplyAdd(x2, g4, g2), g0);
        var odd = Times(Constant(P), TOps.FusedMultiplyAdd(x2, g3, g1));
        Store(to + step, Times(n, TOps.Add(even, odd)), count);
        Store(to + 2 * step, Times(n, TOps.Subtract(even, odd)), count);
        (x2, n) = (Constant(Q2), Constant(1 / (2 * Q2 * (Q2 - P2))));
        even = TOps.FusedMultiplyAdd(x2, TOps.FusedMultiplyAdd(x2, g4, g2), g0);
        odd = Times(Constant(Q), TOps.FusedMultiplyAdd(x2, g3, g1));
        Store(to + 3 * step, Times(n, TOps.Add(even, odd)), count);
        Store(to + 4 * step, Times(n, TOps.Subtract(even, odd)), count);
        Store(to + 5 * step, g4, count);
    }

    // Gᵀ; likewise.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void GatherLine(TElement* from, long fromStep, TElement* to, long step, int count)
    {
        var (u0, u5) = (TOps.Load(from), TOps.Load(from + 5 * fromStep));
        var (u1, u2) = (TOps.Load(from + fromStep), TOps.Load(from + 2 * fromStep));
        var (u3, u4) = (TOps.Load(from + 3 * fromStep), TOps.Load(from + 4 * fromStep));
        var n = Constant(1 / (2 * P2 * (P2 - Q2)));
        var (even, odd) = (Times(n, TOps.Add(u1, u2)), Times(n, TOps.Subtract(u1, u2)));
        n = Constant(1 / (2 * Q2 * (Q2 - P2)));
        var (outerEven, outerOdd) = (Times(n, TOps.Add(u3, u4)), Times(n, TOps.Subtract(u3, u4)));
        var first = TOps.FusedMultiplyAdd(Constant(1 / (P2 * Q2)), u0, even);
        Store(to, TOps.Add(first, outerEven), count);
        Store(to + step, TOps.FusedMultiplyAdd(Constant(Q), outerOdd, Times(Constant(P), odd)), count);
        Store(to + 2 * step, TOps.FusedMultiplyAdd(Constant(Q2), outerEven, Times(Constant(P2), even)), count);
        Store(to + 3 * step, TOps.FusedMultiplyAdd(Constant(Q * Q2), outerOdd, Times(Constant(P * P2), odd)), count);
        Store(to + 4 * step, Sum(Constant(Q2 * Q2), outerEven, Constant(P2 * P2), even, u5), count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector, TVector) OutputLine(TElement* m, long step, TVector p, TVector q)
    {
        var m3 = m + 3 * step;
        var (v0, v1, v2) = (TOps.Load(m), TOps.Load(m + step), TOps.Load(m + 2 * step));
        return OutputLine(v0, v1, v2, TOps.Load(m3), TOps.Load(m3 + step), TOps.Load(m3 + 2 * step), p, q);
    }

    // Aᵀ
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector, TVector) OutputLine(
        TVector m0,
        TVector m1,
        TVector m2,
        TVector m3,
        TVector m4,
        TVector m5,
        TVector p,
        TVector q
    ) =>
        (
            TOps.Add(TOps.Add(m0, TOps.Add(m1, m2)), TOps.Add(m3, m4)),
            Sum(q, TOps.Subtract(m3, m4), p, TOps.Subtract(m1, m2), m5)
        );

    // A
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SpreadLine(
        TVector a,
        TVector b,
        TVector p,
        TVector minusP,
        TVector q,
        TVector minusQ,
        TElement* to,
        long step
    )
    {
        var to3 = to + 3 * step;
        TOps.Store(to, a);
        TOps.Store(to + step, TOps.FusedMultiplyAdd(p, b, a));
        TOps.Store(to + 2 * step, TOps.FusedMultiplyAdd(minusP, b, a));
        TOps.Store(to3, TOps.FusedMultiplyAdd(q, b, a));
        TOps.Store(to3 + step, TOps.FusedMultiplyAdd(minusQ, b, a));
        TOps.Store(to3 + 2 * step, b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Constant(double value)
    {
        var one = Lane<TElement>.Constant(value).Value;
        return TOps.Broadcast(&one);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Times(TVector factor, TVector value) => TOps.FusedMultiplyAdd(factor, value, default);

    // a · x + (b · y + z)
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Sum(TVector a, TVector x, TVector b, TVector y, TVector z) =>
        TOps.FusedMultiplyAdd(a, x, TOps.FusedMultiplyAdd(b, y, z));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TElement* to, TVector value, int count)
    {
        if (count >= TOps.Count)
        {
            TOps.Store(to, value);
        }
        else
        {
            TOps.StorePartial(to, value, count);
        }
    }
}
