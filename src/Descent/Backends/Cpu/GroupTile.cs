using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Descent.Backends.Cpu;

/// <summary>Up to four output channels of a group × up to six vectors of pixels in registers, summed over a list of taps.</summary>
/// <remarks>
/// <code>
///                         pixels from the place of a tap on
///                        ┌───┬───┬───┬───┬───┬───┐
///    four weights   →    │ x │ x │ x │ x │ x │ x │   each vector is read once for four channels: 24 sums, four
///    of the tap          └───┴───┴───┴───┴───┴───┘   weights and one x are 29 of 32 registers
/// </code>
/// With sixteen registers a tile is two vectors wide. Each sum takes its taps in order.
/// </remarks>
internal static unsafe class GroupTile<TOps, TVector, TElement, TEpilogue>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
    where TEpilogue : struct, IProductEpilogue<TElement>
{
    /// <summary>Output channels of a tile.</summary>
    public const int Channels = 4;

    /// <summary>Vectors of a tile.</summary>
    public static int Vectors => TOps.TileRows >= 12 ? 6 : 2;

    /// <summary>y[channel, place] = epilogue(Σ over taps of w[channel, tap] · x[offset of tap + pixel]).</summary>
    public static void Run(int channels, int vectors, in Operands operands)
    {
        switch (channels)
        {
            case 1:
                Run<Rows1>(vectors, operands);
                break;
            case 2:
                Run<Rows2>(vectors, operands);
                break;
            case 3:
                Run<Rows3>(vectors, operands);
                break;
            default:
                Run<Rows4>(vectors, operands);
                break;
        }
    }

    private static void Run<TRows>(int vectors, in Operands operands)
        where TRows : unmanaged, ITileSize
    {
        switch (vectors)
        {
            case 1:
                Run<TRows, Rows1>(operands);
                break;
            case 2:
                Run<TRows, Rows2>(operands);
                break;
            case 3:
                Run<TRows, Rows3>(operands);
                break;
            case 4:
                Run<TRows, Rows4>(operands);
                break;
            case 5:
                Run<TRows, Rows5>(operands);
                break;
            default:
                Run<TRows, Rows6>(operands);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TRows, TVectors>(in Operands operands)
        where TRows : unmanaged, ITileSize
        where TVectors : unmanaged, ITileSize
    {
        TVector a0 = default,
            a1 = default,
            a2 = default,
            a3 = default,
            a4 = default,
            a5 = default;
        TVector b0 = default,
            b1 = default,
            b2 = default,
            b3 = default,
            b4 = default,
            b5 = default;
        TVector c0 = default,
            c1 = default,
            c2 = default,
            c3 = default,
            c4 = default,
            c5 = default;
        TVector d0 = default,
            d1 = default,
            d2 = default,
            d3 = default,
            d4 = default,
            d5 = default;
        var x = operands.X;
        var offsets = operands.Offsets;
        var taps = operands.Taps;
        var w = operands.W;
        Prefetch<TRows, TVectors>(operands);
        var wB = w + operands.Taps;
        var wC = wB + operands.Taps;
        var wD = wC + operands.Taps;
        for (var tap = 0; tap < taps; tap++)
        {
            var from = x + offsets[tap];
            var first = TOps.Broadcast(w + tap);
            var second = sizeof(TRows) > 1 ? TOps.Broadcast(wB + tap) : default;
            var third = sizeof(TRows) > 2 ? TOps.Broadcast(wC + tap) : default;
            var fourth = sizeof(TRows) > 3 ? TOps.Broadcast(wD + tap) : default;
            if (sizeof(TVectors) > 0)
            {
                var seen = TOps.Load(from);
                a0 = TOps.FusedMultiplyAdd(first, seen, a0);
                b0 = sizeof(TRows) > 1 ? TOps.FusedMultiplyAdd(second, seen, b0) : b0;
                c0 = sizeof(TRows) > 2 ? TOps.FusedMultiplyAdd(third, seen, c0) : c0;
                d0 = sizeof(TRows) > 3 ? TOps.FusedMultiplyAdd(fourth, seen, d0) : d0;
            }

            if (sizeof(TVectors) > 1)
            {
                var seen = TOps.Load(from + 1 * TOps.Count);
                a1 = TOps.FusedMultiplyAdd(first, seen, a1);
                b1 = sizeof(TRows) > 1 ? TOps.FusedMultiplyAdd(second, seen, b1) : b1;
                c1 = sizeof(TRows) > 2 ? TOps.FusedMultiplyAdd(third, seen, c1) : c1;
                d1 = sizeof(TRows) > 3 ? TOps.FusedMultiplyAdd(fourth, seen, d1) : d1;
            }

            if (sizeof(TVectors) > 2)
            {
                var seen = TOps.Load(from + 2 * TOps.Count);
                a2 = TOps.FusedMultiplyAdd(first, seen, a2);
                b2 = sizeof(TRows) > 1 ? TOps.FusedMultiplyAdd(second, seen, b2) : b2;
                c2 = sizeof(TRows) > 2 ? TOps.FusedMultiplyAdd(third, seen, c2) : c2;
                d2 = sizeof(TRows) > 3 ? TOps.FusedMultiplyAdd(fourth, seen, d2) : d2;
            }

            if (sizeof(TVectors) > 3)
            {
                var seen = TOps.Load(from + 3 * TOps.Count);
                a3 = TOps.FusedMultiplyAdd(first, seen, a3);
                b3 = sizeof(TRows) > 1 ? TOps.FusedMultiplyAdd(second, seen, b3) : b3;
                c3 = sizeof(TRows) > 2 ? TOps.FusedMultiplyAdd(third, seen, c3) : c3;
                d3 = sizeof(TRows) > 3 ? TOps.FusedMultiplyAdd(fourth, seen, d3) : d3;
            }

            if (sizeof(TVectors) > 4)
            {
                var seen = TOps.Load(from + 4 * TOps.Count);
                a4 = TOps.FusedMultiplyAdd(first, seen, a4);
                b4 = sizeof(TRows) > 1 ? TOps.FusedMultiplyAdd(second, seen, b4) : b4;
                c4 = sizeof(TRows) > 2 ? TOps.FusedMultiplyAdd(third, seen, c4) : c4;
                d4 = sizeof(TRows) > 3 ? TOps.FusedMultiplyAdd(fourth, seen, d4) : d4;
            }

            if (sizeof(TVectors) > 5)
            {
                var seen = TOps.Load(from + 5 * TOps.Count);
                a5 = TOps.FusedMultiplyAdd(first, seen, a5);
                b5 = sizeof(TRows) > 1 ? TOps.FusedMultiplyAdd(second, seen, b5) : b5;
                c5 = sizeof(TRows) > 2 ? TOps.FusedMultiplyAdd(third, seen, c5) : c5;
                d5 = sizeof(TRows) > 3 ? TOps.FusedMultiplyAdd(fourth, seen, d5) : d5;
            }
        }

        var then = operands.Epilogue;
        var (row, room, plane) = (operands.Row, operands.Room, operands.Plane);
        var y = operands.Y;
        var place = operands.Places;
        if (sizeof(TVectors) > 0)
        {
            Finish<TRows>(a0, b0, c0, d0, y, plane, place + 0, row, room, then);
        }

        if (sizeof(TVectors) > 1)
        {
            Finish<TRows>(a1, b1, c1, d1, y, plane, place + 1, row, room, then);
        }

        if (sizeof(TVectors) > 2)
        {
            Finish<TRows>(a2, b2, c2, d2, y, plane, place + 2, row, room, then);
        }

        if (sizeof(TVectors) > 3)
        {
            Finish<TRows>(a3, b3, c3, d3, y, plane, place + 3, row, room, then);
        }

        if (sizeof(TVectors) > 4)
        {
            Finish<TRows>(a4, b4, c4, d4, y, plane, place + 4, row, room, then);
        }

        if (sizeof(TVectors) > 5)
        {
            Finish<TRows>(a5, b5, c5, d5, y, plane, place + 5, row, room, then);
        }
    }

    // The lines of the result arrive while the sums are made.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch<TRows, TVectors>(in Operands operands)
        where TRows : unmanaged, ITileSize
        where TVectors : unmanaged, ITileSize
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        var to = operands.Y + operands.Places->Offset;
        for (var row = 0; row < sizeof(TRows); row++, to += operands.Plane)
        {
            for (var vector = 0; vector < sizeof(TVectors); vector++)
            {
                Sse.Prefetch0(to + vector * TOps.Count);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TRows>(
        TVector a,
        TVector b,
        TVector c,
        TVector d,
        TElement* y,
        long plane,
        GroupPlace* place,
        long row,
        int room,
        in TEpilogue then
    )
        where TRows : unmanaged, ITileSize
    {
        y += place->Offset;
        if (place->Offset + TOps.Count > room)
        {
            var count = Math.Min(place->Count, room - place->Offset);
            Store<TRows, Partial>(a, b, c, d, y, plane, place, count, row, then);
        }
        else if (place->IsWhole)
        {
            Store<TRows, Whole>(a, b, c, d, y, plane, place, 0, row, then);
        }
        else
        {
            Store<TRows, Packed>(a, b, c, d, y, plane, place, 0, row, then);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TRows, TManner>(
        TVector a,
        TVector b,
        TVector c,
        TVector d,
        TElement* y,
        long plane,
        GroupPlace* place,
        int count,
        long row,
        in TEpilogue then
    )
        where TRows : unmanaged, ITileSize
        where TManner : struct
    {
        Store<TManner>(a, row, y, place, count, then);
        if (sizeof(TRows) > 1)
        {
            Store<TManner>(b, row + 1, y + plane, place, count, then);
        }

        if (sizeof(TRows) > 2)
        {
            Store<TManner>(c, row + 2, y + 2 * plane, place, count, then);
        }

        if (sizeof(TRows) > 3)
        {
            Store<TManner>(d, row + 3, y + 3 * plane, place, count, then);
        }
    }

    // Beyond the pixels of a packed vector lies what the next one overwrites.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TManner>(
        TVector value,
        long row,
        TElement* to,
        GroupPlace* place,
        int count,
        in TEpilogue then
    )
        where TManner : struct
    {
        if (typeof(TManner) != typeof(Whole))
        {
            value = GroupPlaces.Pack<TVector, TElement>(value, place);
        }

        if (typeof(TManner) == typeof(Partial))
        {
            TOps.StorePartial(to, then.Apply<TOps, TVector>(value, row, 0, count, to), count);
        }
        else
        {
            TOps.Store(to, then.Apply<TOps, TVector>(value, row, 0, TOps.Count, to));
        }
    }

    private readonly struct Whole;

    private readonly struct Packed;

    private readonly struct Partial;

    /// <summary>What a tile reads and writes.</summary>
    internal struct Operands
    {
        /// <summary>The first pixel, and where each tap begins to read from it.</summary>
        public TElement* X;
        public int* Offsets;

        /// <summary>The weights of the first channel; those of the next lie <see cref="Taps"/> behind.</summary>
        public TElement* W;
        public int Taps;

        /// <summary>The first channel's rows, the distance to the next channel, and the elements that may be written there.</summary>
        public TElement* Y;
        public long Plane;
        public int Room;

        /// <summary>Where each vector goes.</summary>
        public GroupPlace* Places;

        /// <summary>The first channel, for the epilogue.</summary>
        public long Row;
        public TEpilogue Epilogue;
    }
}
