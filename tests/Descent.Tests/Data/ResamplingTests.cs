using Descent.Data;

namespace Descent.Tests.Data;

/// <summary>Samples drawn for the members of an ensemble.</summary>
public class ResamplingTests
{
    [Fact]
    public void A_bootstrap_draws_as_many_with_repetition()
    {
        var samples = Resampling.Bootstrap(10_000, seed: 3);

        Assert.Equal(10_000, samples.Length);
        Assert.All(samples, sample => Assert.InRange(sample, 0, 9_999));
        Assert.Equal(1 - Math.Exp(-1), samples.Distinct().Count() / 10_000.0, 0.02);
        Assert.Equal(samples, Resampling.Bootstrap(10_000, seed: 3));
        Assert.NotEqual(samples, Resampling.Bootstrap(10_000, seed: 4));
    }

    [Fact]
    public void A_subset_draws_none_twice()
    {
        var samples = Resampling.Subset(100, 40, seed: 3);

        Assert.Equal(40, samples.Distinct().Count());
        Assert.All(samples, sample => Assert.InRange(sample, 0, 99));
        Assert.NotEqual(samples, Resampling.Subset(100, 40, seed: 4));
        Assert.Empty(Resampling.Subset(0, 0, seed: 1));
        Assert.Empty(Resampling.Bootstrap(0, seed: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Resampling.Subset(3, 4, seed: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Resampling.Bootstrap(-1, seed: 1));
    }

    [Fact]
    public void A_set_of_chosen_pictures_keeps_pictures_and_labels_together()
    {
        var images = Tensor.From([1, 2, 3, 4, 5, 6], [3, 1, 1, 2]).To(DType.UInt8);
        var taken = new ImageDataset(images, Tensor.From([0L, 1, 0]), ["a", "b"]).Take([2, 0, 2]);

        Assert.Equal([5, 6, 1, 2, 5, 6], taken.Images.ToArray<byte>());
        Assert.Equal([0L, 0, 0], taken.Labels.ToArray<long>());
        Assert.Throws<ArgumentOutOfRangeException>(() => taken.Take([3]));
    }
}
