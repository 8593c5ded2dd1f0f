using Descent.Numerics;

namespace Descent.Tests.Backends.Cpu;

/// <summary>The statistics of a batch are exact enough where the mean is far above the spread.</summary>
public class BatchNormTests
{
    /// <summary>Small deviations about large means, which differ from picture to picture or do not.</summary>
    [Theory]
    [InlineData(1000, 0)]
    [InlineData(1000, 1)]
    [InlineData(-30, 500)]
    [InlineData(0, 0)]
    public void StatisticsAreThoseOfDoublePrecision(double mean, double distance)
    {
        const int Batch = 5;
        const int Plane = 12 * 11;
        var noise = Tensor.RandomNormal([Batch, 2, 12, 11], new RandomSource(1, "noise"));
        var steps = Tensor.From([.. Enumerable.Range(0, Batch).Select(n => (float)(mean + n % 2 * distance))]);
        var x = noise * 0.1f + steps.Reshape(Batch, 1, 1, 1);
        var (_, means, variances) = x.BatchNorm(Tensor.Ones([2]), Tensor.Zeros([2]), 1e-5);
        var values = x.ToArray<float>();
        for (var channel = 0; channel < 2; channel++)
        {
            double[] all = [.. values.Where((_, i) => i / Plane % 2 == channel).Select(value => (double)value)];
            var average = all.Average();
            var variance = all.Average(value => (value - average) * (value - average));
            Assert.Equal(1, (means.ToArray<float>()[channel] - average) / (Math.Abs(mean) + distance + 1) + 1, 1e-6);
            Assert.Equal(1, variances.ToArray<float>()[channel] / variance, 1e-4);
        }
    }
}
