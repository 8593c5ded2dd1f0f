using Descent.Numerics;

namespace Descent.Tests.Tensors;

public class CreationTests
{
    [Fact]
    public void Arrays_and_spans_are_copied()
    {
        float[] values = [1, 2, 3, 4];
        var matrix = Tensor.From(values, [2, 2]);
        values[0] = 9;

        Assert.Equal([1f, 2, 3, 4], matrix.ToArray<float>());
        Assert.Equal(new Shape(2, 2), matrix.Shape);
        Assert.Equal([2.0, 3], Tensor.From((ReadOnlySpan<double>)[2.0, 3], [2]).ToArray<double>());
    }

    [Fact]
    public void Arrays_of_several_axes_keep_their_order()
    {
        Assert.Equal(
            [1, 2, 3, 4, 5, 6],
            Tensor
                .From(
                    new[,]
                    {
                        { 1, 2, 3 },
                        { 4, 5, 6 },
                    }
                )
                .ToArray<int>()
        );
        Assert.Equal(
            new Shape(1, 2, 2),
            Tensor
                .From(
                    new[,,]
                    {
                        {
                            { 1L, 2 },
                            { 3, 4 },
                        },
                    }
                )
                .Shape
        );
        Assert.Equal(
            [true, false],
            Tensor
                .From(
                    new[,,,]
                    {
                        {
                            {
                                { true, false },
                            },
                        },
                    }
                )
                .ToArray<bool>()
        );
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    [InlineData(DType.Int64)]
    [InlineData(DType.Int32)]
    [InlineData(DType.UInt8)]
    [InlineData(DType.Bool)]
    public void Constants_fill_every_type(DType dtype)
    {
        Assert.Equal([1.0, 1, 1], Numbers(Tensor.Ones([3], dtype)));
        Assert.Equal([0.0, 0, 0], Numbers(Tensor.Zeros([3], dtype)));
        Assert.Equal(dtype, Tensor.Full([2], 1, dtype).DType);
        Assert.Equal([1.0, 0, 0, 1], Numbers(Tensor.Eye(2, dtype)));
    }

    [Fact]
    public void Scalars_have_no_axes()
    {
        Assert.Equal(0, Tensor.Scalar(2.5).Rank);
        Assert.Equal(DType.UInt8, Tensor.Scalar((byte)3).DType);
        Assert.Equal(2.5, Tensor.Scalar(2.5).ToScalar());
    }

    [Fact]
    public void Ranges_count_up_and_down()
    {
        Assert.Equal([0L, 1, 2], Tensor.Arange(3).ToArray<long>());
        Assert.Equal([2L, 4, 6], Tensor.Arange(2, 7, 2).ToArray<long>());
        Assert.Equal([3L, 2, 1], Tensor.Arange(3, 0, -1).ToArray<long>());
        Assert.Equal([0f, 0.25f, 0.5f, 0.75f], Tensor.Arange(0, 1, 0.25).ToArray<float>());
        Assert.Empty(Tensor.Arange(5, 1).ToArray<long>());
        Assert.Equal([0.0, 1], Tensor.Arange(0, 2, dtype: DType.Float64).ToArray<double>());
        Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.Arange(0, 1, 0));
    }

    [Fact]
    public void Linear_spaces_include_both_ends()
    {
        Assert.Equal([0f, 0.25f, 0.5f, 0.75f, 1], Tensor.Linspace(0, 1, 5).ToArray<float>());
        Assert.Equal([3.0], Tensor.Linspace(3, 9, 1, DType.Float64).ToArray<double>());
        Assert.Equal(0.1, Tensor.Linspace(-0.7, 0.1, 7, DType.Float64).ToArray<double>()[^1]);
        Assert.Equal(0, Tensor.Linspace(0, 1, 0).Count);
    }

    [Fact]
    public void Random_numbers_depend_on_the_source_alone()
    {
        var first = Tensor.RandomNormal([1000], new RandomSource(1, "test"), 3, 0.5);
        var again = Tensor.RandomNormal([1000], new RandomSource(1, "test"), 3, 0.5);
        var other = Tensor.RandomNormal([1000], new RandomSource(2, "test"), 3, 0.5);

        Assert.Equal(first.ToArray<float>(), again.ToArray<float>());
        Assert.NotEqual(first.ToArray<float>(), other.ToArray<float>());
        Assert.InRange(first.Mean().ToScalar(), 2.9, 3.1);
        Assert.InRange(first.StandardDeviation().ToScalar(), 0.45, 0.55);
    }

    [Fact]
    public void Uniform_numbers_stay_in_their_range()
    {
        var values = Tensor.RandomUniform([2000], new RandomSource(1, "test"), -2, 5, DType.Float64).ToArray<double>();

        Assert.All(values, value => Assert.InRange(value, -2, 5));
        Assert.InRange(values.Average(), 1.2, 1.8);
    }

    [Fact]
    public void Misfits_are_refused()
    {
        Misuse.Throws<ShapeException>(() => Tensor.From([1f, 2, 3], [2, 2]), "3 values", "(2, 2)", "4 elements");
        Misuse.Throws<DTypeException>(() => Tensor.From(['a', 'b']), "Char", "float, double");
        Misuse.Throws<DTypeException>(() => Tensor.Full([2], 0.5, DType.Int64), "int64", "0.5");
        Misuse.Throws<DTypeException>(() => Tensor.Full([2], 256, DType.UInt8), "uint8", "256");
        Misuse.Throws<DTypeException>(
            () => Tensor.RandomNormal([2], new RandomSource(0, "test"), dtype: DType.Int64),
            "RandomNormal",
            "int64"
        );
        Assert.Throws<OverflowException>(() => Tensor.Eye(1 << 16));
    }

    private static double[] Numbers(Tensor tensor) => tensor.To(DType.Float64).ToArray<double>();
}
