using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Copies where one side runs along an axis that is not the other's innermost: in bands as wide as a cache line.</summary>
internal static unsafe class TransposeLoop
{
    private const long ElementsOfGrain = 1 << 15;

    /// <summary>Copies if the rows of the destination are contiguous and the source is contiguous along another axis; operand 0 of the nest is the destination.</summary>
    public static bool TryRun<TElement>(in LoopNest nest, long count, nint source, nint destination)
        where TElement : unmanaged
    {
        if (nest.RowStep(0) != 1 || nest.RowStep(1) <= 1 || nest.RowLength < 4)
        {
            return false;
        }

        for (var axis = 0; axis < nest.Rank - 1; axis++)
        {
            if (nest.Step(1, axis) == 1 && nest.Size(axis) >= 4)
            {
                var body = new BandBody<TElement>(nest, axis, source, destination);
                var bands = count / nest.Size(axis) / nest.RowLength * body.BandsOfPlane;
                WorkSplitter.For(bands, Math.Max(1, ElementsOfGrain * bands / count), body);
                return true;
            }
        }

        return false;
    }

    // A band holds Width neighbours along the source's contiguous axis, and all of a destination row.
    private readonly struct BandBody<TElement>(LoopNest nest, int axis, nint source, nint destination) : IRangeBody
        where TElement : unmanaged
    {
        private static int Width => 64 / sizeof(TElement);

        public long BandsOfPlane => (nest.Size(axis) + Width - 1) / Width;

        public void Invoke(long start, long end)
        {
            for (var item = start; item < end; item++)
            {
                var (plane, band) = Math.DivRem(item, BandsOfPlane);
                var from = (TElement*)source;
                var to = (TElement*)destination;
                for (var outer = nest.Rank - 2; outer >= 0; outer--)
                {
                    if (outer != axis)
                    {
                        (plane, var coordinate) = Math.DivRem(plane, nest.Size(outer));
                        to += coordinate * nest.Step(0, outer);
                        from += coordinate * nest.Step(1, outer);
                    }
                }

                var width = Math.Min(Width, nest.Size(axis) - band * Width);
                Band(
                    from + band * Width,
                    nest.RowStep(1),
                    to + band * Width * nest.Step(0, axis),
                    nest.Step(0, axis),
                    (int)width,
                    nest.RowLength
                );
            }
        }

        // to[w * toStep + i] = from[i * fromStep + w]
        private static void Band(TElement* from, long fromStep, TElement* to, long toStep, int width, long length)
        {
            long i = 0;
            if (sizeof(TElement) == 4 && Avx.IsSupported)
            {
                for (; i + 8 <= length; i += 8)
                {
                    var w = 0;
                    for (; w + 8 <= width; w += 8)
                    {
                        Tile((float*)(from + i * fromStep + w), fromStep, (float*)(to + w * toStep + i), toStep);
                    }

                    for (; w < width; w++)
                    {
                        for (var j = i; j < i + 8; j++)
                        {
                            to[w * toStep + j] = from[j * fromStep + w];
                        }
                    }
                }
            }

            for (; i < length; i++)
            {
                for (var w = 0; w < width; w++)
                {
                    to[w * toStep + i] = from[i * fromStep + w];
                }
            }
        }
    }

    // Eight rows of eight, turned in registers: pairs, then quarters, then halves change places.
    private static void Tile(float* from, long fromStep, float* to, long toStep)
    {
        var a0 = Vector256.Load(from);
        var a1 = Vector256.Load(from + fromStep);
        var a2 = Vector256.Load(from + 2 * fromStep);
        var a3 = Vector256.Load(from + 3 * fromStep);
        var a4 = Vector256.Load(from + 4 * fromStep);
        var a5 = Vector256.Load(from + 5 * fromStep);
        var a6 = Vector256.Load(from + 6 * fromStep);
        var a7 = Vector256.Load(from + 7 * fromStep);

        var b0 = Avx.UnpackLow(a0, a1);
        var b1 = Avx.UnpackHigh(a0, a1);
        var b2 = Avx.UnpackLow(a2, a3);
        var b3 = Avx.UnpackHigh(a2, a3);
        var b4 = Avx.UnpackLow(a4, a5);
        var b5 = Avx.UnpackHigh(a4, a5);
        var b6 = Avx.UnpackLow(a6, a7);
        var b7 = Avx.UnpackHigh(a6, a7);

        var c0 = Avx.Shuffle(b0, b2, 0b01_00_01_00);
        var c1 = Avx.Shuffle(b0, b2, 0b11_10_11_10);
        var c2 = Avx.Shuffle(b1, b3, 0b01_00_01_00);
        var c3 = Avx.Shuffle(b1, b3, 0b11_10_11_10);
        var c4 = Avx.Shuffle(b4, b6, 0b01_00_01_00);
        var c5 = Avx.Shuffle(b4, b6, 0b11_10_11_10);
        var c6 = Avx.Shuffle(b5, b7, 0b01_00_01_00);
        var c7 = Avx.Shuffle(b5, b7, 0b11_10_11_10);

        Avx.Permute2x128(c0, c4, 0x20).Store(to);
        Avx.Permute2x128(c1, c5, 0x20).Store(to + toStep);
        Avx.Permute2x128(c2, c6, 0x20).Store(to + 2 * toStep);
        Avx.Permute2x128(c3, c7, 0x20).Store(to + 3 * toStep);
        Avx.Permute2x128(c0, c4, 0x31).Store(to + 4 * toStep);
        Avx.Permute2x128(c1, c5, 0x31).Store(to + 5 * toStep);
        Avx.Permute2x128(c2, c6, 0x31).Store(to + 6 * toStep);
        Avx.Permute2x128(c3, c7, 0x31).Store(to + 7 * toStep);
    }
}
