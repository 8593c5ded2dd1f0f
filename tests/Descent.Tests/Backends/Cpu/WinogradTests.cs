using System.Runtime.Intrinsics;
using Descent.Backends.Cpu;
using Descent.Numerics;
using Forward = Descent.Backends.Cpu.ConvolutionForward<
    Descent.Backends.Cpu.Vector256Ops<float>,
    System.Runtime.Intrinsics.Vector256<float>,
    float,
    Descent.Backends.Cpu.NoEpilogue<float>
>;
using Weights = Descent.Backends.Cpu.ConvolutionBackwardWeight<
    Descent.Backends.Cpu.Vector256Ops<float>,
    System.Runtime.Intrinsics.Vector256<float>,
    float
>;

namespace Descent.Tests.Backends.Cpu;

/// <summary>Convolutions by Winograd's transforms.</summary>
[Collection(nameof(Sharing))]
public unsafe class WinogradTests
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
    public void The_error_is_at_most_ten_times_that_of_the_plain_products(int c, int k, int size)
    {
        var shape = ConvolutionShape.Of(4, c, size, size, k, 3, 3, padding: 1);
        var random = new Random(9);
        var x = Values((long)shape.N * c * size * size, random);
        var w = Values((long)k * shape.Taps, random);
        var dy = Values(shape.N * k * shape.OutputPlane, random);
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
                var (exact, found, plain) = (
                    new double[dy.Single.Length],
                    new float[dy.Single.Length],
                    new float[dy.Single.Length]
                );
                var offsets = stackalloc int[shape.Taps];
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
                    var direct = new Forward(shape, px, pw, z, offsets, default);
                    WorkSplitter.For(direct.Tasks, 1, direct);
                }

                Assert.InRange(Error(found, exact), 0, 10 * Error(plain, exact));

                (exact, found, plain) = (
                    new double[w.Single.Length],
                    new float[w.Single.Length],
                    new float[w.Single.Length]
                );
                fixed (double* dw = exact)
                {
                    Convolution.BackwardWeight(shape, qx, qdy, dw);
                }

                var groups = Weights.PictureGroups(shape);
                var sums = new float[groups * plain.Length];
                fixed (
                    float* dw = found,
                        sum = sums,
                        z = plain
                )
                {
                    Convolution.BackwardWeight(shape, px, pdy, dw);
                    var direct = new Weights(shape, px, pdy, sum);
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
