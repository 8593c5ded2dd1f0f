namespace Descent.Tests;

public class GoldenTests
{
    private static readonly string[] Files =
    [
        "elementwise",
        "indexing",
        "losses",
        "matmul",
        "normalization",
        "reductions",
        "shaping",
        "spatial",
    ];

    [Fact]
    public void Every_case_is_whole()
    {
        foreach (var file in Files)
        {
            var cases = Golden.Cases(file);
            Assert.NotEmpty(cases);
            foreach (var golden in cases.Values)
            {
                Assert.StartsWith(golden.Op + ": ", golden.Name, StringComparison.Ordinal);
                Assert.Equal(golden.Outputs.Count, golden.Cotangents.Count);
                Assert.Equal(golden.Inputs.Count, golden.Gradients.Count);
                AssertSameShapes(golden.Outputs, golden.Cotangents, golden.Name);
                AssertSameShapes(golden.Inputs, golden.Gradients, golden.Name);
            }
        }
    }

    [Fact]
    public void Floats_lose_nothing_in_single_precision()
    {
        var inputs = Files.SelectMany(file => Golden.Cases(file).Values).SelectMany(golden => golden.Inputs);

        Assert.All(inputs, input => Assert.Equal(input.Values, Array.ConvertAll(input.Floats, v => (double)v)));
    }

    [Fact]
    public void Options_are_read()
    {
        var conv = Golden.Cases("spatial")["conv2d: unequal everything"];
        Assert.Equal([2, 1], conv.Ints("stride"));
        Assert.Equal(1, conv.Int("groups"));

        var pad = Golden.Cases("shaping")["pad: all axes, a value"];
        Assert.Equal([(1, 1), (2, 0), (0, 1)], pad.Pairs("padding"));
        Assert.Equal(0.5, pad.Number("value"));

        var loss = Golden.Cases("losses")["MeanSquaredError: sum"];
        Assert.Equal("sum", loss.Text("reduction"));
        Assert.False(loss.Has("axes"));
    }

    [Fact]
    public void A_difference_names_the_element()
    {
        double[] expected = [1, 2000, 3];
        Golden.AssertClose(expected, [1, 2000.0001, 3], 1e-7, "close");

        var failure = Record.Exception(() => Golden.AssertClose(expected, [1, 2001, double.NaN], 1e-7, "far"));

        Assert.NotNull(failure);
        Assert.Contains("far: element 1 is 2001", failure.Message, StringComparison.Ordinal);
        Assert.NotNull(Record.Exception(() => Golden.AssertClose(expected, [1, 2000, double.NaN], 1e-7, "NaN")));
    }

    private static void AssertSameShapes(
        IReadOnlyList<GoldenTensor> tensors,
        IReadOnlyList<GoldenTensor?> others,
        string name
    )
    {
        for (var i = 0; i < tensors.Count; i++)
        {
            Assert.True(
                tensors[i].Values.Length == tensors[i].Shape.Aggregate(1, (product, size) => product * size),
                name
            );
            Assert.True(others[i] is not { } other || other.Shape.SequenceEqual(tensors[i].Shape), name);
        }
    }
}
