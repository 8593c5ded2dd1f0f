using Descent.Layers;
using Descent.Numerics;

namespace Descent.Tests.Layers;

public class NormalizationTests
{
    public static TheoryData<string> ByPlace =>
        ["LayerNorm: features", "GroupNorm: pictures", "InstanceNorm2d: pictures"];

    [Theory]
    [MemberData(nameof(ByPlace))]
    public void A_sample_alone_has_the_bits_it_has_in_a_batch(string part)
    {
        var layerCase = LayerCases.Named(part);
        var layer = layerCase.MakeFilled();
        var batch = Tensor.RandomNormal(layerCase.Input.With(0, 33), new RandomSource(2, "batch"));
        var all = layer.Forward(batch);
        for (var sample = 0; sample < 33; sample += 8)
        {
            var alone = layer.Forward(batch[sample..(sample + 1)]).ToArray<float>();

            Assert.Equal(all[sample..(sample + 1)].ToArray<float>(), alone);
        }
    }

    [Fact]
    public void Nonsense_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new LayerNorm(new Shape()));
        Assert.Throws<ArgumentException>(() => new LayerNorm(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LayerNorm(3, epsilon: 0));
        Assert.Throws<ArgumentException>(() => new GroupNorm(3, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GroupNorm(0, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new InstanceNorm1d(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new InstanceNorm2d(3, momentum: 2));
    }
}
