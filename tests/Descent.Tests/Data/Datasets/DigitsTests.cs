using System.Security.Cryptography;
using Descent.Data;
using Descent.Numerics;

namespace Descent.Tests.Data;

public class DigitsTests
{
    [Fact]
    public void ADigitDependsOnSeedPurposeAndNumberAlone()
    {
        var few = Digits.Generate(100, seed: 3);
        var many = Digits.Generate(300, seed: 3);

        Assert.Equal(new Shape(100, 1, 28, 28), few.Images.Shape);
        Assert.Equal(few.Images.ToArray<byte>(), many[..100].Images.ToArray<byte>());
        Assert.Equal(few.Labels.ToArray<long>(), many[..100].Labels.ToArray<long>());
        Assert.NotEqual(few.Images.ToArray<byte>(), Digits.Generate(100, seed: 4).Images.ToArray<byte>());
        Assert.NotEqual(few.Images.ToArray<byte>(), Digits.Generate(100, 3, Digits.Test).Images.ToArray<byte>());
    }

    [Fact]
    public void ThreadsDoNotMatter()
    {
        var threads = WorkSplitter.Threads;
        try
        {
            WorkSplitter.Threads = 1;
            var one = Digits.Generate(1000).Images.ToArray<byte>();
            WorkSplitter.Threads = 5;
            Assert.Equal(one, Digits.Generate(1000).Images.ToArray<byte>());
        }
        finally
        {
            WorkSplitter.Threads = threads;
        }
    }

    [Fact]
    public void EveryMachineDrawsTheSameDigits()
    {
        // The sum of the first thousand digits of seed 0. It changes only when the pen or the styles are changed on purpose.
        var sum = SHA256.HashData(Digits.Generate(1000).Images.ToArray<byte>());

        Assert.Equal("ba60cb134919298c", Convert.ToHexStringLower(sum)[..16]);
    }

    [Fact]
    public void DigitsLieInThePictureAsThoseOfMnistDo()
    {
        var digits = Digits.Generate(2000);
        var pixels = digits.Images.ToArray<byte>();
        var cut = 0;
        for (var i = 0; i < digits.Count; i++)
        {
            var picture = pixels.AsSpan(i * 784, 784);
            double mass = 0,
                x = 0,
                y = 0;
            for (var place = 0; place < 784; place++)
            {
                mass += picture[place];
                x += picture[place] * (place % 28);
                y += picture[place] * (place / 28);
            }

            Assert.InRange(mass / 255, 12, 350);
            Assert.InRange(x / mass, 10, 17);
            Assert.InRange(y / mass, 10, 17);
            Assert.True(picture.ContainsAnyInRange((byte)200, (byte)255));
            cut += picture[..28].ContainsAnyExcept((byte)0) || picture[756..].ContainsAnyExcept((byte)0) ? 1 : 0;
        }

        // Ink keeps away from the border, but for the pen's soft edge.
        Assert.InRange(cut, 0, 40);
    }

    [Fact]
    public void ClassesAreEquallyCommon()
    {
        var counts = Digits.Generate(10_000).Labels.ToArray<long>().CountBy(label => label).ToDictionary();

        Assert.Equal(10, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 880, 1120));
    }

    [Fact]
    public void EveryStyleFitsThePen()
    {
        Assert.Equal(10, DigitStyles.All.Length);
        foreach (var style in DigitStyles.All.SelectMany(styles => styles))
        {
            Assert.InRange(style.Knots.Length, 2, DigitStyles.MaxKnots);
            Assert.True(style.Weight > 0);
            Assert.Equal(style.Knots.Length, style.StrokeEnds[^1]);
            var start = 0;
            foreach (var end in style.StrokeEnds)
            {
                Assert.True(end - start >= 2);
                start = end;
            }
        }
    }

    [Fact]
    public void SplitsShareNoDigit()
    {
        var splits = Digits.GenerateSplits(3000, 1000, 1000, seed: 9);
        var seen = new HashSet<string>();
        foreach (var part in (ImageDataset[])[splits.Training, splits.Validation, splits.Test])
        {
            var pixels = part.Images.ToArray<byte>();
            for (var i = 0; i < part.Count; i++)
            {
                Assert.True(seen.Add(Convert.ToHexString(SHA256.HashData(pixels.AsSpan(i * 784, 784)))));
            }
        }

        Assert.Equal(5000, seen.Count);
    }

    [Fact]
    public void DrawingAllocatesNothingPerDigit()
    {
        _ = Digits.Generate(10);
        var before = GC.GetAllocatedBytesForCurrentThread();

        _ = Digits.Generate(1000);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16_000);
    }
}
