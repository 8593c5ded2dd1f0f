using System.Runtime.Intrinsics;
using Descent.Numerics;

namespace Descent.Tests.Numerics;

public class RandomSourceTests
{
    private static readonly RandomSource Source = new(7, "tests");

    // The vectors that Random123 publishes for philox4x32-10 (kat_vectors).
    [Theory]
    [InlineData(0x0, 0x0, 0x0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd)]
    [InlineData(
        0x299f31d0a4093822,
        0x85a308d3243f6a88,
        0x0370734413198a2e,
        0xd16cfe09,
        0x94fdcceb,
        0x5001e420,
        0x24126ea1
    )]
    public void Philox_MeetsThePublishedVectors(ulong key, ulong low, ulong high, uint a, uint b, uint c, uint d) =>
        Assert.Equal(Vector128.Create(a, b, c, d), Philox.Block(key, low, high));

    [Fact]
    public unsafe void Rows_HoldTheSameBlocks()
    {
        var rows = stackalloc uint[64];
        Philox.FillRows(0x1234_5678_9ABC_DEF0, 0xFFFF_FFF0, 0xFEDC_BA98_7654_3210, rows);
        for (uint block = 0; block < 16; block++)
        {
            var words = Philox.Block(0x1234_5678_9ABC_DEF0, 0xFFFF_FFF0 + block, 0xFEDC_BA98_7654_3210);
            for (var row = 0; row < 4; row++)
            {
                Assert.Equal(words[row], rows[16 * row + block]);
            }
        }
    }

    [Theory]
    [InlineData(0, 300)]
    [InlineData(5, 200)]
    [InlineData(63, 2)]
    [InlineData(1L << 40, 129)]
    [InlineData(31, 0)]
    public void BulkDraws_EqualDrawsByIndex(long start, int count)
    {
        var words = new uint[count];
        var (floats, normalFloats) = (new float[count], new float[count]);
        var (doubles, normalDoubles) = (new double[count], new double[count]);
        Source.FillBits(words, start);
        Source.FillUniform(floats, start);
        Source.FillUniform(doubles, start);
        Source.FillNormal(normalFloats, start);
        Source.FillNormal(normalDoubles, start);
        for (var i = 0; i < count; i++)
        {
            Assert.Equal(Source.Bits(start + i), words[i]);
            Assert.Equal(Source.UniformSingle(start + i), floats[i]);
            Assert.Equal(Source.UniformDouble(start + i), doubles[i]);
            Assert.Equal(Source.NormalSingle(start + i), normalFloats[i]);
            Assert.Equal(Source.NormalDouble(start + i), normalDoubles[i]);
        }
    }

    [Fact]
    public void UniformNumbers_HaveTheMomentsOfTheirDistribution()
    {
        var (floats, doubles) = (new float[200_000], new double[200_000]);
        Source.FillUniform(floats);
        Source.FillUniform(doubles);
        Assert.All(floats, x => Assert.True(x is >= 0 and < 1));
        Assert.All(doubles, x => Assert.True(x is >= 0 and < 1));
        AssertMoments(Array.ConvertAll(floats, x => (double)x), 0.5, 1.0 / 12);
        AssertMoments(doubles, 0.5, 1.0 / 12);
    }

    [Fact]
    public void NormalNumbers_FollowTheirDistribution()
    {
        var (floats, doubles) = (new float[200_000], new double[200_000]);
        Source.FillNormal(floats);
        Source.FillNormal(doubles);
        foreach (var sample in new[] { Array.ConvertAll(floats, x => (double)x), doubles })
        {
            AssertMoments(sample, 0, 1);
            Array.Sort(sample);
            foreach (var z in new[] { -3.0, -2, -1, -0.3, 0, 0.7, 1.5, 2.5 })
            {
                var below = Array.BinarySearch(sample, z) is var place && place < 0 ? ~place : place;
                var expected = 0.5 * (1 + Lane<double>.Erf(new(z / Math.Sqrt(2))).Value);
                Assert.Equal(expected, below / 200_000.0, 0.005);
            }
        }
    }

    [Fact]
    public void NormalPairs_LieOnTheCircleOfTheirRadius()
    {
        var source = new RandomSource(3, "pairs");
        for (var i = 0L; i < 16; i++)
        {
            var (x, y) = (source.NormalDouble(i), source.NormalDouble(i + 16));
            var u = source.UniformDouble(i) + 1.0 / (1L << 54);
            var turns = source.UniformDouble(i + 16);
            var radius = Math.Sqrt(-2 * Math.Log(u));
            Assert.Equal(radius * Math.Cos(2 * Math.PI * turns), x, 1e-14);
            Assert.Equal(radius * Math.Sin(2 * Math.PI * turns), y, 1e-14);
        }
    }

    [Fact]
    public void SeedsPurposesAndSplits_GiveDifferentNumbers()
    {
        RandomSource[] sources =
        [
            new(0, "a"),
            new(1, "a"),
            new(0, "b"),
            new(0, "ab"),
            new(0, ""),
            new RandomSource(0, "a").Split("b"),
            new RandomSource(0, "b").Split("a"),
            new RandomSource(0, "a").Split(0),
            new RandomSource(0, "a").Split(1),
            new RandomSource(0, "a").Split(1L << 40),
            new RandomSource(0, "a").Split(-1),
        ];
        Assert.Equal(sources.Length, sources.Select(s => s.Bits(0)).Distinct().Count());
        Assert.Equal(sources.Length, sources.Distinct().Count());
        Assert.Equal(new RandomSource(0, "a").Split("b").Split(3), new RandomSource(0, "a").Split("b").Split(3));
    }

    [Fact]
    public void Numbers_StayWhatTheyAre()
    {
        // Saved runs depend on these: a change of any is a change of every seed's meaning.
        var source = new RandomSource(42, "init").Split("conv1.weight").Split(3);
        Assert.Equal((2756944447u, 221380628u), (source.Bits(0), source.Bits(1000)));
        Assert.Equal(-1.0854204f, source.NormalSingle(5));
        Assert.Equal(373887L, source.Below(1_000_000, 9));
    }

    [Fact]
    public void Below_IsInRange_AndEven()
    {
        var counts = new int[7];
        for (var i = 0; i < 70_000; i++)
        {
            counts[Source.Below(7, i)]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400));
        Assert.InRange(Source.Below(long.MaxValue, 3), 0, long.MaxValue - 1);
        Assert.Equal(0, Source.Below(1, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Source.Below(0, 0));
    }

    [Fact]
    public void Permutation_HoldsEveryNumberOnce_AndEveryOrderOccurs()
    {
        Assert.Equal(Enumerable.Range(0, 1000), Source.Permutation(1000).Order());
        Assert.NotEqual(Source.Permutation(1000), Source.Split("again").Permutation(1000));
        Assert.Empty(Source.Permutation(0));
        var orders = Enumerable.Range(0, 6000).GroupBy(i => string.Join(' ', Source.Split(i).Permutation(3))).ToList();
        Assert.Equal(6, orders.Count);
        Assert.All(orders, order => Assert.InRange(order.Count(), 850, 1150));
    }

    [Fact]
    public void NegativeIndex_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => Source.Bits(-1));

    private static void AssertMoments(double[] sample, double mean, double variance)
    {
        var average = sample.Average();
        Assert.Equal(mean, average, 0.01);
        Assert.Equal(variance, sample.Average(x => (x - average) * (x - average)), 0.01);
    }
}
