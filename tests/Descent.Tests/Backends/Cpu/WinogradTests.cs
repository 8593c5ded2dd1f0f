using Descent.Backends.Cpu;

namespace Descent.Tests.Backends.Cpu;

/// <summary>Convolutions by Winograd's transforms.</summary>
[Collection(nameof(Sharing))]
public class WinogradTests
{
    // n, c, h, w, k, padding
    public static TheoryData<int, int, int, int, int, int> Shapes =>
        [
            (2, 16, 14, 14, 32, 1),
            (1, 64, 28, 28, 64, 1),
            (3, 17, 8, 10, 19, 1),
            (2, 20, 10, 12, 50, 0),
            (2, 33, 12, 16, 16, 2),
            (1, 400, 8, 8, 40, 1),
            (1, 16, 6, 70, 16, 1),
            (2, 24, 7, 7, 48, 1),
            (3, 16, 13, 9, 37, 1),
            (30, 16, 7, 7, 16, 1),
            (2, 160, 9, 11, 130, 0),
        ];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_width_gives_the_same_bits_near_plain_loops(int n, int c, int h, int w, int k, int padding)
    {
        var shape = ConvolutionShape.Of(n, c, h, w, k, 3, 3, padding: padding);
        Assert.True(WinogradTiles.Pay(shape));
        new ConvolutionCase<float>(shape, new Random(5)).Check(1e-5);
    }

    [Theory]
    [InlineData(16, 32, 14)]
    [InlineData(64, 64, 28)]
    [InlineData(128, 128, 28)]
    [InlineData(256, 256, 14)]
    [InlineData(512, 512, 7)]
    public void The_error_is_at_most_ten_times_that_of_the_plain_products(int c, int k, int size) =>
        ConvolutionErrors.AssertNearPlainProducts(ConvolutionShape.Of(4, c, size, size, k, 3, 3, padding: 1));
}
