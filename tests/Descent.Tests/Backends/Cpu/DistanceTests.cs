using System.Numerics;
using System.Runtime.Intrinsics;
using Descent.Backends.Cpu;
using Descent.Tests.Training;

namespace Descent.Tests.Backends.Cpu;

/// <summary>L1 distances have the bits that their definition says: at every width, number of threads and shape.</summary>
[Collection(nameof(Sharing))]
public unsafe class DistanceTests
{
    private const int Seed = 20250301;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void RandomShapesHaveTheDefinedBitsAtEveryWidth_Float(int seed) => RandomShapes<float>(seed);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void RandomShapesHaveTheDefinedBitsAtEveryWidth_Double(int seed) => RandomShapes<double>(seed);

    [Fact]
    public void MoreRowsThanArePackedAtOnceHaveTheDefinedBits()
    {
        const int rows = 70;
        const int columns = 75;
        const int depth = 70_000;
        var random = new Random(Seed);
        using var a = GuardedMemory<float>.Random(rows * depth, random);
        using var b = GuardedMemory<float>.Random(columns * depth, random);
        using var y = new GuardedMemory<float>(rows * columns);
        using var expected = new GuardedMemory<float>(rows * columns);
        Wide(a, b, y, rows, columns, depth);
        Define(a, b, expected, rows, columns, depth);
        Assert.Equal(expected.Bytes(), y.Bytes());
    }

    [Fact]
    public void ThreadsDoNotChangeABit()
    {
        var random = new Random(Seed);
        using var a = GuardedMemory<float>.Random(101 * 1100, random);
        using var b = GuardedMemory<float>.Random(333 * 1100, random);
        using var y = new GuardedMemory<float>(101 * 333);
        Sharing.ChangesNoBit(() =>
        {
            Wide(a, b, y, 101, 333, 1100);
            return y.Bytes();
        });
    }

    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    public void Another_process_gets_the_same_bits(string switchedOff)
    {
        var child = ChildProcess
            .RunTests(
                "--filter-method",
                $"{typeof(DistanceTests).FullName}.{nameof(Child_reports_its_bits)}",
                (switchedOff, "0")
            )
            .AssertPassed();
        Assert.Equal(Bits(), child.Reports["distances"]);
    }

    [Fact]
    public void Child_reports_its_bits()
    {
        var bits = Bits();
        ChildProcess.Report("distances", bits);
        Assert.Equal(64, bits.Length);
    }

    // Through the tensors' backend, which chooses the width.
    private static string Bits() =>
        Fingerprint.Of(
            new[] { DType.Float32, DType.Float64 }.Select(dtype =>
            {
                var a = Tensor.RandomNormal([21, 1050], new(1, "a"), dtype: dtype);
                var b = Tensor.RandomNormal([150, 1050], new(1, "b"), dtype: dtype);
                var y = Tensor.Zeros([21, 150], dtype);
                Assert.True(y.Backend.TryAbsoluteDistances(a.View, b.View, y.View));
                return y;
            })
        );

    private static void RandomShapes<T>(int seed)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        for (var round = 0; round < 40; round++)
        {
            var (rows, columns) = (random.Next(1, 40), random.Next(1, 150));
            var depth = random.Next(4) == 0 ? random.Next(1000, 2100) : random.Next(1, 100);
            using var a = GuardedMemory<T>.Random(rows * depth, random);
            using var b = GuardedMemory<T>.Random(columns * depth, random);
            using var y = new GuardedMemory<T>(rows * columns);
            Define(a, b, y, rows, columns, depth);
            var expected = y.Bytes();
            y.Values.Fill(T.NaN);
            Wide(a, b, y, rows, columns, depth);
            Assert.Equal(expected, y.Bytes());
            y.Values.Fill(T.NaN);
            DistanceWork<Vector256Ops<T>, Vector256<T>, T>.Run(a.Pointer, b.Pointer, y.Pointer, rows, columns, depth);
            Assert.Equal(expected, y.Bytes());
            y.Values.Fill(T.NaN);
            DistanceWork<Vector128Ops<T>, Vector128<T>, T>.Run(a.Pointer, b.Pointer, y.Pointer, rows, columns, depth);
            Assert.Equal(expected, y.Bytes());
        }
    }

    private static void Wide<T>(
        GuardedMemory<T> a,
        GuardedMemory<T> b,
        GuardedMemory<T> y,
        int rows,
        int columns,
        int depth
    )
        where T : unmanaged, IFloatingPointIeee754<T> =>
        DistanceWork<Vector512Ops<T>, Vector512<T>, T>.Run(a.Pointer, b.Pointer, y.Pointer, rows, columns, depth);

    // The order of summation that the kernel states, in plain loops.
    private static void Define<T>(
        GuardedMemory<T> a,
        GuardedMemory<T> b,
        GuardedMemory<T> y,
        int rows,
        int columns,
        int depth
    )
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var block = 4096 / sizeof(T);
        var lanes = new T[16];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                var left = a.Values.Slice(i * depth, depth);
                var right = b.Values.Slice(j * depth, depth);
                var sum = T.Zero;
                for (var start = 0; start < depth; start += block)
                {
                    Array.Clear(lanes);
                    for (var k = start; k < Math.Min(depth, start + block); k++)
                    {
                        lanes[k % 16] += T.Abs(left[k] - right[k]);
                    }

                    for (var half = 8; half > 0; half /= 2)
                    {
                        for (var lane = 0; lane < half; lane++)
                        {
                            lanes[lane] += lanes[lane + half];
                        }
                    }

                    sum = start == 0 ? lanes[0] : sum + lanes[0];
                }

                y.Values[i * columns + j] = sum;
            }
        }
    }
}
