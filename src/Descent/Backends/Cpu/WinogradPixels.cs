using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Backends.Cpu;

/// <summary>From pixels with their channels innermost to planes.</summary>
internal static unsafe class WinogradPixels<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : struct
    where TElement : unmanaged
{
    private static int Width => ProductTile<TOps, TVector, TElement>.Columns;

    /// <summary>to[channel, pixel] = epilogue(from[pixel, channel]), for the channels from <paramref name="first"/> on; writes nothing besides.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Store<TEpilogue>(
        TElement* from,
        int pixels,
        int channels,
        TElement* to,
        long plane,
        int first,
        in TEpilogue epilogue
    )
        where TEpilogue : struct, IProductEpilogue<TElement>
    {
        var then = epilogue;
        int count;
        for (var channel = 0; channel < channels; channel += count)
        {
            count = Math.Min(8, channels - channel);
            Turn(from + channel, pixels, count, to + channel * plane, plane);
            if (typeof(TEpilogue) == typeof(NoEpilogue<TElement>))
            {
                continue;
            }

            // While they are in the first-level cache.
            for (var i = channel; i < channel + count; i++)
            {
                var line = to + i * plane;
                var pixel = 0;
                for (; pixel <= pixels - TOps.Count; pixel += TOps.Count)
                {
                    var value = TOps.Load(line + pixel);
                    TOps.Store(line + pixel, then.Apply<TOps, TVector>(value, first + i, 0, TOps.Count, line + pixel));
                }

                if (pixel < pixels)
                {
                    var value = TOps.LoadPartial(line + pixel, pixels - pixel);
                    value = then.Apply<TOps, TVector>(value, first + i, 0, pixels - pixel, line + pixel);
                    TOps.StorePartial(line + pixel, value, pixels - pixel);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(TElement* from, int pixels, int channels, TElement* to, long plane)
    {
        if (typeof(TElement) != typeof(float) || !Avx.IsSupported || channels < 8 || pixels < 8)
        {
            for (var channel = 0; channel < channels; channel++)
            {
                for (var pixel = 0; pixel < pixels; pixel++)
                {
                    to[channel * plane + pixel] = from[pixel * Width + channel];
                }
            }

            return;
        }

        for (var pixel = 0; pixel < pixels; pixel += 8)
        {
            // The last step moves back to end with the pixels.
            var at = Math.Min(pixel, pixels - 8);
            var f = (float*)from + at * Width;
            Transpose.Store8(
                Vector256.Load(f),
                Vector256.Load(f + Width),
                Vector256.Load(f + 2 * Width),
                Vector256.Load(f + 3 * Width),
                Vector256.Load(f + 4 * Width),
                Vector256.Load(f + 5 * Width),
                Vector256.Load(f + 6 * Width),
                Vector256.Load(f + 7 * Width),
                (float*)to + at,
                plane
            );
        }
    }
}
