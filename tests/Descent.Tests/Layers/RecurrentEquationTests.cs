using Descent.Layers;

namespace Descent.Tests.Layers;

/// <summary>What PyTorch has not, against the papers' equations written out in plain loops.</summary>
public class RecurrentEquationTests
{
    private const int Batch = 2;
    private const int Length = 5;
    private const int Inputs = 3;
    private const int Hidden = 4;

    [Theory]
    [Trait("check", "golden")]
    [InlineData("Lstm: peepholes")]
    public void An_LSTM_with_peepholes_follows_Greff_et_al(string part)
    {
        var layer = (Lstm)Filled(new Lstm(Inputs, Hidden, peepholes: true));
        var input = RecurrentStateTests.Normal("input", [Batch, Length, Inputs]);
        var weights = layer.StateDict().ToDictionary(entry => entry.Key, entry => Numbers(entry.Value));
        var x = Numbers(input);

        var expected = new List<double>();
        for (var n = 0; n < Batch; n++)
        {
            var (y, c) = (new double[Hidden], new double[Hidden]);
            for (var t = 0; t < Length; t++)
            {
                var (nextY, nextC) = (new double[Hidden], new double[Hidden]);
                for (var j = 0; j < Hidden; j++)
                {
                    var i = Sigmoid(Sum(0, j) + weights["peephole_l0"][j] * c[j]);
                    var f = Sigmoid(Sum(1, j) + weights["peephole_l0"][Hidden + j] * c[j]);
                    var z = Math.Tanh(Sum(2, j));
                    nextC[j] = z * i + c[j] * f;
                    var o = Sigmoid(Sum(3, j) + weights["peephole_l0"][2 * Hidden + j] * nextC[j]);
                    nextY[j] = Math.Tanh(nextC[j]) * o;
                }

                (y, c) = (nextY, nextC);
                expected.AddRange(y);

                double Sum(int gate, int j)
                {
                    var row = gate * Hidden + j;
                    var sum = weights["bias_ih_l0"][row] + weights["bias_hh_l0"][row];
                    for (var k = 0; k < Inputs; k++)
                    {
                        sum += weights["weight_ih_l0"][row * Inputs + k] * x[(n * Length + t) * Inputs + k];
                    }

                    for (var k = 0; k < Hidden; k++)
                    {
                        sum += weights["weight_hh_l0"][row * Hidden + k] * y[k];
                    }

                    return sum;
                }
            }
        }

        Golden.AssertClose([.. expected], Numbers(layer.Forward(input)), 1e-12, part);
    }

    [Theory]
    [Trait("check", "golden")]
    [InlineData("OutputRnn: classes", true)]
    [InlineData("OutputRnn: numbers", false)]
    public void A_recurrence_through_the_output_follows_the_book(string part, bool softmax)
    {
        const int classes = 3;
        var layer = (OutputRnn)Filled(new OutputRnn(Inputs, Hidden, classes, softmax));
        var input = RecurrentStateTests.Normal("input", [Batch, Length, Inputs]);
        var weights = layer.StateDict().Values.Select(Numbers).ToArray();
        var (u, w, b, v, c) = (weights[0], weights[1], weights[2], weights[3], weights[4]);
        var x = Numbers(input);

        var (scores, outputs) = (new List<double>(), new List<double>());
        for (var n = 0; n < Batch; n++)
        {
            var y = new double[classes];
            for (var t = 0; t < Length; t++)
            {
                var h = Enumerable
                    .Range(0, Hidden)
                    .Select(j =>
                        Math.Tanh(
                            b[j]
                                + Enumerable
                                    .Range(0, Inputs)
                                    .Sum(k => u[j * Inputs + k] * x[(n * Length + t) * Inputs + k])
                                + Enumerable.Range(0, classes).Sum(k => w[j * classes + k] * y[k])
                        )
                    )
                    .ToArray();
                var z = Enumerable
                    .Range(0, classes)
                    .Select(k => c[k] + Enumerable.Range(0, Hidden).Sum(j => v[k * Hidden + j] * h[j]))
                    .ToArray();
                var total = z.Sum(Math.Exp);
                y = softmax ? [.. z.Select(value => Math.Exp(value) / total)] : z;
                scores.AddRange(z);
                outputs.AddRange(y);
            }
        }

        Golden.AssertClose([.. scores], Numbers(layer.Forward(input)), 1e-12, part);

        // Forced with the outputs that it would give, it gives the same.
        var target = Tensor.From(outputs.ToArray(), [Batch, Length, classes]);
        Golden.AssertClose([.. scores], Numbers(layer.ForwardTeacherForced(input, target)), 1e-12, $"{part}, forced");
        Assert.Throws<ShapeException>(() => layer.ForwardTeacherForced(input, target[.., ..2]));
    }

    [Theory]
    [Trait("check", "golden")]
    [InlineData("Recurrent: a cell of one's own")]
    public void Any_cell_goes_through_the_sequence_in_both_directions(string part)
    {
        var cells = new Queue<LayerCases.LeakyCell>();
        var layer = Filled(
            new Recurrent(
                Inputs,
                size =>
                {
                    cells.Enqueue(new LayerCases.LeakyCell(size, Hidden));
                    return cells.Last();
                },
                bidirectional: true
            )
        );
        var input = RecurrentStateTests.Normal("input", [Batch, Length, Inputs]);
        var x = Numbers(input);
        var expected = new double[Batch * Length * 2 * Hidden];
        foreach (var (direction, cell) in cells.Index())
        {
            var (w, b) = (Numbers(cell.Parameters[0]), Numbers(cell.Parameters[1]));
            for (var n = 0; n < Batch; n++)
            {
                var h = new double[Hidden];
                for (var step = 0; step < Length; step++)
                {
                    var row = n * Length + (direction == 0 ? step : Length - 1 - step);
                    double[] seen = [.. x.AsSpan(row * Inputs, Inputs), .. h];
                    h =
                    [
                        .. h.Select(
                            (before, j) =>
                                (
                                    before
                                    + Math.Tanh(b[j] + seen.Select((value, k) => w[j * seen.Length + k] * value).Sum())
                                ) / 2
                        ),
                    ];
                    h.CopyTo(expected, (row * 2 + direction) * Hidden);
                }
            }
        }

        Golden.AssertClose(expected, Numbers(layer.Forward(input)), 1e-12, part);
    }

    private static Recurrent Filled(Recurrent layer)
    {
        layer.To(DType.Float64);
        layer.Initialize(4);
        return layer;
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double[] Numbers(Tensor tensor) => tensor.ToArray<double>();
}
