using Descent.Formats;
using Descent.Layers;

namespace Descent.Tests.Layers;

/// <summary>Single steps of the recurrent cells, which are modules of their own.</summary>
public class RecurrentCellTests
{
    private const double Tolerance = 1e-12;

    private static readonly Dictionary<string, Func<RecurrentCell>> Cells = new()
    {
        ["RnnCell: tanh"] = () => new RnnCell(4, 2),
        ["RnnCell: ReLU"] = () => new RnnCell(4, 2, relu: true),
        ["RnnCell: no bias"] = () => new RnnCell(4, 2, bias: false),
        ["LstmCell: plain"] = () => new LstmCell(4, 2),
        ["LstmCell: peepholes"] = () => new LstmCell(4, 2, peepholes: true),
        ["GruCell: plain"] = () => new GruCell(4, 2),
        ["OutputRnnCell: classes"] = () => new OutputRnnCell(4, 3, 2),
        ["OutputRnnCell: numbers"] = () => new OutputRnnCell(4, 3, 2, softmax: false),
    };

    public static TheoryData<string> Parts => [.. Cells.Keys];

    public static TheoryData<string> GoldenParts => [.. Golden.Cases("cells").Keys];

    public static TheoryData<string> Equations =>
        ["LstmCell: peepholes", "OutputRnnCell: classes", "OutputRnnCell: numbers"];

    [Fact]
    public void Every_cell_has_a_case()
    {
        var covered = Cells.Values.Select(make => make().GetType());

        Assert.Equal(
            typeof(RecurrentCell)
                .Assembly.GetExportedTypes()
                .Where(type => type.IsSubclassOf(typeof(RecurrentCell)))
                .Select(type => type.Name)
                .Order(),
            covered.Select(type => type.Name).Distinct().Order()
        );
    }

    [Theory]
    [Trait("check", "gradient")]
    [MemberData(nameof(Parts))]
    public void Gradients_of_input_state_and_parameters_agree_with_finite_differences(string part)
    {
        var (cell, input, state) = Make(part);
        Tensor[] inputs = [input, .. state.Parts, .. cell.Parameters];
        foreach (var index in Enumerable.Range(0, state.Parts.Count))
        {
            var found = GradientCheck.Compare(
                x => cell.Forward(x[0], new RecurrentState([.. x[1..(1 + state.Parts.Count)]])).Parts[index],
                inputs
            );
            Assert.True(found.LargestError <= 1e-8, $"{part}, part {index} of the state: {found}");
        }
    }

    [Theory]
    [Trait("check", "state")]
    [MemberData(nameof(Parts))]
    public void Cells_go_through_a_file_bit_for_bit(string part)
    {
        using var folder = new TemporaryFolder();
        var (saved, input, state) = Make(part);
        Safetensors.Write(folder.File("cell.safetensors"), saved.StateDict());
        var loaded = Cells[part]();
        loaded.To(DType.Float64);
        loaded.LoadStateDict(Safetensors.Read(folder.File("cell.safetensors")).Tensors);

        foreach (var (before, after) in saved.Forward(input, state).Parts.Zip(loaded.Forward(input, state).Parts))
        {
            Assert.Equal(before.ToArray<double>(), after.ToArray<double>());
        }
    }

    [Theory]
    [Trait("check", "golden")]
    [MemberData(nameof(GoldenParts))]
    public void Steps_are_those_of_PyTorch(string part)
    {
        var golden = Golden.Cases("cells")[part];
        var cell = Cells[part]();
        cell.To(DType.Float64);
        var inputs = golden.Inputs.Select(Of).ToArray();
        var states = golden.Int("states");
        foreach (var (parameter, value) in cell.Parameters.Zip(inputs[(1 + states)..]))
        {
            parameter.Assign(value);
        }

        Tensor[] leaves = [.. inputs[..(1 + states)], .. cell.Parameters];
        using var recording = Gradients.Record(leaves);
        var after = cell.Forward(leaves[0], new RecurrentState(leaves.AsSpan(1, states))).Parts;
        var sum = Tensor.Zeros([], DType.Float64);
        for (var index = 0; index < states; index++)
        {
            Golden.AssertClose(golden.Outputs[index].Values, after[index].ToArray<double>(), Tolerance, part);
            sum += (after[index] * Of(golden.Cotangents[index]!)).Sum();
        }

        foreach (var (index, gradient) in Gradients.Of(sum, leaves).Index())
        {
            var expected = golden.Gradients[index]!.Values;
            Golden.AssertClose(expected, gradient.ToArray<double>(), Tolerance, $"{part}, gradient {index}");
        }
    }

