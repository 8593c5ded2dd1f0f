using Descent.Numerics;

namespace Descent.Tests.Backends.Cpu;

/// <summary>Short rows that are combined sixteen at a time have the bits that they have one by one.</summary>
public class SixteenRowsTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(49)]
    [InlineData(64)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(129)]
    public void TogetherIsOneByOne(int length)
    {
        var values = Tensor.RandomNormal([37, length], new RandomSource(4, "x")).ToArray<float>();
        (values[3 * length], values[^1], values[5 * length + 1]) = (float.NaN, float.NegativeInfinity, -0f);
        var x = Tensor.From(values, [37, length]);
        foreach (var combine in (Func<Tensor, Tensor>[])[rows => rows.Sum(1), rows => rows.Max(1), rows => rows.Min(1)])
        {
            var together = combine(x).ToArray<float>();
            for (var row = 0; row < together.Length; row++)
            {
                var alone = combine(x[row..(row + 1)].Clone()).ToArray<float>()[0];
                Assert.Equal(BitConverter.SingleToInt32Bits(alone), BitConverter.SingleToInt32Bits(together[row]));
            }
        }
    }
}
