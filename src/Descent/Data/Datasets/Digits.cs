using Descent.Numerics;

namespace Descent.Data;

/// <summary>Synthetic handwritten-like digits: made by stroke models of our own, not collected from people.</summary>
/// <remarks>28 × 28 pixels, white on black, written about 20 pixels high with the ink's centre in the middle, as MNIST
/// has them. Digit number i depends on (seed, purpose, i) alone, so sets of any size share their beginnings and every
/// machine makes the same pictures.</remarks>
public static class Digits
{
    /// <summary>Width and height of a picture in pixels.</summary>
    public const int Side = 28;

    private const int PixelsPerPicture = Side * Side;
    private const int DigitsPerChunk = 64;

    /// <summary>Draws the digits from number <paramref name="first"/> on, as many as there are labels.</summary>
    internal static unsafe void Draw(ulong seed, string purpose, long first, Span<byte> pictures, Span<long> labels)
    {
        fixed (byte* picture = pictures)
        fixed (long* label = labels)
        {
            var body = new DrawBody(seed, purpose, first, picture, label);
            WorkSplitter.For(labels.Length, DigitsPerChunk, body);
        }
    }

    private readonly unsafe struct DrawBody(ulong seed, string purpose, long first, byte* pictures, long* labels)
        : IRangeBody
    {
        public void Invoke(long start, long end)
        {
            for (var i = start; i < end; i++)
            {
                var random = new DigitRandom(seed, purpose, first + i);
                var digit = (int)(random.Uniform() * 10f);
                labels[i] = digit;
                DigitHand.Draw(digit, ref random, new Span<byte>(pictures + i * PixelsPerPicture, PixelsPerPicture));
            }
        }
    }
}
