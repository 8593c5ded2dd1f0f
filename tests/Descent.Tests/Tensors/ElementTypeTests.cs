namespace Descent.Tests.Tensors;

/// <summary>Element types never mix, bytes and truth values have no arithmetic, integers sum in int64.</summary>
public class ElementTypeTests
{
    private static readonly Tensor Floats = Tensor.From([1f, 2, 3]);
    private static readonly Tensor Doubles = Tensor.From([1.0, 2, 3]);
    private static readonly Tensor Ints = Tensor.From([7, -8, 9]);
    private static readonly Tensor Longs = Tensor.From([7L, -8, 9]);
    private static readonly Tensor Bytes = Tensor.From([(byte)1, (byte)2, (byte)3]);
    private static readonly Tensor Truths = Tensor.From([true, false, true]);

    [Fact]
    public void Types_do_not_mix()
    {
        Misuse.Throws<DTypeException>(() => Floats + Doubles, "Add", "float32 and float64", "To(DType.Float32)");
        Misuse.Throws<DTypeException>(() => Longs * Ints, "Multiply", "int64 and int32");
        Misuse.Throws<DTypeException>(() => Floats > Longs, "Greater", "float32 and int64");
        Misuse.Throws<DTypeException>(() => Tensor.Concat([Floats, Doubles]), "Concat", "float32 and float64");
        Misuse.Throws<DTypeException>(() => Tensor.Where(Truths, Floats, Longs), "Where", "float32 and int64");
        Misuse.Throws<DTypeException>(() => Floats.MatMul(Doubles), "MatMul", "float32 and float64");
    }

    [Fact]
    public void Devices_do_not_mix()
    {
        Misuse.Throws<ArgumentException>(
            () => Floats + Floats.To(Device.Reference),
            "Add",
            "cpu",
            "reference",
            "To(Device"
        );
    }

    [Fact]
    public void Bytes_and_truth_values_have_no_arithmetic()
    {
        Misuse.Throws<DTypeException>(() => Bytes + Bytes, "Add", "uint8 has no arithmetic", "To(DType.Float32)");
        Misuse.Throws<DTypeException>(() => Truths * Truths, "Multiply", "bool has no arithmetic");
        Misuse.Throws<DTypeException>(() => Bytes.Sum(), "Sum", "uint8");
        Misuse.Throws<DTypeException>(() => -Bytes, "Negate", "uint8");
        Misuse.Throws<DTypeException>(() => Bytes.Max(), "Max", "uint8");
        Misuse.Throws<DTypeException>(() => Bytes.Clamp(), "Clamp", "uint8");
        Misuse.Throws<DTypeException>(() => Bytes.ArgMax(), "ArgMax", "uint8");
        Misuse.Throws<DTypeException>(() => Bytes.CumulativeSum(), "CumulativeSum", "uint8");
        Misuse.Throws<DTypeException>(() => Bytes.Sort(), "Sort", "uint8");
    }

    [Fact]
    public void Functions_need_floating_point_numbers()
    {
        foreach (
            var (name, function) in ((string, Func<Tensor, Tensor>)[])
                [
                    ("Exp", x => x.Exp()),
                    ("Log", x => x.Log()),
                    ("Sqrt", x => x.Sqrt()),
                    ("Tanh", x => x.Tanh()),
                    ("Sigmoid", x => x.Sigmoid()),
                    ("Relu", x => x.Relu()),
                    ("Erf", x => x.Erf()),
                    ("Pow", x => x.Pow(3)),
                    ("Mean", x => x.Mean()),
                    ("Variance", x => x.Variance()),
                    ("Norm", x => x.Norm()),
                    ("Softmax", x => x.Softmax()),
                    ("LogSoftmax", x => x.LogSoftmax()),
                    ("LogSumExp", x => x.LogSumExp()),
                ]
        )
        {
            Misuse.Throws<DTypeException>(() => function(Longs), name, "float32 or float64", "int64");
        }
    }

    [Fact]
    public void Integers_calculate_with_integers()
    {
        Assert.Equal([3, -4, 4], (Ints / 2).ToArray<int>());
        Assert.Equal([21L, -24, 27], (Longs * 3).ToArray<long>());
        Assert.Equal([7L, 0, 9], Longs.Clamp(low: 0).ToArray<long>());
        Assert.Equal([7, 8, 9], Ints.Abs().ToArray<int>());
        Assert.Equal([49, 64, 81], Ints.Square().ToArray<int>());
        Misuse.Throws<DTypeException>(() => Longs * 0.5, "int64", "cannot hold 0.5");
        Misuse.Throws<DTypeException>(() => Ints + 1e10, "int32", "cannot hold 10000000000");
        Misuse.Throws<DTypeException>(() => Bytes.EqualTo(300), "uint8", "cannot hold 300");
    }

    [Fact]
    public void Sums_of_integers_are_int64()
    {
        var big = Tensor.Full([3], int.MaxValue, DType.Int32);

        Assert.Equal(DType.Int64, big.Sum().DType);
        Assert.Equal(3L * int.MaxValue, big.Sum().ToScalar<long>());
        Assert.Equal([int.MaxValue, 2L * int.MaxValue, 3L * int.MaxValue], big.CumulativeSum().ToArray<long>());
        Assert.Equal(DType.Int64, big.Product().DType);
        Assert.Equal(DType.Int32, big.Max().DType);
    }

    [Fact]
    public void Bytes_and_truth_values_compare()
    {
        Assert.Equal([false, true, true], (Bytes > 1).ToArray<bool>());
        Assert.Equal([true, false, true], Truths.EqualTo(Tensor.Scalar(true)).ToArray<bool>());
    }

    [Fact]
    public void Conversions_cut_fractions()
    {
        var x = Tensor.From([1.9f, -1.9f, 0, 300]);

        Assert.Equal([1L, -1, 0, 300], x.To(DType.Int64).ToArray<long>());
        Assert.Equal([1, -1, 0, 300], x.To(DType.Int32).ToArray<int>());
        Assert.Equal([true, true, false, true], x.To(DType.Bool).ToArray<bool>());
        Assert.Equal([1f, 0, 1], Truths.To(DType.Float32).ToArray<float>());
        Assert.Equal([1.0, 2, 3], Bytes.To(DType.Float64).ToArray<double>());
        Assert.Same(Floats, Floats.To(DType.Float32));
    }

    [Fact]
    public void Extremes_of_integers_keep_their_digits()
    {
        var x = Tensor.From([long.MaxValue, long.MaxValue - 1, long.MinValue]);

        Assert.Equal(long.MaxValue, x.Max().ToScalar<long>());
        Assert.Equal(long.MinValue, x.Min().ToScalar<long>());
        Assert.Equal(0, x.ArgMax().ToScalar<long>());
        Assert.Equal([true, false, false], x.EqualTo(Tensor.Scalar(long.MaxValue)).ToArray<bool>());
    }
}
