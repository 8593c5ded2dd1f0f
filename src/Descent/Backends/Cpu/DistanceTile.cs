using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Descent.Backends.Cpu;

/// <summary>The innermost loop of L1 distances: every row of one panel against every row of another, their sums in registers.</summary>
/// <remarks>
/// <code>
///   panel a (b alike): 4 rows, 16 elements of each in turn      at each step, for rows i and j:
///   ┌────────────┬────────────┬────────────┬────────────┐         x[i, j] += |a[i] − b[j]|
///   │ row 0: 16  │ row 1: 16  │ row 2: 16  │ row 3: 16  │ step 0
///   ├────────────┼────────────┼────────────┼────────────┤       16 sums, 4 vectors of a, 1 of b, a difference and
///   │            │            │            │            │ step 1  two constants of 32 registers; where there are
///   └────────────┴────────────┴────────────┴────────────┘         16 registers, two rows of a at a time.
/// </code>
/// <para>Each sum has 16 virtual lanes: lane l takes the elements l, l + 16, l + 32, … one after another. A narrower vector
/// goes through the panels once for each of its parts of the lanes, so the width changes no bit.</para>
/// <para>Half of the differences are computed as 1 · a − b with one rounding, which is a − b to the last bit, but on the
/// units for products, which are idle otherwise: 1.5 cycles for 16 elements instead of 2 where two vectors of 256 bits are
/// added in a cycle.</para>
/// </remarks>
internal static unsafe class DistanceTile<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    /// <summary>Adds |a − b| over two panels of a depth that is a multiple of 16 and not zero; the 16 lanes of the pair (i, j) go to place 4 i + j.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Run(TElement* a, TElement* b, long depth, TElement* sums)
    {
        for (var part = 0; part < DistancePanels.Lanes; part += TOps.Count)
        {
            if (TOps.TileRows >= 12)
            {
                Run<Rows4>(a + part, b + part, depth, sums + part);
            }
            else
            {
                Run<Rows2>(a + part, b + part, depth, sums + part);
                Run<Rows2>(a + 32 + part, b + part, depth, sums + 128 + part);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Run<TRows>(TElement* a, TElement* b, long depth, TElement* sums)
        where TRows : unmanaged, ITileSize
    {
        TVector x00 = default,
            x01 = default,
            x02 = default,
            x03 = default,
            x10 = default,
            x11 = default,
            x12 = default,
            x13 = default,
            x20 = default,
            x21 = default,
            x22 = default,
            x23 = default,
            x30 = default,
            x31 = default,
            x32 = default,
            x33 = default;
        var one = One();
        var end = a + DistancePanels.Rows * depth;
        do
        {
            var a0 = TOps.Load(a);
            var a1 = TOps.Load(a + 16);
            var a2 = sizeof(TRows) > 2 ? TOps.Load(a + 32) : default;
            var a3 = sizeof(TRows) > 2 ? TOps.Load(a + 48) : default;

            var b0 = TOps.Load(b);
            x00 = TOps.Add(x00, Plain(a0, b0));
            x10 = TOps.Add(x10, Fused(a1, b0, one));
            if (sizeof(TRows) > 2)
            {
                x20 = TOps.Add(x20, Plain(a2, b0));
                x30 = TOps.Add(x30, Fused(a3, b0, one));
            }

            var b1 = TOps.Load(b + 16);
            x01 = TOps.Add(x01, Fused(a0, b1, one));
            x11 = TOps.Add(x11, Plain(a1, b1));
            if (sizeof(TRows) > 2)
            {
                x21 = TOps.Add(x21, Fused(a2, b1, one));
                x31 = TOps.Add(x31, Plain(a3, b1));
            }

            var b2 = TOps.Load(b + 32);
            x02 = TOps.Add(x02, Plain(a0, b2));
            x12 = TOps.Add(x12, Fused(a1, b2, one));
            if (sizeof(TRows) > 2)
            {
                x22 = TOps.Add(x22, Plain(a2, b2));
                x32 = TOps.Add(x32, Fused(a3, b2, one));
            }

            var b3 = TOps.Load(b + 48);
            x03 = TOps.Add(x03, Fused(a0, b3, one));
            x13 = TOps.Add(x13, Plain(a1, b3));
            if (sizeof(TRows) > 2)
            {
                x23 = TOps.Add(x23, Fused(a2, b3, one));
                x33 = TOps.Add(x33, Plain(a3, b3));
            }

            a += 64;
            b += 64;
        } while (a < end);

        TOps.Store(sums, x00);
        TOps.Store(sums + 16, x01);
        TOps.Store(sums + 32, x02);
        TOps.Store(sums + 48, x03);
        TOps.Store(sums + 64, x10);
        TOps.Store(sums + 80, x11);
        TOps.Store(sums + 96, x12);
        TOps.Store(sums + 112, x13);
        if (sizeof(TRows) > 2)
        {
            TOps.Store(sums + 128, x20);
            TOps.Store(sums + 144, x21);
            TOps.Store(sums + 160, x22);
            TOps.Store(sums + 176, x23);
            TOps.Store(sums + 192, x30);
            TOps.Store(sums + 208, x31);
            TOps.Store(sums + 224, x32);
            TOps.Store(sums + 240, x33);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Plain(TVector a, TVector b) => TOps.Abs(TOps.Subtract(a, b));

    // Without such an instruction the product would be a call.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Fused(TVector a, TVector b, TVector one) =>
        Fma.IsSupported ? TOps.Abs(TOps.FusedMultiplySubtract(a, one, b)) : Plain(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector One()
    {
        if (typeof(TElement) == typeof(float))
        {
            var single = 1f;
            return TOps.Broadcast((TElement*)&single);
        }

        var number = 1.0;
        return TOps.Broadcast((TElement*)&number);
    }
}
