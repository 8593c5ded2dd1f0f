using System.Numerics;
using System.Runtime.Intrinsics;
using Descent.Backends.Cpu;
using Descent.Numerics;

namespace Descent.Tests.Backends.Cpu;

[Collection(nameof(Sharing))]
public unsafe class ConvolutionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void RandomShapesAgreeWithPlainLoopsAtEveryWidth_Float(int seed) => RandomShapes<float>(seed, 1e-5);

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void RandomShapesAgreeWithPlainLoopsAtEveryWidth_Double(int seed) => RandomShapes<double>(seed, 1e-13);

    // n, c, h, w, k, r, s, stride, padding, dilation, groups
    [Theory]
    [InlineData(3, 1, 28, 28, 20, 5, 5, 1, 0, 1, 1)]
    [InlineData(7, 20, 12, 12, 40, 5, 5, 1, 0, 1, 1)]
    [InlineData(2, 16, 14, 14, 32, 3, 3, 1, 1, 1, 1)]
    [InlineData(2, 51, 9, 10, 9, 3, 3, 1, 1, 1, 3)]
    [InlineData(2, 32, 15, 14, 4, 3, 5, 1, 4, 2, 2)]
    [InlineData(3, 8, 9, 7, 8, 3, 3, 2, 1, 1, 8)]
    [InlineData(2, 6, 11, 13, 4, 3, 2, 2, 2, 3, 2)]
    [InlineData(5, 3, 1, 1, 2, 1, 1, 1, 0, 1, 1)]
    [InlineData(1, 2, 5, 5, 3, 3, 3, 3, 4, 1, 1)]
    [InlineData(2, 130, 4, 4, 13, 2, 2, 1, 0, 1, 1)]
    [InlineData(2, 3, 2, 450, 5, 1, 3, 1, 0, 1, 1)]
    [InlineData(1, 1, 3, 3, 2, 6, 7, 1, 2, 1, 1)]
    [InlineData(2, 5, 9, 9, 400, 1, 1, 2, 0, 1, 1)]
    [InlineData(3, 9, 20, 19, 24, 1, 1, 2, 0, 1, 3)]
    [InlineData(5, 17, 16, 15, 33, 1, 1, 1, 0, 1, 1)]
    [InlineData(7, 24, 7, 7, 40, 3, 3, 1, 1, 1, 1)]
    [InlineData(6, 26, 5, 3, 24, 3, 3, 1, 1, 1, 2)]
    [InlineData(5, 24, 7, 5, 16, 1, 1, 1, 0, 1, 1)]
    [InlineData(3, 40, 9, 10, 27, 1, 1, 1, 0, 1, 1)]
    [InlineData(2, 6, 20, 33, 12, 3, 3, 1, 1, 1, 6)]
    [InlineData(1, 3, 1, 1128, 3, 1, 3, 1, 0, 64, 3)]
    [InlineData(2, 8, 2, 1500, 8, 1, 3, 1, 0, 512, 2)]
    [InlineData(1, 6, 130, 140, 6, 3, 3, 1, 30, 30, 3)]
    [InlineData(2, 5, 18, 21, 5, 5, 4, 1, 2, 1, 5)]
    [InlineData(2, 4, 17, 30, 4, 3, 3, 2, 1, 2, 4)]
    [InlineData(3, 30, 13, 19, 26, 3, 3, 2, 1, 1, 1)]
    [InlineData(3, 16, 21, 57, 16, 3, 3, 1, 1, 1, 4)]
    [InlineData(2, 8, 9, 7, 12, 3, 3, 1, 1, 1, 2)]
    [InlineData(2, 10, 30, 40, 14, 3, 3, 1, 0, 1, 2)]
    [InlineData(2, 16, 33, 44, 16, 3, 3, 2, 1, 1, 4)]
    [InlineData(2, 12, 20, 24, 12, 5, 4, 2, 2, 1, 3)]
    [InlineData(2, 8, 23, 31, 10, 3, 3, 3, 2, 2, 2)]
    [InlineData(2, 8, 19, 33, 8, 3, 3, 1, 4, 2, 2)]
    [InlineData(2, 8, 12, 36, 8, 2, 2, 2, 3, 2, 2)]
    [InlineData(1, 12, 40, 20, 8, 1, 3, 1, 1, 1, 4)]
    [InlineData(3, 48, 9, 10, 60, 3, 3, 1, 1, 1, 3)]
    [InlineData(2, 12, 15, 14, 12, 3, 3, 2, 1, 1, 3)]
    [InlineData(3, 6, 7, 13, 39, 2, 1, 1, 2, 1, 3)]
    [InlineData(2, 32, 11, 7, 32, 3, 3, 2, 1, 1, 2)]
    public void NamedShapesAgreeWithPlainLoops(
        int n,
        int c,
        int h,
        int w,
        int k,
        int r,
        int s,
        int stride,
        int padding,
        int dilation,
        int groups
    )
    {
        var shape = ConvolutionShape.Of(n, c, h, w, k, r, s, stride, padding, dilation, groups);
        FillPool();
        new ConvolutionCase<float>(shape, new Random(11)).Check(1e-5);
        new ConvolutionCase<double>(shape, new Random(11)).Check(1e-13);
    }

    /// <summary>Makes free memory NaN, so that a kernel that reads more than was written shows it.</summary>
    private static unsafe void FillPool()
    {
        for (var length = 64; length <= 2 << 20; length += length / 4)
        {
            var address = BufferPool.Rent(length);
            new Span<byte>((void*)address, length).Fill(byte.MaxValue);
            BufferPool.Return(address, length);
        }
    }

    // c, size, k, filter, stride, padding, groups
    public static TheoryData<int, int, int, int, int, int, int> Routes =>
        [
            (20, 12, 40, 5, 1, 0, 1),
            (20, 14, 16, 5, 1, 2, 1),
            (24, 7, 40, 3, 1, 1, 1),
            (24, 7, 40, 1, 1, 0, 1),
            (17, 16, 33, 1, 1, 0, 1),
            (17, 16, 33, 1, 2, 0, 1),
            (16, 14, 24, 3, 2, 1, 1),
            (12, 14, 12, 3, 1, 1, 12),
            (16, 19, 16, 3, 1, 1, 4),
            (16, 34, 16, 3, 2, 1, 2),
            (48, 14, 48, 3, 1, 1, 3),
            (12, 14, 24, 3, 2, 1, 12),
            (3, 30, 16, 7, 2, 3, 1),
        ];

    [Theory]
    [MemberData(nameof(Routes))]
    public void APictureAloneHasTheBitsItHasInABatch(
        int c,
        int size,
        int k,
        int filter,
        int stride,
        int padding,
        int groups
    )
    {
        var shape = ConvolutionShape.Of(9, c, size, size, k, filter, filter, stride, padding, 1, groups);
        var random = new Random(3);
        using var x = GuardedMemory<float>.Random((long)shape.N * shape.C * shape.H * shape.W, random);
        using var w = GuardedMemory<float>.Random((long)shape.K * shape.Taps, random);
        using var together = new GuardedMemory<float>(shape.N * shape.K * shape.OutputPlane);
        using var alone = new GuardedMemory<float>(together.Length);
        Convolution.Forward(shape, x.Pointer, w.Pointer, together.Pointer, default(NoEpilogue<float>));
        var one = ConvolutionShape.Of(1, c, size, size, k, filter, filter, stride, padding, 1, groups);
        for (var n = 0; n < shape.N; n++)
        {
            var picture = x.Pointer + n * (x.Length / shape.N);
            Convolution.Forward(
                one,
                picture,
                w.Pointer,
                alone.Pointer + n * (alone.Length / shape.N),
                default(NoEpilogue<float>)
            );
        }

        Assert.Equal(together.Bytes(), alone.Bytes());
    }

    [Fact]
    public void ForwardIsTheMatrixProductInBlocksOfTaps()
    {
        var shape = ConvolutionShape.Of(2, 50, 6, 6, 5, 3, 3, padding: 1);
        var random = new Random(4);
        using var x = GuardedMemory<float>.Random((long)shape.N * shape.C * shape.H * shape.W, random);
        using var w = GuardedMemory<float>.Random((long)shape.K * shape.Taps, random);
        using var y = new GuardedMemory<float>(shape.N * shape.K * shape.OutputPlane);
        using var expected = new GuardedMemory<float>(y.Length);
        Convolution.Forward(shape, x.Pointer, w.Pointer, y.Pointer, default(NoEpilogue<float>));
        var columns = new float[shape.Taps * 36];
        for (var n = 0; n < shape.N; n++)
        {
            for (var i = 0; i < columns.Length; i++)
            {
                var (tap, pixel) = (i / 36, i % 36);
                var (row, column) = (pixel / 6 + tap / 3 % 3 - 1, pixel % 6 + tap % 3 - 1);
                var inside = row is >= 0 and < 6 && column is >= 0 and < 6;
                columns[i] = inside ? x.Values[((n * shape.C + tap / 9) * 6 + row) * 6 + column] : 0;
            }

            fixed (float* b = columns)
            {
                var product = ProductShape.Of(shape.K, 36, shape.Taps);
                MatrixProduct.Run(product, w.Pointer, b, expected.Pointer + n * shape.K * 36);
            }
        }

        Assert.Equal(expected.Bytes(), y.Bytes());
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public void ThreadsDoNotChangeABit(int c, int size, int k, int filter, int stride, int padding, int groups)
    {
        var shape = ConvolutionShape.Of(24, c, size, size, k, filter, filter, stride, padding, 1, groups);
        var test = new ConvolutionCase<float>(shape, new Random(8));
        Sharing.ChangesNoBit(() => [.. test.Run<Vector512Ops<float>, Vector512<float>>().SelectMany(bytes => bytes)]);
    }

    [Theory]
    [InlineData(0, 2, 3)]
    [InlineData(2, 0, 3)]
    [InlineData(2, 2, 0)]
    public void EmptyBatchesAndChannels(int n, int c, int k)
    {
        var shape = ConvolutionShape.Of(n, c, 6, 6, k, 3, 3, padding: 1);
        var random = new Random(9);
        using var x = GuardedMemory<float>.Random((long)n * c * 36, random);
        using var w = GuardedMemory<float>.Random((long)k * c * 9, random);
        using var bias = GuardedMemory<float>.Random(k, random);
        using var y = new GuardedMemory<float>((long)n * k * 36);
        using var dx = new GuardedMemory<float>(x.Length);
        using var dw = new GuardedMemory<float>(w.Length);
        Convolution.Forward(shape, x.Pointer, w.Pointer, y.Pointer, new RowBias<float>(bias.Pointer));
        for (var i = 0; i < y.Length; i++)
        {
            Assert.Equal(bias.Values[i / 36 % k], y.Values[i]);
        }

        Convolution.BackwardData(shape, y.Pointer, w.Pointer, dx.Pointer);
        Convolution.BackwardWeight(shape, x.Pointer, y.Pointer, dw.Pointer);
        Assert.All(dx.Values.ToArray(), value => Assert.Equal(0, value));
        Assert.All(dw.Values.ToArray(), value => Assert.Equal(0, value));
    }

    private static void RandomShapes<T>(int seed, double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        for (var round = 0; round < 25; )
        {
            var groups = random.Next(3) == 0 ? random.Next(1, 4) : 1;
            var shape = new ConvolutionShape(
                (random.Next(1, 5), groups * random.Next(1, 7), random.Next(1, 13), random.Next(1, 20)),
                (groups * random.Next(1, 15), random.Next(1, 5), random.Next(1, 5)),
                (random.Next(1, 4), random.Next(1, 4)),
                (random.Next(0, 3), random.Next(0, 3)),
                (random.Next(1, 3), random.Next(1, 3)),
                groups
            );
            if (shape.OutputPlane > 0)
            {
                new ConvolutionCase<T>(shape, random).Check(tolerance);
                round++;
            }
        }
    }
}
