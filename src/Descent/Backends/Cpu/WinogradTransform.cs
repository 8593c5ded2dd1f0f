using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>The matrices of Winograd's F(2×2, 3×3), applied to 4×4, 3×3 or 2×2 vectors at a time: each lane is a tile or a channel of its own.</summary>
/// <remarks>
/// Lavin and Gray 2016, section 4.1. An output tile of 2×2 pixels is Y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A, with d the 4×4 pixels that
/// it sees and g the filter:
/// <code>
///        ┌ 1  0 −1  0 ┐        ┌ 1  0  0 ┐
///   Bᵀ = │ 0  1  1  0 │    G = │ ½  ½  ½ │    Aᵀ = ┌ 1  1  1  0 ┐
///        │ 0 −1  1  0 │        │ ½ −½  ½ │         └ 0  1 −1 −1 ┘
///        └ 0  1  0 −1 ┘        └ 0  0  1 ┘
/// </code>
/// 16 products instead of 36. The gradient of the filter is Gᵀ [(A dY Aᵀ) ⊙ (Bᵀ d B)] G. Each line is transformed as it
/// stands here, first down the columns, then along the rows: the order is part of the results' definition.
/// </remarks>
internal static unsafe class WinogradTransform<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    /// <summary>Bᵀ d B of the vectors at <paramref name="d"/> plus each of 16 distances, to places <paramref name="step"/> apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input(TElement* d, int* at, TElement* to, long step)
    {
        var p = InputLine(TOps.Load(d + at[0]), TOps.Load(d + at[4]), TOps.Load(d + at[8]), TOps.Load(d + at[12]));
        var q = InputLine(TOps.Load(d + at[1]), TOps.Load(d + at[5]), TOps.Load(d + at[9]), TOps.Load(d + at[13]));
        var r = InputLine(TOps.Load(d + at[2]), TOps.Load(d + at[6]), TOps.Load(d + at[10]), TOps.Load(d + at[14]));
        var s = InputLine(TOps.Load(d + at[3]), TOps.Load(d + at[7]), TOps.Load(d + at[11]), TOps.Load(d + at[15]));
        Store(InputLine(p.A, q.A, r.A, s.A), to, step);
        Store(InputLine(p.B, q.B, r.B, s.B), to + 4 * step, step);
        Store(InputLine(p.C, q.C, r.C, s.C), to + 8 * step, step);
        Store(InputLine(p.D, q.D, r.D, s.D), to + 12 * step, step);
    }

    /// <summary>G g Gᵀ of nine vectors <paramref name="gStep"/> apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Filter(TElement* g, long gStep, TElement* to, long step)
    {
        var p = FilterLine(TOps.Load(g), TOps.Load(g + 3 * gStep), TOps.Load(g + 6 * gStep));
        var q = FilterLine(TOps.Load(g + gStep), TOps.Load(g + 4 * gStep), TOps.Load(g + 7 * gStep));
        var r = FilterLine(TOps.Load(g + 2 * gStep), TOps.Load(g + 5 * gStep), TOps.Load(g + 8 * gStep));
        Store(FilterLine(p.A, q.A, r.A), to, step);
        Store(FilterLine(p.B, q.B, r.B), to + 4 * step, step);
        Store(FilterLine(p.C, q.C, r.C), to + 8 * step, step);
        Store(FilterLine(p.D, q.D, r.D), to + 12 * step, step);
    }

    /// <summary>Aᵀ m A of 16 vectors <paramref name="step"/> apart: the pixels of the upper row, then of the lower one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Four Output(TElement* m, long step)
    {
        var p = OutputLine(Load(m, 4 * step));
        var q = OutputLine(Load(m + step, 4 * step));
        var r = OutputLine(Load(m + 2 * step, 4 * step));
        var s = OutputLine(Load(m + 3 * step, 4 * step));
        var upper = OutputLine(new Four(p.A, q.A, r.A, s.A));
        var lower = OutputLine(new Four(p.B, q.B, r.B, s.B));
        return new Four(upper.A, upper.B, lower.A, lower.B);
    }

    /// <summary>A dY Aᵀ of the vectors at <paramref name="dy"/> plus each of four distances.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OutputGradient(TElement* dy, int* at, TElement* to, long step)
    {
        var p = SpreadLine(TOps.Load(dy + at[0]), TOps.Load(dy + at[2]));
        var q = SpreadLine(TOps.Load(dy + at[1]), TOps.Load(dy + at[3]));
        Store(SpreadLine(p.A, q.A), to, step);
        Store(SpreadLine(p.B, q.B), to + 4 * step, step);
        Store(SpreadLine(p.C, q.C), to + 8 * step, step);
        Store(SpreadLine(p.D, q.D), to + 12 * step, step);
    }

    /// <summary>Gᵀ u G of 16 vectors <paramref name="step"/> apart, to nine places <paramref name="toStep"/> apart, of each the first elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FilterGradient(TElement* u, long step, TElement* to, long toStep, int count)
    {
        var p = GatherLine(Load(u, 4 * step));
        var q = GatherLine(Load(u + step, 4 * step));
        var r = GatherLine(Load(u + 2 * step, 4 * step));
        var s = GatherLine(Load(u + 3 * step, 4 * step));
        Store3(GatherLine(new Four(p.A, q.A, r.A, s.A)), to, toStep, count);
        Store3(GatherLine(new Four(p.B, q.B, r.B, s.B)), to + 3 * toStep, toStep, count);
        Store3(GatherLine(new Four(p.C, q.C, r.C, s.C)), to + 6 * toStep, toStep, count);
    }

    // Bᵀ
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Four InputLine(TVector a, TVector b, TVector c, TVector d) =>
        new(TOps.Subtract(a, c), TOps.Add(b, c), TOps.Subtract(c, b), TOps.Subtract(b, d));

    // G
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Four FilterLine(TVector a, TVector b, TVector c)
    {
        var ends = TOps.Add(a, c);
        return new(a, Half(TOps.Add(ends, b)), Half(TOps.Subtract(ends, b)), c);
    }

    // Aᵀ
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector A, TVector B) OutputLine(Four m) =>
        (TOps.Add(TOps.Add(m.A, m.B), m.C), TOps.Subtract(TOps.Subtract(m.B, m.C), m.D));

    // A
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Four SpreadLine(TVector a, TVector b) =>
        new(a, TOps.Add(a, b), TOps.Subtract(a, b), TOps.Subtract(default(TVector), b));

    // Gᵀ
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector A, TVector B, TVector C) GatherLine(Four u)
    {
        var sum = Half(TOps.Add(u.B, u.C));
        return (TOps.Add(u.A, sum), Half(TOps.Subtract(u.B, u.C)), TOps.Add(sum, u.D));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Half(TVector value)
    {
        var half = Lane<TElement>.Constant(0.5).Value;
        return TOps.FusedMultiplyAdd(TOps.Broadcast(&half), value, default(TVector));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Four Load(TElement* from, long step) =>
        new(TOps.Load(from), TOps.Load(from + step), TOps.Load(from + 2 * step), TOps.Load(from + 3 * step));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Four line, TElement* to, long step)
    {
        TOps.Store(to, line.A);
        TOps.Store(to + step, line.B);
        TOps.Store(to + 2 * step, line.C);
        TOps.Store(to + 3 * step, line.D);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store3((TVector A, TVector B, TVector C) line, TElement* to, long step, int count)
    {
        TOps.StorePartial(to, line.A, count);
        TOps.StorePartial(to + step, line.B, count);
        TOps.StorePartial(to + 2 * step, line.C, count);
    }

    /// <summary>A line of four.</summary>
    internal readonly struct Four(TVector a, TVector b, TVector c, TVector d)
    {
        public readonly TVector A = a,
            B = b,
            C = c,
            D = d;
    }
}
