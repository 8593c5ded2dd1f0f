using System.Globalization;
using System.Text.Json;
using Descent.Numerics;

namespace Descent.Tests.Numerics;

/// <summary>Draws compared bit for bit with those of NumPy, made by <c>tests/golden/numpy_random.py</c>.</summary>
public class NumpyRandomTests
{
    private static readonly JsonElement Expected = Golden.Document("numpy_random");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Draws_EqualNumPys(int index)
    {
        var golden = Expected.GetProperty("seeds")[index];
        var random = new NumpyRandom(golden.GetProperty("seed").GetUInt32());
        double[] p = [0.1, 0.2, 0.3, 0.15, 0.25];
        double[] Doubles(string name) => Golden.Doubles(golden.GetProperty(name));
        int[] Ints(string name) => Golden.Ints(golden.GetProperty(name));
        long[] Longs(string name) => Array.ConvertAll(Ints(name), v => (long)v);

        Assert.Equal(Doubles("rand"), random.Rand(700));
        Assert.Equal(Doubles("randn"), random.RandN(7));
        Assert.Equal(Doubles("normal"), random.Normal(2.5, 0.75, 6));
        Assert.Equal(Doubles("uniform"), random.Uniform(-3.0, 5.0, 5));
        Assert.Equal(Longs("randint"), random.RandInt(0, 10, 20));
        Assert.Equal(Longs("randint_shifted"), random.RandInt(-7, 1000, 20));
        Assert.Equal(
            golden.GetProperty("randint_large").EnumerateArray().Select(v => v.GetString()),
            random.RandInt(-(1L << 62), 1L << 62, 5).Select(v => v.ToString(CultureInfo.InvariantCulture))
        );
        Assert.Equal(Longs("randint_one"), random.RandInt(4, 5, 3));
        Assert.Equal(Ints("choice"), random.Choice(5, 200));
        Assert.Equal(Ints("choice_distinct"), random.Choice(30, 12, replace: false));
        Assert.Equal(Ints("choice_weighted"), random.Choice(5, 40, probabilities: p));
        Assert.Equal(Ints("choice_weighted_distinct"), random.Choice(5, 4, replace: false, p));
        var items = Enumerable.Range(0, 20).ToArray();
        random.Shuffle(items.AsSpan());
        Assert.Equal(Ints("shuffle"), items);
        Assert.Equal(Ints("permutation"), random.Permutation(50));
        Assert.Equal(Doubles("after"), new[] { random.RandN(), random.Rand(), random.RandInt(0, 100), random.RandN() });
    }

    [Fact]
    public void ArraySeed_EqualsNumPys() =>
        Assert.Equal(Golden.Doubles(Expected.GetProperty("array_rand")), new NumpyRandom([1, 2, 3, 4]).Rand(5));

    [Fact]
    public void Seed_StartsAgain_AndForgetsTheSpareNormal()
    {
        var random = new NumpyRandom(5);
        var first = random.RandN();
        random.Seed(5);
        Assert.Equal(first, random.RandN());
    }

    [Fact]
    public void Misuse_Throws()
    {
        var random = new NumpyRandom(0);
        Assert.Throws<ArgumentException>(() => random.RandInt(3, 3));
        Assert.Throws<ArgumentException>(() => random.Choice(3, 4, replace: false));
        Assert.Throws<ArgumentException>(() => random.Choice(3, 1, probabilities: [0.5, 0.5]));
        Assert.Throws<ArgumentException>(() => random.Choice(2, 1, probabilities: [0.5, 0.6]));
        Assert.Throws<ArgumentException>(() => new NumpyRandom([]));
    }
}
