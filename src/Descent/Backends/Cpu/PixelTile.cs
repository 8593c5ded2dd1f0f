using System.Runtime.CompilerServices;
using Descent.Numerics;
using static System.Runtime.CompilerServices.Unsafe;

namespace Descent.Backends.Cpu;

/// <summary>Sums of products of pixels, for a few filter elements and a few output channels at a time, with the lanes along the pixels.</summary>
/// <remarks>
/// <code>
///                       pixels, one vector a step
///    x from tap 0 on    ┌───┬───┬───┬──      a[t] += x from tap t on · dy of the first channel
///    x from tap 1 on    ├───┼───┼───┼──      b[t] += x from tap t on · dy of the second
///        …                                   c[t] += x from tap t on · dy of the third
/// </code>
/// 9 taps and 3 channels of 512-bit vectors are 27 sums, 3 vectors of dy and 1 of x: 31 of 32 registers; 4 taps of 256 bits
/// are all 16. Each of 16 virtual lanes adds its pixels one after another with fused multiply-adds whatever the width: what
/// has fewer lanes goes over the pixels more than once.
/// </remarks>
internal static unsafe class PixelTile<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    /// <summary>Lanes of a sum; part of the results' definition.</summary>
    public const int Lanes = 16;

    /// <summary>Output channels of a tile.</summary>
    public const int Channels = 3;

    /// <summary>Filter elements of a tile.</summary>
    public static int Taps => TOps.TileRows >= 12 ? 9 : 4;

    /// <summary>sums[channel, tap, lane] += Σ over pixels of x[offset of tap + pixel] · dy[channel, pixel]; reads up to a whole vector of x past the last pixel.</summary>
    public static void Run(
        int taps,
        int channels,
        TElement* x,
        int* offsets,
        TElement* dy,
        long plane,
        int pixels,
        TElement* sums,
        int sumRow
    )
    {
        switch (channels)
        {
            case 1:
                Run<Rows1>(taps, x, offsets, dy, plane, pixels, sums, sumRow);
                break;
            case 2:
                Run<Rows2>(taps, x, offsets, dy, plane, pixels, sums, sumRow);
                break;
            default:
                Run<Rows3>(taps, x, offsets, dy, plane, pixels, sums, sumRow);
                break;
        }
    }

    private static void Run<TChannels>(
        int taps,
        TElement* x,
        int* offsets,
        TElement* dy,
        long plane,
        int pixels,
        TElement* sums,
        int sumRow
    )
        where TChannels : unmanaged, ITileSize
    {
        switch (taps)
        {
            case 1:
                Run<Rows1, TChannels>(x, offsets, dy, plane, pixels, sums, sumRow);
                break;
            case 2:
                Run<Rows2, TChannels>(x, offsets, dy, plane, pixels, sums, sumRow);
                break;
            case 3:
                Run<Rows3, TChannels>(x, offsets, dy, plane, pixels, sums, sumRow);
                break;
            case 4:
                Run<Rows4, TChannels>(x, offsets, dy, plane, pixels, sums, sumRow);
                break;
            case 5:
                Run<Rows5, TChannels>(x, offsets, dy, plane, pixels, sums, sumRow);
                break;
            case 6:
                Run<Rows6, TChannels>(x, offsets, dy, plane, pixels, sums, sumRow);
                break;
            case 7:
                Run<Rows7, TChannels>(x, offsets, dy, plane, pixels, sums, sumRow);
                break;
            case 8:
                Run<Rows8, TChannels>(x, offsets, dy, plane, pixels, sums, sumRow);
                break;
            default:
                Run<Rows9, TChannels>(x, offsets, dy, plane, pixels, sums, sumRow);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TTaps, TChannels>(
        TElement* x,
        int* offsets,
        TElement* dy,
        long plane,
        int pixels,
        TElement* sums,
        int sumRow
    )
        where TTaps : unmanaged, ITileSize
        where TChannels : unmanaged, ITileSize
    {
        for (var lane = 0; lane < Lanes; lane += TOps.Count)
        {
            Lane<TTaps, TChannels>(x + lane, offsets, dy + lane, plane, pixels - lane, sums + lane, sumRow);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Lane<TTaps, TChannels>(
        TElement* x,
        int* offsets,
        TElement* dy,
        long plane,
        int pixels,
        TElement* sums,
        int sumRow
    )
        where TTaps : unmanaged, ITileSize
        where TChannels : unmanaged, ITileSize
    {
        var sumsB = sums + sumRow;
        var sumsC = sumsB + sumRow;
        var a0 = sizeof(TTaps) > 0 ? ReadUnaligned<TVector>(sums + 0 * Lanes) : default;
        var a1 = sizeof(TTaps) > 1 ? ReadUnaligned<TVector>(sums + 1 * Lanes) : default;
        var a2 = sizeof(TTaps) > 2 ? ReadUnaligned<TVector>(sums + 2 * Lanes) : default;
        var a3 = sizeof(TTaps) > 3 ? ReadUnaligned<TVector>(sums + 3 * Lanes) : default;
        var a4 = sizeof(TTaps) > 4 ? ReadUnaligned<TVector>(sums + 4 * Lanes) : default;
        var a5 = sizeof(TTaps) > 5 ? ReadUnaligned<TVector>(sums + 5 * Lanes) : default;
        var a6 = sizeof(TTaps) > 6 ? ReadUnaligned<TVector>(sums + 6 * Lanes) : default;
        var a7 = sizeof(TTaps) > 7 ? ReadUnaligned<TVector>(sums + 7 * Lanes) : default;
        var a8 = sizeof(TTaps) > 8 ? ReadUnaligned<TVector>(sums + 8 * Lanes) : default;
        var b0 = sizeof(TTaps) > 0 && sizeof(TChannels) > 1 ? ReadUnaligned<TVector>(sumsB + 0 * Lanes) : default;
        var b1 = sizeof(TTaps) > 1 && sizeof(TChannels) > 1 ? ReadUnaligned<TVector>(sumsB + 1 * Lanes) : default;
        var b2 = sizeof(TTaps) > 2 && sizeof(TChannels) > 1 ? ReadUnaligned<TVector>(sumsB + 2 * Lanes) : default;
        var b3 = sizeof(TTaps) > 3 && sizeof(TChannels) > 1 ? ReadUnaligned<TVector>(sumsB + 3 * Lanes) : default;
        var b4 = sizeof(TTaps) > 4 && sizeof(TChannels) > 1 ? ReadUnaligned<TVector>(sumsB + 4 * Lanes) : default;
        var b5 = sizeof(TTaps) > 5 && sizeof(TChannels) > 1 ? ReadUnaligned<TVector>(sumsB + 5 * Lanes) : default;
        var b6 = sizeof(TTaps) > 6 && sizeof(TChannels) > 1 ? ReadUnaligned<TVector>(sumsB + 6 * Lanes) : default;
        var b7 = sizeof(TTaps) > 7 && sizeof(TChannels) > 1 ? ReadUnaligned<TVector>(sumsB + 7 * Lanes) : default;
        var b8 = sizeof(TTaps) > 8 && sizeof(TChannels) > 1 ? ReadUnaligned<TVector>(sumsB + 8 * Lanes) : default;
        var c0 = sizeof(TTaps) > 0 && sizeof(TChannels) > 2 ? ReadUnaligned<TVector>(sumsC + 0 * Lanes) : default;
        var c1 = sizeof(TTaps) > 1 && sizeof(TChannels) > 2 ? ReadUnaligned<TVector>(sumsC + 1 * Lanes) : default;
        var c2 = sizeof(TTaps) > 2 && sizeof(TChannels) > 2 ? ReadUnaligned<TVector>(sumsC + 2 * Lanes) : default;
        var c3 = sizeof(TTaps) > 3 && sizeof(TChannels) > 2 ? ReadUnaligned<TVector>(sumsC + 3 * Lanes) : default;
        var c4 = sizeof(TTaps) > 4 && sizeof(TChannels) > 2 ? ReadUnaligned<TVector>(sumsC + 4 * Lanes) : default;
        var c5 = sizeof(TTaps) > 5 && sizeof(TChannels) > 2 ? ReadUnaligned<TVector>(sumsC + 5 * Lanes) : default;
        var c6 = sizeof(TTaps) > 6 && sizeof(TChannels) > 2 ? ReadUnaligned<TVector>(sumsC + 6 * Lanes) : default;
        var c7 = sizeof(TTaps) > 7 && sizeof(TChannels) > 2 ? ReadUnaligned<TVector>(sumsC + 7 * Lanes) : default;
        var c8 = sizeof(TTaps) > 8 && sizeof(TChannels) > 2 ? ReadUnaligned<TVector>(sumsC + 8 * Lanes) : default;
        var x0 = sizeof(TTaps) > 0 ? x + offsets[0] : x;
        var x1 = sizeof(TTaps) > 1 ? x + offsets[1] : x;
        var x2 = sizeof(TTaps) > 2 ? x + offsets[2] : x;
        var x3 = sizeof(TTaps) > 3 ? x + offsets[3] : x;
        var x4 = sizeof(TTaps) > 4 ? x + offsets[4] : x;
        var x5 = sizeof(TTaps) > 5 ? x + offsets[5] : x;
        var x6 = sizeof(TTaps) > 6 ? x + offsets[6] : x;
        var x7 = sizeof(TTaps) > 7 ? x + offsets[7] : x;
        var x8 = sizeof(TTaps) > 8 ? x + offsets[8] : x;
        var dyB = dy + plane;
        var dyC = dyB + plane;
        long pixel = 0;
        for (; pixel + TOps.Count <= pixels; pixel += Lanes)
        {
            var first = TOps.Load(dy + pixel);
            var second = sizeof(TChannels) > 1 ? TOps.Load(dyB + pixel) : default;
            var third = sizeof(TChannels) > 2 ? TOps.Load(dyC + pixel) : default;
            if (sizeof(TTaps) > 0)
            {
                var seen = TOps.Load(x0 + pixel);
                a0 = TOps.FusedMultiplyAdd(seen, first, a0);
                b0 = sizeof(TChannels) > 1 ? TOps.FusedMultiplyAdd(seen, second, b0) : b0;
                c0 = sizeof(TChannels) > 2 ? TOps.FusedMultiplyAdd(seen, third, c0) : c0;
            }

            if (sizeof(TTaps) > 1)
            {
                var seen = TOps.Load(x1 + pixel);
                a1 = TOps.FusedMultiplyAdd(seen, first, a1);
                b1 = sizeof(TChannels) > 1 ? TOps.FusedMultiplyAdd(seen, second, b1) : b1;
                c1 = sizeof(TChannels) > 2 ? TOps.FusedMultiplyAdd(seen, third, c1) : c1;
            }

            if (sizeof(TTaps) > 2)
            {
                var seen = TOps.Load(x2 + pixel);
                a2 = TOps.FusedMultiplyAdd(seen, first, a2);
                b2 = sizeof(TChannels) > 1 ? TOps.FusedMultiplyAdd(seen, second, b2) : b2;
                c2 = sizeof(TChannels) > 2 ? TOps.FusedMultiplyAdd(seen, third, c2) : c2;
            }

            if (sizeof(TTaps) > 3)
            {
                var seen = TOps.Load(x3 + pixel);
                a3 = TOps.FusedMultiplyAdd(seen, first, a3);
                b3 = sizeof(TChannels) > 1 ? TOps.FusedMultiplyAdd(seen, second, b3) : b3;
                c3 = sizeof(TChannels) > 2 ? TOps.FusedMultiplyAdd(seen, third, c3) : c3;
            }

            if (sizeof(TTaps) > 4)
            {
                var seen = TOps.Load(x4 + pixel);
                a4 = TOps.FusedMultiplyAdd(seen, first, a4);
                b4 = sizeof(TChannels) > 1 ? TOps.FusedMultiplyAdd(seen, second, b4) : b4;
                c4 = sizeof(TChannels) > 2 ? TOps.FusedMultiplyAdd(seen, third, c4) : c4;
            }

            if (sizeof(TTaps) > 5)
            {
                var seen = TOps.Load(x5 + pixel);
                a5 = TOps.FusedMultiplyAdd(seen, first, a5);
                b5 = sizeof(TChannels) > 1 ? TOps.FusedMultiplyAdd(seen, second, b5) : b5;
                c5 = sizeof(TChannels) > 2 ? TOps.FusedMultiplyAdd(seen, third, c5) : c5;
            }

            if (sizeof(TTaps) > 6)
            {
                var seen = TOps.Load(x6 + pixel);
                a6 = TOps.FusedMultiplyAdd(seen, first, a6);
                b6 = sizeof(TChannels) > 1 ? TOps.FusedMultiplyAdd(seen, second, b6) : b6;
                c6 = sizeof(TChannels) > 2 ? TOps.FusedMultiplyAdd(seen, third, c6) : c6;
            }

            if (sizeof(TTaps) > 7)
            {
                var seen = TOps.Load(x7 + pixel);
                a7 = TOps.FusedMultiplyAdd(seen, first, a7);
                b7 = sizeof(TChannels) > 1 ? TOps.FusedMultiplyAdd(seen, second, b7) : b7;
                c7 = sizeof(TChannels) > 2 ? TOps.FusedMultiplyAdd(seen, third, c7) : c7;
            }

            if (sizeof(TTaps) > 8)
            {
                var seen = TOps.Load(x8 + pixel);
                a8 = TOps.FusedMultiplyAdd(seen, first, a8);
                b8 = sizeof(TChannels) > 1 ? TOps.FusedMultiplyAdd(seen, second, b8) : b8;
                c8 = sizeof(TChannels) > 2 ? TOps.FusedMultiplyAdd(seen, third, c8) : c8;
            }
        }

        // What is left, with zeros behind it.
        if (pixel < pixels)
        {
            var count = (int)(pixels - pixel);
            var first = TOps.LoadPartial(dy + pixel, count);
            var second = sizeof(TChannels) > 1 ? TOps.LoadPartial(dyB + pixel, count) : default;
            var third = sizeof(TChannels) > 2 ? TOps.LoadPartial(dyC + pixel, count) : default;
            if (sizeof(TTaps) > 0)
            {
                var seen = TOps.LoadPartial(x0 + pixel, count);
                a0 = TOps.FusedMultiplyAdd(seen, first, a0);
                b0 = sizeof(TChannels) > 1 ? TOps.FusedMultiplyAdd(seen, second, b0) : b0;
                c0 = sizeof(TChannels) > 2 ? TOps.FusedMultiplyAdd(seen, third, c0) : c0;
            }

            if (sizeof(TTaps) > 1)
            {
                var seen = TOps.LoadPartial(x1 + pixel, count);
                a1 = TOps.FusedMultiplyAdd(seen, first, a1);
                b1 = sizeof(TChannels) > 1 ? TOps.FusedMultiplyAdd(seen, second, b1) : b1;
                c1 = sizeof(TChannels) > 2 ? TOps.FusedMultiplyAdd(seen, third, c1) : c1;
            }

            if (sizeof(TTaps) > 2)
            {
                var seen = TOps.LoadPartial(x2 + pixel, count);
                a2 = TOps.FusedMultiplyAdd(seen, first, a2);
                b2 = sizeof(TChannels) > 1 ? TOps.FusedMultiplyAdd(seen, second, b2) : b2;
                c2 = sizeof(TChannels) > 2 ? TOps.FusedMultiplyAdd(seen, third, c2) : c2;
            }

            if (sizeof(TTaps) > 3)
            {
                var seen = TOps.LoadPartial(x3 + pixel, count);
                a3 = TOps.FusedMultiplyAdd(seen, first, a3);
                b3 = sizeof(TChannels) > 1 ? TOps.FusedMultiplyAdd(seen, second, b3) : b3;
                c3 = sizeof(TChannels) > 2 ? TOps.FusedMultiplyAdd(seen, third, c3) : c3;
            }

            if (sizeof(TTaps) > 4)
            {
                var seen = TOps.LoadPartial(x4 + pixel, count);
                a4 = TOps.FusedMultiplyAdd(seen, first, a4);
                b4 = sizeof(TChannels) > 1 ? TOps.FusedMultiplyAdd(seen, second, b4) : b4;
                c4 = sizeof(TChannels) > 2 ? TOps.FusedMultiplyAdd(seen, third, c4) : c4;
            }

            if (sizeof(TTaps) > 5)
            {
                var seen = TOps.LoadPartial(x5 + pixel, count);
                a5 = TOps.FusedMultiplyAdd(seen, first, a5);
                b5 = sizeof(TChannels) > 1 ? TOps.FusedMultiplyAdd(seen, second, b5) : b5;
                c5 = sizeof(TChannels) > 2 ? TOps.FusedMultiplyAdd(seen, third, c5) : c5;
            }

            if (sizeof(TTaps) > 6)
            {
                var seen = TOps.LoadPartial(x6 + pixel, count);
                a6 = TOps.FusedMultiplyAdd(seen, first, a6);
                b6 = sizeof(TChannels) > 1 ? TOps.FusedMultiplyAdd(seen, second, b6) : b6;
                c6 = sizeof(TChannels) > 2 ? TOps.FusedMultiplyAdd(seen, third, c6) : c6;
            }

            if (sizeof(TTaps) > 7)
            {
                var seen = TOps.LoadPartial(x7 + pixel, count);
                a7 = TOps.FusedMultiplyAdd(seen, first, a7);
                b7 = sizeof(TChannels) > 1 ? TOps.FusedMultiplyAdd(seen, second, b7) : b7;
                c7 = sizeof(TChannels) > 2 ? TOps.FusedMultiplyAdd(seen, third, c7) : c7;
            }

            if (sizeof(TTaps) > 8)
            {
                var seen = TOps.LoadPartial(x8 + pixel, count);
                a8 = TOps.FusedMultiplyAdd(seen, first, a8);
                b8 = sizeof(TChannels) > 1 ? TOps.FusedMultiplyAdd(seen, second, b8) : b8;
                c8 = sizeof(TChannels) > 2 ? TOps.FusedMultiplyAdd(seen, third, c8) : c8;
            }
        }

        if (sizeof(TTaps) > 0)
        {
            Store<TChannels>(sums + 0 * Lanes, sumRow, a0, b0, c0);
        }

        if (sizeof(TTaps) > 1)
        {
            Store<TChannels>(sums + 1 * Lanes, sumRow, a1, b1, c1);
        }

        if (sizeof(TTaps) > 2)
        {
            Store<TChannels>(sums + 2 * Lanes, sumRow, a2, b2, c2);
        }

        if (sizeof(TTaps) > 3)
        {
            Store<TChannels>(sums + 3 * Lanes, sumRow, a3, b3, c3);
        }

        if (sizeof(TTaps) > 4)
        {
            Store<TChannels>(sums + 4 * Lanes, sumRow, a4, b4, c4);
        }

        if (sizeof(TTaps) > 5)
        {
            Store<TChannels>(sums + 5 * Lanes, sumRow, a5, b5, c5);
        }

        if (sizeof(TTaps) > 6)
        {
            Store<TChannels>(sums + 6 * Lanes, sumRow, a6, b6, c6);
        }

        if (sizeof(TTaps) > 7)
        {
            Store<TChannels>(sums + 7 * Lanes, sumRow, a7, b7, c7);
        }

        if (sizeof(TTaps) > 8)
        {
            Store<TChannels>(sums + 8 * Lanes, sumRow, a8, b8, c8);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TChannels>(TElement* sums, int sumRow, TVector a, TVector b, TVector c)
        where TChannels : unmanaged, ITileSize
    {
        WriteUnaligned(sums, a);
        if (sizeof(TChannels) > 1)
        {
            WriteUnaligned(sums + sumRow, b);
        }

        if (sizeof(TChannels) > 2)
        {
            WriteUnaligned(sums + 2 * sumRow, c);
        }
    }
}
