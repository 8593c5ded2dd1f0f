using Descent.Data;

namespace Descent.Tests.Data;

public class ShiftExpansionTests
{
    [Fact]
    public void TheFiveVersionsOfAPicture()
    {
        var image = Tensor.From([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 3, 3]).To(DType.UInt8);
        var expansion = new ShiftExpansion(new ImageDataset(image, Tensor.From([0L]), ["a"]));

        var (images, labels) = expansion.Batch([0, 1, 2, 3, 4]);

        Assert.Equal(5, expansion.Count);
        Assert.Equal([0, 0, 0, 0, 0], labels.ToArray<long>());
        int[] expected =
        [
            .. (int[])[1, 2, 3, 4, 5, 6, 7, 8, 9],
            .. (int[])[2, 3, 0, 5, 6, 0, 8, 9, 0],
            .. (int[])[0, 1, 2, 0, 4, 5, 0, 7, 8],
            .. (int[])[4, 5, 6, 7, 8, 9, 0, 0, 0],
            .. (int[])[0, 0, 0, 1, 2, 3, 4, 5, 6],
        ];
        Assert.Equal(expected.Select(value => value / 255f), images.ToArray<float>());
    }

    [Theory]
    [InlineData(3, 28, 28)]
    [InlineData(2, 1, 5)]
    [InlineData(1, 5, 1)]
    public void EveryVersionIsThePictureMoved(int channels, int height, int width)
    {
        var data = ImageDatasetTests.Pictures(3, channels, height, width);
        var expansion = new ShiftExpansion(data);
        (int Right, int Down)[] moves = [(0, 0), (-1, 0), (1, 0), (0, -1), (0, 1)];
        for (var sample = 0; sample < expansion.Count; sample++)
        {
            var (right, down) = moves[sample / 3];
            var original = data.Batch([sample % 3]).Images.ToArray<float>();
            var moved = expansion.Batch([sample]).Images.ToArray<float>();
            for (var place = 0; place < original.Length; place++)
            {
                var (plane, y, x) = (place / (height * width), place / width % height, place % width);
                var (fromY, fromX) = (y - down, x - right);
                var inside = fromY >= 0 && fromY < height && fromX >= 0 && fromX < width;
                Assert.Equal(inside ? original[(plane * height + fromY) * width + fromX] : 0f, moved[place]);
            }
        }
    }

    [Fact]
    public void ALoaderSeesEverySampleOnce()
    {
        var data = ImageDatasetTests.Pictures(6, 1, 3, 3);
        var labels = new ShiftExpansion(data)
            .Loader(4, shuffle: true)
            .SelectMany(batch => batch.Labels.ToArray<long>());

        Assert.Equal([10, 10, 10], labels.CountBy(label => label).OrderBy(pair => pair.Key).Select(pair => pair.Value));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShiftExpansion(data).Batch([30]));
    }
}
