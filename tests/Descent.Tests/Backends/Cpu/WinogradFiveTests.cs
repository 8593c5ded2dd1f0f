using System.Runtime.Intrinsics;
using Descent.Backends.Cpu;
using Descent.Numerics;

namespace Descent.Tests.Backends.Cpu;

using DirectForward = ConvolutionForward<Vector256Ops<float>, Vector256<float>, float, NoEpilogue<float>>;
using DirectGradient = ConvolutionBackwardData<Vector256Ops<float>, Vector256<float>, float>;
using DirectWeights = ConvolutionBackwardWeight<Vector256Ops<float>, Vector256<float>, float>;
using InputGradient = WinogradFiveBackwardData<Vector256Ops<float>, Vector256<float>, float>;
using Weights = WinogradFiveBackwardWeight<Vector256Ops<float>, Vector256<float>, float>;

/// <summary>Convolutions with 5×5 filters by Winograd's transforms.</summary>
[Collection(nameof(Sharing))]
public unsafe class WinogradFiveTests
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
    public void The_error_is_at_most_ten_times_that_of_the_plain_products(int c, int k, int size, int padding)
    {
        var shape = ConvolutionShape.Of(4, c, size, size, k, 5, 5, padding: padding);
        var random = new Random(9);
        var x = Values((long)shape.N * c * size * size, random);
        var w = Values((long)k * shape.Taps, random);
        var dy = Values(shape.N * k * shape.OutputPlane, random);
        var offsets = new int[shape.Taps];
        fixed (
            float* px = x.Single,
                pw = w.Single,
                pdy = dy.Single
        )
        {
            fixed (
                double* qx = x.Double,
                    qw = w.Double,
                    qdy = dy.Double
            )
            {
                fixed (int* taps = offsets)
                {
                    var (exact, found, plain) = Results(dy.Single.Length);
                    fixed (double* y = exact)
                    {
                        Convolution.Forward(shape, qx, qw, y, default(NoEpilogue<double>));
                    }

                    fixed (
                        float* y = found,
                            z = plain
                    )
                    {
                        Convolution.Forward(shape, px, pw, y, default(NoEpilogue<float>));
                        var direct = new DirectForward(shape, px, pw, z, taps, default);
                        WorkSplitter.For(direct.Tasks, 1, direct);
                    }

                    Assert.InRange(Error(found, exact), 0, 10 * Error(plain, exact));

                    (exact, found, plain) = Results(x.Single.Length);
                    fixed (double* dx = exact)
                    {
                        Convolution.BackwardData(shape, qdy, qw, dx);
                    }

                    fixed (
                        float* dx = found,
                            z = plain
                    )
                    {
                        Convolution.BackwardData(shape, pdy, pw, dx);
                        var direct = new DirectGradient(shape, pdy, pw, z);
                        WorkSplitter.For(direct.Tasks, 1, direct);
                    }

                    Assert.InRange(Error(found, exact), 0, 10 * Error(plain, exact));

                    (exact, found, plain) = Results(w.Single.Length);
                    fixed (double* dw = exact)
                    {
                        Convolution.BackwardWeight(shape, qx, qdy, dw);
                    }

                    var sums = new float[DirectWeights.PictureGroups(shape) * plain.Length];
                    fixed (
                        float* dw = found,
                            sum = sums,
                            z = plain
                    )
                    {
                        Convolution.BackwardWeight(shape, px, pdy, dw);
                        var direct = new DirectWeights(shape, px, pdy, sum);
                        WorkSplitter.For(direct.Tasks, 1, direct);
                        for (var i = plain.Length; i < sums.Length; i++)
                        {
                            sum[i % plain.Length] += sum[i];
                        }

                        new WeightReorder<float>(shape, sum, z).Invoke(0, k);
                    }

                    Assert.InRange(Error(found, exact), 0, 10 * Error(plain, exact));
                }
            }
        }
    }

    private static (double[] Exact, float[] Found, float[] Plain) Results(int length) =>
        (new double[length], new float[length], new float[length]);

    private static (float[] Single, double[] Double) Values(long count, Random random)
    {
        var single = new float[count];
        for (var i = 0; i < count; i++)
        {
            single[i] = (float)(random.NextDouble() * 2 - 1);
        }

        return (single, Array.ConvertAll(single, value => (double)value));
    }

    // The root of the mean square of the differences.
    private static double Error(float[] found, double[] exact) =>
        Math.Sqrt(found.Zip(exact, (a, b) => (a - b) * (a - b)).Average());
}
