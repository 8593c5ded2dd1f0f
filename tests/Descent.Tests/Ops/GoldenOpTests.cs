using System.Collections.Concurrent;

namespace Descent.Tests.Ops;

/// <summary>Values and gradients of every operation against PyTorch's, in float64 and float32.</summary>
public class GoldenOpTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Cases =>
        Golden.Names(
            "elementwise",
            "indexing",
            "losses",
            "matmul",
            "normalization",
            "reductions",
            "shaping",
            "spatial",
            "spatial_ops"
        );

    private static readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, GoldenCase>> Files = new();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Cpu_agrees_with_PyTorch(string file, string name)
    {
        AssertAgrees(Case(file, name), Device.Cpu, DType.Float64, 1e-11);
        AssertAgrees(Case(file, name), Device.Cpu, DType.Float32, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Reference_agrees_with_PyTorch(string file, string name) =>
        AssertAgrees(Case(file, name), Device.Reference, DType.Float64, 1e-11);

    private static GoldenCase Case(string file, string name) => Files.GetOrAdd(file, Golden.Cases)[name];

    private static void AssertAgrees(GoldenCase golden, Device device, DType dtype, double tolerance)
    {
        Tensor[] inputs = [.. golden.Inputs.Select(input => Make(input, device, dtype))];
        Tensor[] wanted = [.. inputs.Where((_, i) => golden.Gradients[i] is not null)];
        using var recording = Gradients.Record(wanted);
        var outputs = GoldenOps.Run(golden, inputs);

        Assert.Equal(golden.Outputs.Count, outputs.Length);
        for (var i = 0; i < outputs.Length; i++)
        {
            AssertClose(golden.Outputs[i], outputs[i], tolerance, $"{golden.Name} in {dtype.Name()}, output {i}");
        }

        if (wanted.Length == 0)
        {
            return;
        }

        var gradients = Gradients.Of(Objective(golden, outputs), wanted);
        var expected = golden.Gradients.OfType<GoldenTensor>().ToArray();
        for (var i = 0; i < wanted.Length; i++)
        {
            AssertClose(expected[i], gradients[i], tolerance, $"{golden.Name} in {dtype.Name()}, gradient {i}");
        }
    }

    /// <summary>Σ output · cotangent over the outputs that have a gradient.</summary>
    private static Tensor Objective(GoldenCase golden, Tensor[] outputs)
    {
        Tensor? sum = null;
        for (var i = 0; i < outputs.Length; i++)
        {
            if (golden.Cotangents[i] is { } cotangent)
            {
                var term = (outputs[i] * Make(cotangent, outputs[i].Device, outputs[i].DType)).Sum();
                sum = sum is null ? term : sum + term;
            }
        }

        return sum!;
    }

    private static Tensor Make(GoldenTensor golden, Device device, DType dtype) =>
        Tensor
            .From(golden.Values, new Shape(golden.Shape))
            .To(golden.Type.IsFloating() ? dtype : golden.Type)
            .To(device);

    private static void AssertClose(GoldenTensor expected, Tensor actual, double tolerance, string what)
    {
        Assert.Equal(new Shape(expected.Shape), actual.Shape);
        Assert.Equal(expected.Type.IsFloating(), actual.DType.IsFloating());
        Golden.AssertClose(expected.Values, actual.To(DType.Float64).ToArray<double>(), tolerance, what);
    }
}
