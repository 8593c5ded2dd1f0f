using Descent.Layers;

namespace Descent.Tests.Layers;

/// <summary>What PyTorch has not, against the papers' equations written out in plain loops.</summary>
public class RecurrentEquationTests
{
    private const int Batch = 2;
    private const int Length = 5;
    private const int Inputs = 3;
    private const int Hidden = 4;

    [Fact]
    public void An_LSTM_with_peepholes_follows_Greff_et_al()
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

        Golden.AssertClose([.. expected], Numbers(layer.Forward(input)), 1e-12, "outputs");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_recurrence_through_the_output_follows_the_book(bool softmax)
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

        Golden.AssertClose([.. scores], Numbers(layer.Forward(input)), 1e-12, "scores");

        // Forced with the outputs that it would give, it gives the same.
        var target = Tensor.From(outputs.ToArray(), [Batch, Length, classes]);
        Golden.AssertClose([.. scores], Numbers(layer.ForwardTeacherForced(input, target)), 1e-12, "forced");
        Assert.Throws<ShapeException>(() => layer.ForwardTeacherForced(input, target[.., ..2]));
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
