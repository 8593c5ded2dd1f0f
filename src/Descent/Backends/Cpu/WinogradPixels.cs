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
        int count;
        for (var channel = 0; channel < channels; channel += count)
        {
            var isSquare =
                typeof(TElement) == typeof(float) && Avx512F.IsSupported && pixels >= 16 && channels - channel >= 16;
            count = isSquare ? 16 : Math.Min(8, channels - channel);
            if (isSquare)
            {
                TurnSquares(from + channel, pixels, to + channel * plane, plane, first + channel, epilogue);
            }
            else
            {
                Turn(from + channel, pixels, count, to + channel * plane, plane);
            }

            if (typeof(TEpilogue) != typeof(NoEpilogue<TElement>) && !(isSquare && IsShort<TEpilogue>()))
            {
                Apply(to + channel * plane, plane, pixels, first + channel, count, epilogue);
            }
        }
    }

    /// <summary>Asks for the lines that <see cref="Store"/> will write, so that they arrive while the pixels are made.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Prefetch(TElement* to, int pixels, int channels, long plane)
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        for (var channel = 0; channel < channels; channel++, to += plane)
        {
            for (var pixel = 0; pixel < pixels; pixel += 64 / sizeof(TElement))
            {
                Sse.Prefetch0(to + pixel);
            }

            Sse.Prefetch0(to + pixels - 1);
        }
    }

    // While the pixels are in the first-level cache.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Apply<TEpilogue>(
        TElement* line,
        long plane,
        int pixels,
        int first,
        int channels,
        in TEpilogue epilogue
    )
        where TEpilogue : struct, IProductEpilogue<TElement>
    {
        var then = epilogue;
        for (var i = 0; i < channels; i++, line += plane)
        {
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

    // Sixteen copies of it are not too much to compile.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsShort<TEpilogue>()
        where TEpilogue : struct, IProductEpilogue<TElement> => typeof(TEpilogue) == typeof(RowBias<float>);

    // Sixteen channels, with a short epilogue.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TurnSquares<TEpilogue>(
        TElement* from,
        int pixels,
        TElement* to,
        long plane,
        int first,
        in TEpilogue epilogue
    )
        where TEpilogue : struct, IProductEpilogue<TElement>
    {
        var bias = IsShort<TEpilogue>() ? Unsafe.BitCast<TEpilogue, RowBias<float>>(epilogue) : default;
        for (var pixel = 0; pixel < pixels; pixel += 16)
        {
            // The last step moves back to end with the pixels.
            var at = Math.Min(pixel, pixels - 16);
            var source = (float*)from + at * Width;
            var target = (float*)to + at;
            if (IsShort<TEpilogue>())
            {
                Transpose.Square(source, Width, 16, target, plane, first, bias);
            }
            else
            {
                Transpose.Square(source, Width, 16, target, plane);
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
