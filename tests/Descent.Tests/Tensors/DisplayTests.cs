namespace Descent.Tests.Tensors;

public class DisplayTests
{
    [Fact]
    public void Scalars_show_their_number()
    {
        AssertShows("float32 () 1.5", Tensor.Scalar(1.5f));
        AssertShows("float64 () 0.333333", Tensor.Scalar(1 / 3.0));
        AssertShows("int64 () 3", Tensor.Scalar(3L));
        AssertShows("bool () true", Tensor.Scalar(true));
    }

    [Fact]
    public void Vectors_stand_in_one_line()
    {
        AssertShows("float32 (3) [1, 2, 3]", Tensor.From([1f, 2, 3]));
        AssertShows("float32 (3) [  0.1000, -22.2500,   3.0000]", Tensor.From([0.1f, -22.25f, 3]));
        AssertShows("float64 (2) [1.0000e-08, 2.0000e-05]", Tensor.From([1e-8, 2e-5]));
        AssertShows("float32 (2) [ 1.0000e+10, -1.0000e+00]", Tensor.From([1e10f, -1]));
        AssertShows("uint8 (2) [  1, 200]", Tensor.From([(byte)1, (byte)200]));
        AssertShows("bool (2) [ true, false]", Tensor.From([true, false]));
    }

    [Fact]
    public void Numbers_that_are_not_finite_are_named()
    {
        AssertShows(
            "float32 (4) [NaN,   1,   ∞,  -∞]",
            Tensor.From([float.NaN, 1, float.PositiveInfinity, float.NegativeInfinity])
        );
    }

    [Fact]
    public void Integers_keep_all_their_digits()
    {
        AssertShows("int64 (2) [9223372036854775807,                   1]", Tensor.From([long.MaxValue, 1]));
    }

    [Fact]
    public void Axes_open_brackets()
    {
        AssertShows(
            """
            float32 (2, 2, 3)
            [[[ 0,  1,  2],
              [ 3,  4,  5]],
             [[ 6,  7,  8],
              [ 9, 10, 11]]]
            """,
            Tensor.Arange(0, 12, dtype: DType.Float32).Reshape(2, 2, 3)
        );
    }

    [Fact]
    public void Long_axes_leave_out_their_middle()
    {
        AssertShows(
            """
            int64 (1000, 100)
            [[    0,     1,     2, …,    97,    98,    99],
             [  100,   101,   102, …,   197,   198,   199],
             [  200,   201,   202, …,   297,   298,   299],
             …,
             [99700, 99701, 99702, …, 99797, 99798, 99799],
             [99800, 99801, 99802, …, 99897, 99898, 99899],
             [99900, 99901, 99902, …, 99997, 99998, 99999]]
            """,
            Tensor.Arange(100_000).Reshape(1000, 100)
        );
        AssertShows("int64 (33) [ 0,  1,  2, …, 30, 31, 32]", Tensor.Arange(33));
    }

    [Fact]
    public void Views_show_what_they_see()
    {
        AssertShows(
            """
            int64 (2, 3)
            [[0, 2, 4],
             [1, 3, 5]]
            """,
            Tensor.Arange(6).Reshape(3, 2).Transpose().To(Device.Reference)
        );
    }

    [Fact]
    public void Nothing_shows_its_shape()
    {
        AssertShows("float32 (0, 3) []", Tensor.Zeros([0, 3]));
    }

    private static void AssertShows(string expected, Tensor tensor) =>
        Assert.Equal(expected.ReplaceLineEndings(), tensor.ToString());
}
