using System.Numerics;
using System.Runtime.Intrinsics;
using Descent.Backends.Cpu;

namespace Descent.Tests.Backends.Cpu;

[Collection(nameof(Sharing))]
public unsafe class MatrixProductTests
{
    private const int Seed = 20240917;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RandomShapesHaveTheDefinedBitsAtEveryWidth_Float(int seed) => RandomShapes<float>(seed);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void RandomShapesHaveTheDefinedBitsAtEveryWidth_Double(int seed) => RandomShapes<double>(seed);

    [Theory]
    [InlineData(100, 70, 130, false, false)]
    [InlineData(37, 200, 800, false, true)]
    [InlineData(130, 96, 385, true, false)]
    [InlineData(12, 32, 384, false, false)]
    [InlineData(300, 300, 512, false, false)]
    [InlineData(1, 1000, 640, false, true)]
    [InlineData(1, 30, 784, false, true)]
    [InlineData(1, 9, 7, false, true)]
    [InlineData(100, 40, 48, false, true)]
    [InlineData(100, 24, 12, false, false)]
    [InlineData(40, 56, 100, true, false)]
    [InlineData(600, 5, 33, false, false)]
    [InlineData(1200, 40, 200, true, true)]
    public void LargerShapesHaveTheDefinedBits(int m, int n, int k, bool transposeA, bool transposeB)
    {
        var random = new Random(Seed);
        var shape = ProductShape.Of(m, n, k, transposeA, transposeB);
        using var a = GuardedMemory<float>.Random(m * k, random);
        using var b = GuardedMemory<float>.Random(k * n, random);
        using var c = new GuardedMemory<float>(m * n);
        using var expected = new GuardedMemory<float>(m * n);
        MatrixProduct.Run(shape, a.Pointer, b.Pointer, c.Pointer);
        Define(shape, a.Pointer, b.Pointer, expected.Pointer, (value, _, _) => value);
        Assert.Equal(expected.Bytes(), c.Bytes());
    }

