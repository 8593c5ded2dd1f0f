using Descent.Backends;
using Descent.Backends.Cpu;
using Descent.Numerics;

namespace Descent.Tests.Backends.Cpu;

/// <summary>Pools of more than the caches hold, which ask memory ahead.</summary>
public class FarPoolTests
{
    [Theory]
    [InlineData(2, 2, 0)]
    [InlineData(3, 2, 1)]
    public void EveryPictureIsPooledAsAlone(int kernel, int stride, int padding)
    {
        var window = new Window2d(kernel, kernel, stride, stride, padding, padding);
        var x = Tensor.RandomNormal([22, 2, 278, 281], new RandomSource(4, "x"));
        var (y, dx) = Run(x);
        Assert.True(new PoolGeometry(x.Shape, y.Shape, window).IsFar);
        foreach (var picture in (int[])[0, 11, 21])
        {
            var (alone, slope) = Run(x[picture..(picture + 1)].Clone());
            Assert.Equal(alone.ToArray<float>(), y[picture..(picture + 1)].ToArray<float>());
            Assert.Equal(slope.ToArray<float>(), dx[picture..(picture + 1)].ToArray<float>());
        }

        (Tensor Y, Tensor Slope) Run(Tensor input)
        {
            using var recording = Gradients.Record([input]);
            var pooled = input.MaxPool2d(window);
            return (pooled.Detach(), Gradients.Of(pooled, [input], pooled.Detach())[0]);
        }
    }
}