    [Theory]
    [Trait("check", "golden")]
    [MemberData(nameof(Equations))]
    public void Steps_that_PyTorch_has_not_follow_the_equations(string part)
    {
        var (cell, input, state) = Make(part);
        var parameters = cell.Parameters.Select(parameter => parameter.ToArray<double>()).ToArray();
        var parts = state.Parts.Select(values => values.ToArray<double>()).ToArray();
        var x = input.ToArray<double>();
        var expected = new[] { new double[parts[0].Length], new double[parts[0].Length] };
        for (var n = 0; n < input.Shape[0]; n++)
        {
            var (first, second) = (Row(parts[0], n, 2), Row(parts[1], n, 2));
            var (next, also) =
                cell is LstmCell
                    ? Remember(parameters, Row(x, n, 4), first, second)
                    : ThroughOutput(
                        parameters,
                        Row(x, n, 4),
                        second,
                        part.EndsWith("classes", StringComparison.Ordinal)
                    );
            next.CopyTo(expected[0], 2 * n);
            also.CopyTo(expected[1], 2 * n);
        }

        var found = cell.Forward(input, state).Parts;
        Golden.AssertClose(expected[0], found[0].ToArray<double>(), Tolerance, part);
        Golden.AssertClose(expected[1], found[1].ToArray<double>(), Tolerance, $"{part}, second part");
    }

    /// <summary>Greff et al. 2017, section II, for two units: h and c after a step.</summary>
    private static (double[] Hidden, double[] Cell) Remember(double[][] p, double[] x, double[] h, double[] c)
    {
        var (hidden, cell) = (new double[2], new double[2]);
        for (var j = 0; j < 2; j++)
        {
            var i = Sigmoid(Gate(0) + p[4][j] * c[j]);
            var f = Sigmoid(Gate(1) + p[4][2 + j] * c[j]);
            cell[j] = Math.Tanh(Gate(2)) * i + c[j] * f;
            hidden[j] = Math.Tanh(cell[j]) * Sigmoid(Gate(3) + p[4][4 + j] * cell[j]);

            double Gate(int gate)
            {
                var row = 2 * gate + j;
                return p[2][row] + p[3][row] + Dot(Row(p[0], row, 4), x) + Dot(Row(p[1], row, 2), h);
            }
        }

        return (hidden, cell);
    }

    /// <summary>The recurrence through the output of the lessons: scores and outputs after a step.</summary>
    private static (double[] Scores, double[] Output) ThroughOutput(double[][] p, double[] x, double[] y, bool softmax)
    {
        double[] h =
        [
            .. Enumerable
                .Range(0, 3)
                .Select(j => Math.Tanh(p[2][j] + Dot(Row(p[0], j, 4), x) + Dot(Row(p[1], j, 2), y))),
        ];
        double[] z = [.. Enumerable.Range(0, 2).Select(k => p[4][k] + Dot(Row(p[3], k, 3), h))];
        var total = z.Sum(Math.Exp);
        return (z, softmax ? [.. z.Select(value => Math.Exp(value) / total)] : z);
    }

    private static double Sigmoid(double value) => 1 / (1 + Math.Exp(-value));

    private static double Dot(double[] a, double[] b) => a.Zip(b, (left, right) => left * right).Sum();

    private static double[] Row(double[] matrix, int row, int length) => matrix[(row * length)..((row + 1) * length)];

    private static Tensor Of(GoldenTensor golden) => Tensor.From(golden.Values, new Shape(golden.Shape));

    private static (RecurrentCell Cell, Tensor Input, RecurrentState State) Make(string part)
    {
        var cell = Cells[part]();
        cell.To(DType.Float64);
        cell.Initialize(4);
        Tensor[] state = [.. cell.StateSizes.Select((size, i) => RecurrentStateTests.Normal($"state {i}", [3, size]))];
        return (cell, RecurrentStateTests.Normal("input", [3, 4]), new RecurrentState(state));
    }
}