    [Fact]
    public void ProductIsCloseToTheExactOne()
    {
        const int m = 31;
        const int n = 45;
        const int k = 1000;
        var random = new Random(Seed);
        using var a = GuardedMemory<float>.Random(m * k, random);
        using var b = GuardedMemory<float>.Random(k * n, random);
        using var c = new GuardedMemory<float>(m * n);
        MatrixProduct.Run(ProductShape.Of(m, n, k), a.Pointer, b.Pointer, c.Pointer);
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < n; j++)
            {
                var sum = 0.0;
                for (var x = 0; x < k; x++)
                {
                    sum += (double)a.Values[i * k + x] * b.Values[x * n + j];
                }

                Assert.Equal(sum, c.Values[i * n + j], 1e-4);
            }
        }
    }

    [Fact]
    public void ARowAloneHasTheBitsItHasInABatch()
    {
        const int m = 50;
        const int n = 77;
        const int k = 900;
        var random = new Random(Seed);
        using var a = GuardedMemory<float>.Random(m * k, random);
        using var b = GuardedMemory<float>.Random(k * n, random);
        using var together = new GuardedMemory<float>(m * n);
        using var alone = new GuardedMemory<float>(m * n);
        MatrixProduct.Run(ProductShape.Of(m, n, k, transposeB: true), a.Pointer, b.Pointer, together.Pointer);
        for (var i = 0; i < m; i++)
        {
            var shape = ProductShape.Of(1, n, k, transposeB: true);
            MatrixProduct.Run(shape, a.Pointer + i * k, b.Pointer, alone.Pointer + i * n);
        }

        Assert.Equal(together.Bytes(), alone.Bytes());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AnEmptyDepthGivesZerosThatTheEpilogueSees(bool accumulate)
    {
        var random = new Random(Seed);
        using var bias = GuardedMemory<float>.Random(45, random);
        using var c = GuardedMemory<float>.Random(7 * 45, random);
        var before = c.Values.ToArray();
        var shape = ProductShape.Of(7, 45, 0, accumulate: accumulate);
        MatrixProduct.Run(shape, null, null, c.Pointer, new ColumnBias<float>(bias.Pointer));
        for (var i = 0; i < before.Length; i++)
        {
            Assert.Equal((accumulate ? before[i] : 0) + bias.Values[i % 45], c.Values[i]);
        }
    }

    [Theory]
    [InlineData(0, 5, 5, 1)]
    [InlineData(5, 0, 5, 1)]
    [InlineData(5, 5, 5, 0)]
    public void NothingIsWrittenWhenNothingIsAskedFor(int m, int n, int k, int batches)
    {
        using var c = new GuardedMemory<float>(25);
        var shape = ProductShape.Of(m, n, k);
        shape.Batches = batches;
        MatrixProduct.Run(shape, null, null, c.Pointer);
        Assert.All(c.Values.ToArray(), value => Assert.True(float.IsNaN(value)));
    }

    [Fact]
    public void ThreadsDoNotChangeABit()
    {
        var random = new Random(Seed);
        using var a = GuardedMemory<float>.Random(700 * 500, random);
        using var b = GuardedMemory<float>.Random(500 * 300, random);
        using var c = new GuardedMemory<float>(700 * 300);
        Sharing.ChangesNoBit(() =>
        {
            MatrixProduct.Run(ProductShape.Of(700, 300, 500), a.Pointer, b.Pointer, c.Pointer);
            return c.Bytes();
        });
    }

    private static void RandomShapes<T>(int seed)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        for (var round = 0; round < 60; round++)
        {
            var shape = RandomShape(random);
            using var a = GuardedMemory<T>.Random(
                Reach(shape.Rows, shape.ARow, shape.Depth, shape.AColumn, shape.Batches, shape.ABatch),
                random
            );
            using var b = GuardedMemory<T>.Random(
                Reach(shape.Depth, shape.BRow, shape.Columns, shape.BColumn, shape.Batches, shape.BBatch),
                random
            );
            using var start = GuardedMemory<T>.Random(
                Reach(shape.Rows, shape.CRow, shape.Columns, 1, shape.Batches, shape.CBatch),
                random
            );
            using var bias = GuardedMemory<T>.Random(Math.Max(shape.Rows, shape.Columns), random);
            var values = bias.Pointer;
            switch (round % 4)
            {
                case 0:
                    Compare(shape, a, b, start, default(NoEpilogue<T>), (value, _, _) => value);
                    break;
                case 1:
                    Compare(shape, a, b, start, new ColumnBias<T>(values), (value, _, j) => value + values[j]);
                    break;
                case 2:
                    Compare(shape, a, b, start, new RowBias<T>(values), (value, i, _) => value + values[i]);
                    break;
                default:
                    var relu = new Then<T, ColumnBias<T>, ReluKernel>(new ColumnBias<T>(values));
                    Compare(shape, a, b, start, relu, (value, _, j) => T.Max(value + values[j], T.Zero));
                    break;
            }
        }
    }

    // Sizes around the borders of tiles, panels and blocks; strides of every kind.
    private static ProductShape RandomShape(Random random)
    {
        int Size(int most) => random.Next(4) == 0 ? random.Next(1, 4) : random.Next(1, most);
        var shape = new ProductShape
        {
            Rows = Size(60),
            Columns = Size(110),
            Depth = random.Next(5) == 0 ? random.Next(380, 800) : Size(70),
            Batches = random.Next(3) == 0 ? random.Next(1, 4) : 1,
            Accumulate = random.Next(3) == 0,
        };
        (shape.ARow, shape.AColumn) = Strides(random, shape.Rows, shape.Depth);
        (shape.BRow, shape.BColumn) = Strides(random, shape.Depth, shape.Columns);
        shape.CRow = shape.Columns + random.Next(5);
        shape.ABatch = random.Next(3) == 0 ? 0 : shape.Rows * shape.ARow + shape.Depth * shape.AColumn;
        shape.BBatch = random.Next(3) == 0 ? 0 : shape.Depth * shape.BRow + shape.Columns * shape.BColumn;
        shape.CBatch = shape.Rows * shape.CRow + random.Next(5);
        return shape;
    }

    private static (long Row, long Column) Strides(Random random, long rows, long columns) =>
        random.Next(7) switch
        {
            0 => (columns, 1),
            1 => (columns + 3, 1),
            2 => (1, rows),
            3 => (0, 1),
            4 => (1, 0),
            5 => (512 * ((columns + 511) / 512), 1),
            _ => (2 * columns + 1, 2),
        };

    private static long Reach(long rows, long row, long columns, long column, long batches, long batch) =>
        (rows - 1) * row + (columns - 1) * column + (batches - 1) * batch + 1;

    private static void Compare<T, TEpilogue>(
        ProductShape shape,
        GuardedMemory<T> a,
        GuardedMemory<T> b,
        GuardedMemory<T> start,
        TEpilogue epilogue,
        Func<T, long, long, T> finish
    )
        where T : unmanaged, IFloatingPointIeee754<T>
        where TEpilogue : struct, IProductEpilogue<T>
    {
        using var c = new GuardedMemory<T>(start.Length);
        start.Values.CopyTo(c.Values);
        Define(shape, a.Pointer, b.Pointer, c.Pointer, finish);
        var expected = c.Bytes();

        start.Values.CopyTo(c.Values);
        MatrixProduct.Run<Vector512Ops<T>, Vector512<T>, T, TEpilogue>(
            shape,
            a.Pointer,
            b.Pointer,
            c.Pointer,
            epilogue
        );
        Assert.Equal(expected, c.Bytes());

        start.Values.CopyTo(c.Values);
        MatrixProduct.Run<Vector256Ops<T>, Vector256<T>, T, TEpilogue>(
            shape,
            a.Pointer,
            b.Pointer,
            c.Pointer,
            epilogue
        );
        Assert.Equal(expected, c.Bytes());

        start.Values.CopyTo(c.Values);
        MatrixProduct.Run<Vector128Ops<T>, Vector128<T>, T, TEpilogue>(
            shape,
            a.Pointer,
            b.Pointer,
            c.Pointer,
            epilogue
        );
        Assert.Equal(expected, c.Bytes());
    }

    // The order of summation that MatrixProduct promises, one element at a time.
    private static void Define<T>(ProductShape shape, T* a, T* b, T* c, Func<T, long, long, T> finish)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (long batch = 0; batch < shape.Batches; batch++)
        {
            for (long i = 0; i < shape.Rows; i++)
            {
                for (long j = 0; j < shape.Columns; j++)
                {
                    var place = c + batch * shape.CBatch + i * shape.CRow + j;
                    for (long block = 0; block < shape.Depth; block += MatrixProduct.DepthBlock)
                    {
                        var sum = T.Zero;
                        for (var k = block; k < Math.Min(shape.Depth, block + MatrixProduct.DepthBlock); k++)
                        {
                            var left = a[batch * shape.ABatch + i * shape.ARow + k * shape.AColumn];
                            var right = b[batch * shape.BBatch + k * shape.BRow + j * shape.BColumn];
                            sum = T.FusedMultiplyAdd(left, right, sum);
                        }

                        *place = block > 0 || shape.Accumulate ? *place + sum : sum;
                    }

                    *place = finish(*place, i, j);
                }
            }
        }
    }
}
