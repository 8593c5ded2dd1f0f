using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Descent.Backends.Cpu;

/// <summary>Rows of a picture with its padding, of sixteen channels that lie innermost: a pixel is one line of the cache, and a vector one or several of its channels.</summary>
/// <remarks>Zeros stand for what lies outside, also where whole tiles hang over the right and the lower edge.</remarks>
internal readonly unsafe struct WinogradLines(int height, int width, int paddingY, int paddingX, int columns)
{
    /// <summary>Channels of a line.</summary>
    public const int Channels = 16;

    // The last pixels of a row may be written beyond it before the zeros are.
    private const int Slack = 16 * Channels;

    /// <summary>Elements from a row to the next.</summary>
    public int Pitch => columns * Channels;

    /// <summary>Elements of a plane of the picture.</summary>
    public long Plane => (long)height * width;

    /// <summary>Elements that some rows take.</summary>
    public int Length(int rows) => rows * Pitch + Slack;

    /// <summary>Loads rows of up to sixteen planes from <paramref name="first"/> on, counted with the padding; channels that are not there repeat the last one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Load<TElement>(TElement* x, int channels, int first, int rows, TElement* to)
        where TElement : unmanaged
    {
        var left = paddingX * Channels;
        var used = Math.Min(width, columns - paddingX);
        var right = left + used * Channels;
        for (var row = 0; row < rows; row++, to += Pitch)
        {
            var y = first + row - paddingY;
            if (y < 0 || y >= height)
            {
                Clear(to, Pitch);
                continue;
            }

            Turn(x + (long)y * width, channels, used, to + left);
            Clear(to, left);
            Clear(to + right, Pitch - right);
        }
    }

    // Whole pixels.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Clear<TElement>(TElement* to, int count)
        where TElement : unmanaged
    {
        for (var i = 0; i < count; i += Channels)
        {
            Unsafe.InitBlockUnaligned(to + i, 0, (uint)(Channels * sizeof(TElement)));
        }
    }

    // to[pixel, channel] = from[channel, pixel]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Turn<TElement>(TElement* from, int channels, int pixels, TElement* to)
        where TElement : unmanaged
    {
        var plane = Plane;
        if (typeof(TElement) != typeof(float) || !Avx.IsSupported)
        {
            for (var i = 0; i < pixels * Channels; i++)
            {
                to[i] = from[Math.Min(i % Channels, channels - 1) * plane + i / Channels];
            }

            return;
        }

        if (Avx512F.IsSupported && channels == Channels)
        {
            var pixel = 0;
            for (; pixel + 16 <= pixels; pixel += 16)
            {
                Prefetch((float*)from + pixel);
                Transpose.Square((float*)from + pixel, plane, 16, (float*)to + pixel * Channels, Channels);
            }

            if (pixel < pixels)
            {
                var rest = pixels - pixel;
                Prefetch((float*)from + pixel);
                Transpose.Square((float*)from + pixel, plane, rest, (float*)to + pixel * Channels, Channels);
            }

            return;
        }

        for (var half = 0; half < Channels; half += 8)
        {
            var last = Math.Max(0, channels - 1 - half);
            var f = (float*)from + (channels - 1 - last) * plane;
            for (var pixel = 0; pixel < pixels; pixel += 8)
            {
                // The last step moves back to end with the row.
                var at = Math.Max(0, Math.Min(pixel, pixels - 8));
                var count = Math.Min(8, pixels);
                Transpose.Store8(
                    Load(f + at, count),
                    Load(f + at + Math.Min(1, last) * plane, count),
                    Load(f + at + Math.Min(2, last) * plane, count),
                    Load(f + at + Math.Min(3, last) * plane, count),
                    Load(f + at + Math.Min(4, last) * plane, count),
                    Load(f + at + Math.Min(5, last) * plane, count),
                    Load(f + at + Math.Min(6, last) * plane, count),
                    Load(f + at + Math.Min(7, last) * plane, count),
                    (float*)to + at * Channels + half,
                    Channels
                );
            }
        }
    }

    // The same pixels of the next sixteen channels, or of the next picture.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Prefetch(float* from)
    {
        var plane = Plane;
        from += Channels * plane;
        for (var channel = 0; channel < Channels; channel++, from += plane)
        {
            Sse.Prefetch1(from);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Load(float* from, int count) =>
        count == 8 ? Vector256.Load(from) : Vector256Ops<float>.LoadPartial(from, count);
}
