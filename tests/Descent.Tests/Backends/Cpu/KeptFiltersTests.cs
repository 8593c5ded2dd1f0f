using Descent.Layers;
using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Tests.Backends.Cpu;

/// <summary>Transformed filters that inference keeps with a parameter.</summary>
[Collection(nameof(Sharing))]
public class KeptFiltersTests
{
    private static readonly Tensor Pictures = Tensor.RandomNormal([2, 32, 8, 8], new RandomSource(1, "pictures"));

    [Fact]
    public void Kept_filters_give_the_same_bits_and_follow_an_assignment()
    {
        var layer = Layer(1);
        var first = Values(layer);
        Assert.Equal(first, Values(layer));
        Assert.Null(Kept(layer));
        Assert.Equal(first, Values(layer));
        Assert.NotNull(Kept(layer));
        Assert.Equal(first, Values(layer));

        var other = Layer(2);
        layer.Weight.Assign(other.Weight);
        layer.Bias!.Assign(other.Bias!);
        Assert.Null(Kept(layer));
        var expected = Values(other);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(expected, Values(layer));
        }
    }

    [Fact]
    public void A_step_of_training_makes_them_anew_and_keeps_none()
    {
        var layer = Layer(3);
        Values(layer);
        Values(layer);
        Values(layer);
        var optimizer = new Sgd(layer, 0.1);
        for (var i = 0; i < 3; i++)
        {
            using var step = optimizer.BeginStep();
            step.Minimize(layer.Forward(Pictures).Square().Mean());
            Assert.Null(Kept(layer));
        }

        var copy = Layer(4);
        copy.LoadStateDict(layer.StateDict());
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(Values(copy), Values(layer));
        }

        Assert.NotNull(Kept(layer));
    }

    [Fact]
    public void A_picture_has_the_bits_that_it_has_in_a_batch()
    {
        var layer = Layer(5);
        var batch = Values(layer);
        for (var i = 0; i < 4; i++)
        {
            var alone = layer.Forward(Pictures[1..]).ToArray<float>();
            Assert.Equal(batch[(batch.Length / 2)..], alone);
        }
    }

    private static Conv2d Layer(long seed)
    {
        var layer = new Conv2d(32, 48, 3, padding: 1);
        layer.Initialize(seed);
        return layer;
    }

    private static float[] Values(Conv2d layer) => layer.Forward(Pictures).ToArray<float>();

    private static Descent.Backends.Storage? Kept(Conv2d layer) =>
        (layer.Weight.View.Storage.Derived as Descent.Backends.Cpu.KeptFilters)?.Panels;
}
