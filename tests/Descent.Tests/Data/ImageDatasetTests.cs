using Descent.Data;

namespace Descent.Tests.Data;

public class ImageDatasetTests
{
    [Fact]
    public void BatchesAreBytesOver255InTheOrderAsked()
    {
        var data = Pictures(5, 3, 7, 9);

        var (images, labels) = data.Batch([4, 0, 4]);

        Assert.Equal(DType.Float32, images.DType);
        Assert.Equal(new Shape(3, 3, 7, 9), images.Shape);
        Assert.Equal([4L % 3, 0, 4 % 3], labels.ToArray<long>());
        var bytes = data.Images.ToArray<byte>();
        var expected = ((int[])[4, 0, 4]).SelectMany(i => bytes[(i * 189)..((i + 1) * 189)]).Select(b => b / 255f);
        Assert.Equal(expected, images.ToArray<float>());
    }

    [Fact]
    public void EveryByteGivesItsQuotient()
    {
        var images = Tensor.From([.. Enumerable.Range(0, 256).Select(i => (byte)i)], [1, 1, 16, 16]);
        var data = new ImageDataset(images, Tensor.From([0L]), ["a"]);

        Assert.Equal(Enumerable.Range(0, 256).Select(i => i / 255f), data.Batch([0]).Images.ToArray<float>());
    }

    [Fact]
    public void APartIsAViewWithItsOwnNumbers()
    {
        var data = Pictures(10, 1, 4, 4);
        var part = data[6..9];

        Assert.Equal(3, part.Count);
        Assert.Equal(data.Batch([7]).Images.ToArray<float>(), part.Batch([1]).Images.ToArray<float>());
        Assert.Equal(7 % 3, part.Batch([1]).Labels.ToScalar<long>());
        Assert.Throws<ArgumentOutOfRangeException>(() => part.Batch([3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => data[8..11]);
    }

    [Fact]
    public void AKeptBatchNeverChanges()
    {
        var loader = Pictures(64, 1, 8, 8).Loader(8, shuffle: true, seed: 1);
        var kept = new List<(Tensor Images, float[] Copy)>();
        for (var epoch = 0; epoch < 3; epoch++)
        {
            foreach (var (images, _) in loader)
            {
                kept.Add((images, images.ToArray<float>()));
            }
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        _ = loader.Count();
        Assert.Equal(24, kept.Count);
        Assert.All(kept, batch => Assert.Equal(batch.Copy, batch.Images.ToArray<float>()));
    }

    [Fact]
    public void AStepOfTheLoopAllocatesLittle()
    {
        var loader = Pictures(2000, 1, 28, 28).Loader(10, shuffle: true, prefetch: 0);
        _ = loader.Count();
        var before = GC.GetAllocatedBytesForCurrentThread();

        var batches = loader.Count();

        Assert.Equal(200, batches);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / batches, 0, 2048);
    }

    [Fact]
    public void RefusesWhatDoesNotFit()
    {
        var images = Tensor.Zeros([2, 1, 3, 3], DType.UInt8);

        Assert.Throws<DTypeException>(() => new ImageDataset(Tensor.Zeros([2, 1, 3, 3]), Labels(0, 0), ["a"]));
        Assert.Throws<DTypeException>(() => new ImageDataset(images, Tensor.From([0, 0]), ["a"]));
        Assert.Throws<ShapeException>(() => new ImageDataset(images, Labels(0), ["a"]));
        Assert.Throws<ShapeException>(() => new ImageDataset(images.Reshape([2, 9]), Labels(0, 0), ["a"]));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new ImageDataset(images, Labels(0, 1), ["a"]));
        Assert.Contains("Label 1 of picture 1", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageDataset(images, Labels(0, -1), ["a"]));

        static Tensor Labels(params long[] values) => Tensor.From(values);
    }

    internal static ImageDataset Pictures(int count, int channels, int height, int width) =>
        new(
            Tensor.From(
                [.. Enumerable.Range(0, count * channels * height * width).Select(i => (byte)(i * 7 + i / 251))],
                [count, channels, height, width]
            ),
            Tensor.From([.. Enumerable.Range(0, count).Select(i => (long)(i % 3))]),
            ["a", "b", "c"]
        );
}
