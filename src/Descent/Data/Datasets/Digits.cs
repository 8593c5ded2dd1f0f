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

    internal static readonly string[] ClassNames = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

    private const int PixelsPerPicture = Side * Side;
    private const int DigitsPerChunk = 64;

    /// <summary>The purpose of digits to learn from.</summary>
    public const string Training = "digits-train";

    /// <summary>The purpose of digits to choose by.</summary>
    public const string Validation = "digits-validation";

    /// <summary>The purpose of digits to measure on.</summary>
    public const string Test = "digits-test";

    /// <summary>Makes the first digits of a seed and purpose; another purpose shares no digit with it.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="purpose">What they are for: <see cref="Training"/>, <see cref="Validation"/>, <see cref="Test"/> or a word of your own.</param>
    /// <returns>Images of 28 × 28 as uint8, (N, 1, 28, 28), with labels 0 to 9.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public static unsafe ImageDataset Generate(int count, long seed = 0, string purpose = Training)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var images = Tensor.Lasting(Device.Cpu, DType.UInt8, [count, 1, Side, Side]);
        var labels = Tensor.Lasting(Device.Cpu, DType.Int64, [count]);
        var body = new DrawBody(
            new RandomSource(seed, purpose),
            (byte*)images.View.Address,
            (long*)labels.View.Address
        );
        WorkSplitter.For(count, DigitsPerChunk, body);
        GC.KeepAlive(images);
        GC.KeepAlive(labels);
        return new ImageDataset(images, labels, ClassNames);
    }

    /// <summary>Makes a training, a validation and a test set that share no digit.</summary>
    public static ImageSplits GenerateSplits(
        int training = 50_000,
        int validation = 10_000,
        int test = 10_000,
        long seed = 0
    ) => new(Generate(training, seed, Training), Generate(validation, seed, Validation), Generate(test, seed, Test));

    private readonly unsafe struct DrawBody(RandomSource source, byte* images, long* labels) : IRangeBody
    {
        public void Invoke(long start, long end)
        {
            for (var i = start; i < end; i++)
            {
                var random = new UniformStream(source.Split(i));
                var digit = (int)(random.Next() * 10f);
                labels[i] = digit;
                DigitHand.Draw(digit, ref random, new Span<byte>(images + i * PixelsPerPicture, PixelsPerPicture));
            }
        }
    }
}
