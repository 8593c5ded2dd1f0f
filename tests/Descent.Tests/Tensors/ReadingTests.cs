namespace Descent.Tests.Tensors;

public class ReadingTests
{
    private static readonly Tensor Matrix = Tensor.From(
        new[,]
        {
            { 1f, 2, 3 },
            { 4, 5, 6 },
        }
    );

    [Fact]
    public void Arrays_are_copies()
    {
        var read = Matrix.ToArray<float>();
        read[0] = 9;

        Assert.Equal([1f, 2, 3, 4, 5, 6], Matrix.ToArray<float>());
    }

    [Fact]
    public void Views_are_read_in_their_own_order()
    {
        Span<float> places = new float[7];
        Matrix.Transpose().CopyTo(places);

        Assert.Equal([1f, 4, 2, 5, 3, 6, 0], places);
        Assert.Equal([1f, 4, 2, 5, 3, 6], Matrix.Transpose().ToArray<float>());
        Assert.Equal([2f, 5], Matrix[.., 1].Read<float, float[]>(span => span.ToArray()));
        Assert.Equal([3f, 3], Matrix[0, 2].BroadcastTo([2]).ToArray<float>());
        Assert.Empty(Matrix[..0].ToArray<float>());
    }

    [Fact]
    public void A_callback_reads_in_place()
    {
        Assert.Equal(21, Matrix.Read<float, float>(span => span.ToArray().Sum()));
        Assert.Equal(6, Matrix.Read<float, int>(span => span.Length));
    }

    [Fact]
    public void One_element_is_a_number()
    {
        Assert.Equal(6, Matrix[1, 2].ToScalar());
        Assert.Equal(5f, Matrix[1..2, 1..2].ToScalar<float>());
        Assert.Equal(1, Tensor.Scalar(true).ToScalar());
        Assert.Equal(200, Tensor.Scalar((byte)200).ToScalar());
        Assert.Equal(-3, Tensor.Scalar(-3L).ToScalar());
        Assert.Equal(7, Tensor.Scalar(7).ToScalar());
        Assert.Equal(long.MaxValue, Tensor.Scalar(long.MaxValue).ToScalar<long>());
    }

    [Fact]
    public void The_reference_device_is_read_as_well()
    {
        Assert.Equal([1f, 2, 3, 4, 5, 6], Matrix.To(Device.Reference).ToArray<float>());
    }

    [Fact]
    public void Misfits_are_refused()
    {
        Misuse.Throws<DTypeException>(() => Matrix.ToArray<double>(), "float32", "float64", "To(DType.Float64)");
        Misuse.Throws<DTypeException>(() => Matrix.ToArray<char>(), "Char");
        Misuse.Throws<DTypeException>(() => Matrix[0, 0].ToScalar<long>(), "float32", "int64");
        Misuse.Throws<ShapeException>(() => Matrix.ToScalar(), "ToScalar", "(2, 3)", "6 elements");
        Misuse.Throws<ShapeException>(() => Matrix[..0].ToScalar<float>(), "0 elements");
        Misuse.Throws<ArgumentNullException>(() => Matrix.Read<float, int>(null!));
        var error = Assert.Throws<ArgumentException>(() => Matrix.CopyTo<float>(new float[5]));
        Assert.Contains("6 elements and the destination 5 places", error.Message, StringComparison.Ordinal);
    }
}
