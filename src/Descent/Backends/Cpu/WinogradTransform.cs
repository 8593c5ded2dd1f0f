using System.Runtime.CompilerServices;

namespace Descent.Backends.Cpu;

/// <summary>The matrices of Winograd's F(4×4, 3×3), applied to squares of vectors: each lane is a channel of its own.</summary>
/// <remarks>
/// Lavin and Gray 2016. An output tile of 4×4 pixels is Y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A, with d the 6×6 pixels that it sees
/// and g the filter; 36 products instead of 144. The matrices for the points 0, ±p, ±q and ∞:
/// <code>
///        ┌ p²q²   0   −p²−q²   0     1  0 ┐        ┌ 1/n₀     0       0   ┐
///        │  0   −pq²   −q²     p     1  0 │        │ 1/n₁   p/n₁   p²/n₁  │          ┌ 1  1   1   1   1  0 ┐
///   Bᵀ = │  0    pq²   −q²    −p     1  0 │    G = │ 1/n₁  −p/n₁   p²/n₁  │    Aᵀ = │ 0  p  −p   q  −q  0 │
///        │  0   −p²q   −p²     q     1  0 │        │ 1/n₂   q/n₂   q²/n₂  │          │ 0  p²  p²  q²  q² 0 │
///        │  0    p²q   −p²    −q     1  0 │        │ 1/n₂  −q/n₂   q²/n₂  │          └ 0  p³ −p³  q³ −q³ 1 ┘
///        └  0   p²q²    0   −p²−q²   0  1 ┘        └  0       0       1   ┘
///   n₀ = p²q²   n₁ = 2p²(p² − q²)   n₂ = 2q²(q² − p²)
/// </code>
/// The gradient of the filter is Gᵀ [(A dY Aᵀ) ⊙ (Bᵀ d B)] G. Each line is transformed as it stands here, first down the
/// columns, then along the rows: the order is part of the results' definition.
/// </remarks>
internal static unsafe partial class WinogradTransform<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    /// <summary>Elements that <see cref="Run"/> needs in between.</summary>
    public const int SpareLength = 3 * 6 * 16;

    // Small numbers and their inverses lose the fewest digits; exact in binary.
    private const double P = 0.625;
    private const double Q = 1.5;

    /// <summary>A matrix, by what it makes of a line.</summary>
    internal interface ILine
    {
        /// <summary>Vectors that a line has.</summary>
        static abstract int From { get; }

        /// <summary>Vectors that become of it.</summary>
        static abstract int To { get; }

        /// <summary>Transforms vectors <paramref name="fromStep"/> apart to vectors <paramref name="toStep"/> apart.</summary>
        static abstract void Run(TElement* from, long fromStep, TElement* to, long toStep);
    }

    /// <summary>M · square · Mᵀ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TLine>(
        TElement* from,
        long fromRow,
        long fromColumn,
        TElement* to,
        long toRow,
        long toColumn,
        TElement* spare
    )
        where TLine : struct, ILine
    {
        for (var column = 0; column < TLine.From; column++)
        {
            TLine.Run(from + column * fromColumn, fromRow, spare + column * TOps.Count, TLine.From * TOps.Count);
        }

        for (var row = 0; row < TLine.To; row++)
        {
            TLine.Run(spare + row * TLine.From * TOps.Count, TOps.Count, to + row * toRow, toColumn);
        }
    }

    /// <summary>G.</summary>
    internal readonly struct Filter : ILine
    {
        public static int From => 3;

        public static int To => 6;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run(TElement* from, long fromStep, TElement* to, long toStep)
        {
            var a = TOps.Load(from);
            var b = TOps.Load(from + fromStep);
            var c = TOps.Load(from + 2 * fromStep);
            TOps.Store(to, Times(1 / N0, a));
            var (even, odd) = (Add(P * P / N1, c, Times(1 / N1, a)), Times(P / N1, b));
            TOps.Store(to + toStep, TOps.Add(even, odd));
            TOps.Store(to + 2 * toStep, TOps.Subtract(even, odd));
            (even, odd) = (Add(Q * Q / N2, c, Times(1 / N2, a)), Times(Q / N2, b));
            TOps.Store(to + 3 * toStep, TOps.Add(even, odd));
            TOps.Store(to + 4 * toStep, TOps.Subtract(even, odd));
            TOps.Store(to + 5 * toStep, c);
        }
    }

    /// <summary>Gᵀ.</summary>
    internal readonly struct FilterGradient : ILine
    {
        public static int From => 6;

        public static int To => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Run(TElement* from, long fromStep, TElement* to, long toStep)
        {
            var b = TOps.Load(from + fromStep);
            var c = TOps.Load(from + 2 * fromStep);
            var d = TOps.Load(from + 3 * fromStep);
            var e = TOps.Load(from + 4 * fromStep);
            var (even, odd) = (Times(1 / N1, TOps.Add(b, c)), Times(P / N1, TOps.Subtract(b, c)));
            var (even2, odd2) = (Times(1 / N2, TOps.Add(d, e)), Times(Q / N2, TOps.Subtract(d, e)));
            TOps.Store(to, Add(1 / N0, TOps.Load(from), TOps.Add(even, even2)));
            TOps.Store(to + toStep, TOps.Add(odd, odd2));
            var last = Add(Q * Q, even2, TOps.Load(from + 5 * fromStep));
            TOps.Store(to + 2 * toStep, Add(P * P, even, last));
        }
    }

    private const double N0 = P * P * Q * Q;
    private const double N1 = 2 * P * P * (P * P - Q * Q);
    private const double N2 = 2 * Q * Q * (Q * Q - P * P);

    // factor · value + sum
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Add(double factor, TVector value, TVector sum) =>
        TOps.FusedMultiplyAdd(TOps.Constant(factor), value, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Times(double factor, TVector value) =>
        TOps.FusedMultiplyAdd(TOps.Constant(factor), value, default);
}
