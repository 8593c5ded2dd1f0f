using Descent.Layers;
using Descent.Models;
using Descent.Numerics;

namespace Descent.Tests.Models;

/// <summary>An encoder and a decoder against their equations in plain loops, as PyTorch has no such model.</summary>
public class SequenceToSequenceEquationTests
{
    private const int Signs = 5;
    private const int Hidden = 4;
    private const int End = 4;

    private readonly Dictionary<string, double[]> weights;
    private readonly SequenceToSequence model = new(new Rnn(3, Hidden), new Rnn(2, Hidden), 6, Signs, End);

    public SequenceToSequenceEquationTests()
    {
        model.To(DType.Float64);
        model.Initialize(2);
        foreach (var parameter in model.Parameters)
        {
            parameter.Assign(
                Tensor.RandomNormal(parameter.Shape, new RandomSource(3, parameter.Name), dtype: DType.Float64)
            );
        }

        weights = model.StateDict().ToDictionary(entry => entry.Key, entry => entry.Value.ToArray<double>());
    }

    [Theory]
    [Trait("check", "golden")]
    [InlineData("SequenceToSequence: teacher forcing", 1.0)]
    [InlineData("SequenceToSequence: running free", 0.0)]
    public void Scores_follow_the_equations(string part, double teacherForcing)
    {
        long[][] sources =
        [
            [1, 2, 3],
            [5],
            [2, 2, 4, 5],
        ];
        long[][] targets =
        [
            [0, 1, End, End],
            [2, 2, 3, End],
            [3, End, End, End],
        ];
        var padded = sources.SelectMany(source => source.Concat(new long[4 - source.Length])).ToArray();
        var lengths = Tensor.From([.. sources.Select(source => (long)source.Length)]);

        var expected = new List<double>();
        foreach (var (source, target) in sources.Zip(targets))
        {
            var state = source.Aggregate(new double[Hidden], (h, sign) => Step("encoder", "source", 3, sign, h));
            long before = End;
            foreach (var right in target)
            {
                state = Step("decoder", "target", 2, before, state);
                double[] scores =
                [
                    .. weights["head.bias"].Select((bias, k) => bias + Dot(weights["head.weight"], k, state)),
                ];
                expected.AddRange(scores);
                before = teacherForcing == 1 ? right : Array.IndexOf(scores, scores.Max());
            }
        }

        var found = model.Forward(
            Tensor.From(padded, [3, 4]),
            lengths,
            Tensor.From([.. targets.SelectMany(target => target)], [3, 4]),
            teacherForcing
        );
        Golden.AssertClose([.. expected], found.ToArray<double>(), 1e-12, part);
    }

    /// <summary>h′ = tanh(W e + b + R h + d), e the vector of a sign.</summary>
    private double[] Step(string part, string embedding, int size, long sign, double[] h)
    {
        var vector = weights[embedding + "_embedding.weight"].AsSpan((int)sign * size, size).ToArray();
        return
        [
            .. Enumerable
                .Range(0, Hidden)
                .Select(j =>
                    Math.Tanh(
                        weights[part + ".bias_ih_l0"][j]
                            + weights[part + ".bias_hh_l0"][j]
                            + Dot(weights[part + ".weight_ih_l0"], j, vector)
                            + Dot(weights[part + ".weight_hh_l0"], j, h)
                    )
                ),
        ];
    }

    private static double Dot(double[] matrix, int row, double[] vector) =>
        vector.Select((value, k) => matrix[row * vector.Length + k] * value).Sum();
}
