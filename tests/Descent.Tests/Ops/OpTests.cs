namespace Descent.Tests.Ops;

/// <summary>What holds for every case of <see cref="OpCases"/>.</summary>
public class OpTests
{
    private const int PlacesPerInput = 40;

    public static IEnumerable<TheoryDataRow<string>> Names => OpCases.Names;

    public static IEnumerable<TheoryDataRow<string>> Differentiable => OpCases.Differentiable;

    [Theory]
    [MemberData(nameof(Differentiable))]
    public void Gradient_agrees_with_finite_differences(string name)
    {
        var op = OpCases.Named(name);
        foreach (var device in (Device[])[Device.Reference, Device.Cpu])
        {
            var found = GradientCheck.Compare(
                op.Function,
                op.MakeInputs(device, DType.Float64),
                placesPerInput: PlacesPerInput
            );

            Assert.True(found.LargestError <= 1e-8, $"{name} on {device}: {found}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Cpu_agrees_with_the_reference(string name)
    {
        var op = OpCases.Named(name);
        var expected = Run(op, Device.Reference, DType.Float64);

        AssertClose(expected, Run(op, Device.Cpu, DType.Float64), 1e-12, $"{name} in float64");

        // Random numbers of another type are other numbers.
        var single = Run(op, Device.Reference, DType.Float32);
        AssertClose(op.Method == "Dropout" ? single : expected, single, 1e-5, $"{name} in float32 by the reference");
        AssertClose(single, Run(op, Device.Cpu, DType.Float32), 1e-5, $"{name} in float32");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Two_runs_give_the_same_bits(string name)
    {
        var op = OpCases.Named(name);
        foreach (var dtype in (DType[])[DType.Float32, DType.Float64])
        {
            var first = Run(op, Device.Cpu, dtype);
            var second = Run(op, Device.Cpu, dtype);

            for (var i = 0; i < first.Count; i++)
            {
                Assert.Equal(first[i].Values.Select(Bits), second[i].Values.Select(Bits));
            }
        }
    }

    /// <summary>The result and the gradients of the inputs for a fixed cotangent.</summary>
    internal static List<(Shape Shape, DType DType, double[] Values)> Run(OpCase op, Device device, DType dtype)
    {
        var inputs = op.MakeInputs(device, dtype);
        using var recording = Gradients.Record(inputs);
        var y = op.Function(inputs);
        List<Tensor> results = [y];
        if (op.IsDifferentiable)
        {
            var cotangent = new OpInput(y.Shape).Make(7, device, dtype);
            results.AddRange(Gradients.Of(y, inputs, cotangent));
        }

        return [.. results.Select(t => (t.Shape, t.DType, t.To(DType.Float64).ToArray<double>()))];
    }

    private static void AssertClose(
        List<(Shape Shape, DType DType, double[] Values)> expected,
        List<(Shape Shape, DType DType, double[] Values)> actual,
        double tolerance,
        string what
    )
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            var part = i == 0 ? what : $"{what}, gradient of input {i - 1}";
            Assert.Equal(expected[i].Shape, actual[i].Shape);
            Assert.Equal(expected[i].DType.IsFloating(), actual[i].DType.IsFloating());
            Golden.AssertClose(expected[i].Values, actual[i].Values, tolerance, part);
        }
    }

    private static long Bits(double value) => BitConverter.DoubleToInt64Bits(value);
}
