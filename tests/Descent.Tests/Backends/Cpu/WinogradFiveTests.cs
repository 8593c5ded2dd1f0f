using System.Runtime.Intrinsics;
using Descent.Backends.Cpu;

namespace Descent.Tests.Backends.Cpu;

using InputGradient = WinogradFiveBackwardData<Vector256Ops<float>, Vector256<float>, float>;
using Weights = WinogradFiveBackwardWeight<Vector256Ops<float>, Vector256<float>, float>;

/// <summary>Convolutions with 5×5 filters by Winograd's transforms.</summary>
[Collection(nameof(Sharing))]
public class WinogradFiveTests
{
    // n, c, h, w, k, padding; whether the input's gradient goes this way, or as a forward pass with turned filters
    public static TheoryData<int, int, int, int, int, int, bool, bool> Shapes =>
        [
            (9, 20, 12, 12, 40, 0, true, false),
            (3, 17, 12, 14, 19, 1, true, true),
            (2, 16, 14, 14, 60, 2, true, true),
            (1, 16, 6, 30, 16, 0, true, false),
            (2, 20, 8, 8, 16, 4, true, true),
            (1, 40, 18, 18, 64, 0, true, false),
            (1, 18, 34, 34, 24, 0, false, true),
            (2, 18, 30, 34, 20, 2, false, true),
        ];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_width_gives_the_same_bits_near_plain_loops(
        int n,
        int c,
        int h,
        int w,
        int k,
        int padding,
        bool gradient,
        bool flipped
    )
    {
        var shape = ConvolutionShape.Of(n, c, h, w, k, 5, 5, padding: padding);
        Assert.True(WinogradFiveTiles.Pay(shape) && Weights.Pays(shape));
        Assert.Equal((gradient, flipped), (InputGradient.Pays(shape), WinogradFiveTiles.PayFlipped(shape)));
        new ConvolutionCase<float>(shape, new Random(5)).Check(1e-5);
    }

    [Theory]
    [InlineData(16, 20, 16, 0)]
    [InlineData(20, 40, 12, 0)]
    [InlineData(64, 64, 18, 0)]
    [InlineData(32, 32, 28, 2)]
    public void The_error_is_at_most_ten_times_that_of_the_plain_products(int c, int k, int size, int padding) =>
        ConvolutionErrors.AssertNearPlainProducts(ConvolutionShape.Of(4, c, size, size, k, 5, 5, padding: padding));
}
