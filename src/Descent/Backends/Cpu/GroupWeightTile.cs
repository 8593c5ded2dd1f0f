using System.Runtime.CompilerServices;
using static System.Runtime.CompilerServices.Unsafe;

namespace Descent.Backends.Cpu;

/// <summary>Sums of products of pixels for up to four output channels × up to six filter elements, with the lanes along the pixels: as <see cref="PixelTile{TOps, TVector, TElement}"/>, but wide instead of high.</summary>
/// <remarks>
/// A vector of x is read once for four channels: 24 sums, four vectors of dy and one of x are 29 of 32 registers, and ten
/// readings meet 24 products, where three channels and nine taps need as many but two channels at a time nearly twice.
/// </remarks>
internal static unsafe class GroupWeightTile<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    /// <summary>Output channels of a tile.</summary>
    public const int Channels = 4;

    private const int Lanes = PixelTile<TOps, TVector, TElement>.Lanes;

    /// <summary>Filter elements of a tile.</summary>
    public static int Taps => TOps.TileRows >= 12 ? 6 : 2;

    /// <summary>sums[channel, tap, lane] += Σ over pixels of x[offset of tap + pixel] · dy[channel, pixel]; the pixels are a multiple of the lanes.</summary>
    public static void Run(int channels, int taps, in Operands operands)
    {
        switch (channels)
        {
            case 1:
                Run<Rows1>(taps, operands);
                break;
            case 2:
                Run<Rows2>(taps, operands);
                break;
            case 3:
                Run<Rows3>(taps, operands);
                break;
            default:
                Run<Rows4>(taps, operands);
                break;
        }
    }

    private static void Run<TChannels>(int taps, in Operands operands)
        where TChannels : unmanaged, ITileSize
    {
        switch (taps)
        {
            case 1:
                Run<TChannels, Rows1>(operands);
                break;
            case 2:
                Run<TChannels, Rows2>(operands);
                break;
            case 3:
                Run<TChannels, Rows3>(operands);
                break;
            case 4:
                Run<TChannels, Rows4>(operands);
                break;
            case 5:
                Run<TChannels, Rows5>(operands);
                break;
            default:
                Run<TChannels, Rows6>(operands);
                break;
        }
    }

    private static void Run<TChannels, TTaps>(in Operands operands)
        where TChannels : unmanaged, ITileSize
        where TTaps : unmanaged, ITileSize
    {
        for (var lane = 0; lane < Lanes; lane += TOps.Count)
        {
            Run<TChannels, TTaps>(operands, lane);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TChannels, TTaps>(in Operands operands, int lane)
        where TChannels : unmanaged, ITileSize
        where TTaps : unmanaged, ITileSize
    {
        var offsets = operands.Offsets;
        var sums = operands.Sums + lane;
        var step = operands.SumRow;
        var a0 = sizeof(TTaps) > 0 ? ReadUnaligned<TVector>(sums) : default;
        var a1 = sizeof(TTaps) > 1 ? ReadUnaligned<TVector>(sums + 1 * Lanes) : default;
        var a2 = sizeof(TTaps) > 2 ? ReadUnaligned<TVector>(sums + 2 * Lanes) : default;
        var a3 = sizeof(TTaps) > 3 ? ReadUnaligned<TVector>(sums + 3 * Lanes) : default;
        var a4 = sizeof(TTaps) > 4 ? ReadUnaligned<TVector>(sums + 4 * Lanes) : default;
        var a5 = sizeof(TTaps) > 5 ? ReadUnaligned<TVector>(sums + 5 * Lanes) : default;
        var b0 = sizeof(TChannels) > 1 && sizeof(TTaps) > 0 ? ReadUnaligned<TVector>(sums + step) : default;
        var b1 = sizeof(TChannels) > 1 && sizeof(TTaps) > 1 ? ReadUnaligned<TVector>(sums + step + 1 * Lanes) : default;
        var b2 = sizeof(TChannels) > 1 && sizeof(TTaps) > 2 ? ReadUnaligned<TVector>(sums + step + 2 * Lanes) : default;
        var b3 = sizeof(TChannels) > 1 && sizeof(TTaps) > 3 ? ReadUnaligned<TVector>(sums + step + 3 * Lanes) : default;
        var b4 = sizeof(TChannels) > 1 && sizeof(TTaps) > 4 ? ReadUnaligned<TVector>(sums + step + 4 * Lanes) : default;
        var b5 = sizeof(TChannels) > 1 && sizeof(TTaps) > 5 ? ReadUnaligned<TVector>(sums + step + 5 * Lanes) : default;
        var c0 = sizeof(TChannels) > 2 && sizeof(TTaps) > 0 ? ReadUnaligned<TVector>(sums + 2 * step) : default;
        var c1 =
            sizeof(TChannels) > 2 && sizeof(TTaps) > 1 ? ReadUnaligned<TVector>(sums + 2 * step + 1 * Lanes) : default;
        var c2 =
            sizeof(TChannels) > 2 && sizeof(TTaps) > 2 ? ReadUnaligned<TVector>(sums + 2 * step + 2 * Lanes) : default;
        var c3 =
            sizeof(TChannels) > 2 && sizeof(TTaps) > 3 ? ReadUnaligned<TVector>(sums + 2 * step + 3 * Lanes) : default;
        var c4 =
            sizeof(TChannels) > 2 && sizeof(TTaps) > 4 ? ReadUnaligned<TVector>(sums + 2 * step + 4 * Lanes) : default;
        var c5 =
            sizeof(TChannels) > 2 && sizeof(TTaps) > 5 ? ReadUnaligned<TVector>(sums + 2 * step + 5 * Lanes) : default;
        var d0 = sizeof(TChannels) > 3 && sizeof(TTaps) > 0 ? ReadUnaligned<TVector>(sums + 3 * step) : default;
        var d1 =
            sizeof(TChannels) > 3 && sizeof(TTaps) > 1 ? ReadUnaligned<TVector>(sums + 3 * step + 1 * Lanes) : default;
        var d2 =
            sizeof(TChannels) > 3 && sizeof(TTaps) > 2 ? ReadUnaligned<TVector>(sums + 3 * step + 2 * Lanes) : default;
        var d3 =
            sizeof(TChannels) > 3 && sizeof(TTaps) > 3 ? ReadUnaligned<TVector>(sums + 3 * step + 3 * Lanes) : default;
        var d4 =
            sizeof(TChannels) > 3 && sizeof(TTaps) > 4 ? ReadUnaligned<TVector>(sums + 3 * step + 4 * Lanes) : default;
        var d5 =
            sizeof(TChannels) > 3 && sizeof(TTaps) > 5 ? ReadUnaligned<TVector>(sums + 3 * step + 5 * Lanes) : default;
        var x = operands.X + lane;
        var x0 = sizeof(TTaps) > 0 ? x + offsets[0] : x;
        var x1 = sizeof(TTaps) > 1 ? x + offsets[1] : x;
        var x2 = sizeof(TTaps) > 2 ? x + offsets[2] : x;
        var x3 = sizeof(TTaps) > 3 ? x + offsets[3] : x;
        var x4 = sizeof(TTaps) > 4 ? x + offsets[4] : x;
        var x5 = sizeof(TTaps) > 5 ? x + offsets[5] : x;
        var dy = operands.Dy + lane;
        var dyB = dy + operands.Plane;
        var dyC = dyB + operands.Plane;
        var dyD = dyC + operands.Plane;
        var pixels = operands.Pixels;
        for (long pixel = 0; pixel < pixels; pixel += Lanes)
        {
            var first = TOps.Load(dy + pixel);
            var second = sizeof(TChannels) > 1 ? TOps.Load(dyB + pixel) : default;
            var third = sizeof(TChannels) > 2 ? TOps.Load(dyC + pixel) : default;
            var fourth = sizeof(TChannels) > 3 ? TOps.Load(dyD + pixel) : default;
            if (sizeof(TTaps) > 0)
            {
                var seen = TOps.Load(x0 + pixel);
                a0 = TOps.FusedMultiplyAdd(seen, first, a0);
                b0 = sizeof(TChannels) > 1 ? TOps.FusedMultiplyAdd(seen, second, b0) : b0;
                c0 = sizeof(TChannels) > 2 ? TOps.FusedMultiplyAdd(seen, third, c0) : c0;
                d0 = sizeof(TChannels) > 3 ? TOps.FusedMultiplyAdd(seen, fourth, d0) : d0;
            }

            if (sizeof(TTaps) > 1)
            {
                var seen = TOps.Load(x1 + pixel);
                a1 = TOps.FusedMultiplyAdd(seen, first, a1);
                b1 = sizeof(TChannels) > 1 ? TOps.FusedMultiplyAdd(seen, second, b1) : b1;
                c1 = sizeof(TChannels) > 2 ? TOps.FusedMultiplyAdd(seen, third, c1) : c1;
                d1 = sizeof(TChannels) > 3 ? TOps.FusedMultiplyAdd(seen, fourth, d1) : d1;
            }

            if (sizeof(TTaps) > 2)
            {
                var seen = TOps.Load(x2 + pixel);
                a2 = TOps.FusedMultiplyAdd(seen, first, a2);
                b2 = sizeof(TChannels) > 1 ? TOps.FusedMultiplyAdd(seen, second, b2) : b2;
                c2 = sizeof(TChannels) > 2 ? TOps.FusedMultiplyAdd(seen, third, c2) : c2;
                d2 = sizeof(TChannels) > 3 ? TOps.FusedMultiplyAdd(seen, fourth, d2) : d2;
            }

            if (sizeof(TTaps) > 3)
            {
                var seen = TOps.Load(x3 + pixel);
                a3 = TOps.FusedMultiplyAdd(seen, first, a3);
                b3 = sizeof(TChannels) > 1 ? TOps.FusedMultiplyAdd(seen, second, b3) : b3;
                c3 = sizeof(TChannels) > 2 ? TOps.FusedMultiplyAdd(seen, third, c3) : c3;
                d3 = sizeof(TChannels) > 3 ? TOps.FusedMultiplyAdd(seen, fourth, d3) : d3;
            }

            if (sizeof(TTaps) > 4)
            {
                var seen = TOps.Load(x4 + pixel);
                a4 = TOps.FusedMultiplyAdd(seen, first, a4);
                b4 = sizeof(TChannels) > 1 ? TOps.FusedMultiplyAdd(seen, second, b4) : b4;
                c4 = sizeof(TChannels) > 2 ? TOps.FusedMultiplyAdd(seen, third, c4) : c4;
                d4 = sizeof(TChannels) > 3 ? TOps.FusedMultiplyAdd(seen, fourth, d4) : d4;
            }

            if (sizeof(TTaps) > 5)
            {
                var seen = TOps.Load(x5 + pixel);
                a5 = TOps.FusedMultiplyAdd(seen, first, a5);
                b5 = sizeof(TChannels) > 1 ? TOps.FusedMultiplyAdd(seen, second, b5) : b5;
                c5 = sizeof(TChannels) > 2 ? TOps.FusedMultiplyAdd(seen, third, c5) : c5;
                d5 = sizeof(TChannels) > 3 ? TOps.FusedMultiplyAdd(seen, fourth, d5) : d5;
            }
        }

        if (sizeof(TTaps) > 0)
        {
            Store<TChannels>(sums, step, a0, b0, c0, d0);
        }

        if (sizeof(TTaps) > 1)
        {
            Store<TChannels>(sums + 1 * Lanes, step, a1, b1, c1, d1);
        }

        if (sizeof(TTaps) > 2)
        {
            Store<TChannels>(sums + 2 * Lanes, step, a2, b2, c2, d2);
        }

        if (sizeof(TTaps) > 3)
        {
            Store<TChannels>(sums + 3 * Lanes, step, a3, b3, c3, d3);
        }

        if (sizeof(TTaps) > 4)
        {
            Store<TChannels>(sums + 4 * Lanes, step, a4, b4, c4, d4);
        }

        if (sizeof(TTaps) > 5)
        {
            Store<TChannels>(sums + 5 * Lanes, step, a5, b5, c5, d5);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TChannels>(TElement* sums, int step, TVector a, TVector b, TVector c, TVector d)
        where TChannels : unmanaged, ITileSize
    {
        WriteUnaligned(sums, a);
        if (sizeof(TChannels) > 1)
        {
            WriteUnaligned(sums + step, b);
        }

        if (sizeof(TChannels) > 2)
        {
            WriteUnaligned(sums + 2 * step, c);
        }

        if (sizeof(TChannels) > 3)
        {
            WriteUnaligned(sums + 3 * step, d);
        }
    }

    /// <summary>What a tile reads and adds to.</summary>
    internal struct Operands
    {
        /// <summary>The first pixel, and where each filter element begins to read from it.</summary>
        public TElement* X;
        public int* Offsets;

        /// <summary>The pixels of the first output channel, their number, and the distance to the next channel.</summary>
        public TElement* Dy;
        public int Pixels;
        public int Plane;

        /// <summary>The sums of the first channel, and the distance to those of the next.</summary>
        public TElement* Sums;
        public int SumRow;
    }
}
