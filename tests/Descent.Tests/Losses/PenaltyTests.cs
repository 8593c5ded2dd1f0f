using Descent.Layers;
using Descent.Losses;
using Descent.Numerics;
using Descent.Optimizers;
using Descent.Tests.Tensors;

namespace Descent.Tests.Losses;

/// <summary>Penalties of weights and of activities, against their formulas written out in plain loops.</summary>
public class PenaltyTests
{
    private static readonly Dictionary<string, (Penalty Penalty, Func<double, double> OfWeight)> Weights = new()
    {
        ["Penalty.L1"] = (Penalty.L1(0.3), w => 0.3 * Math.Abs(w)),
        ["Penalty.L2"] = (Penalty.L2(0.2), w => 0.2 * w * w),
        ["Penalty.ElasticNet"] = (Penalty.ElasticNet(0.3, 0.2), w => 0.3 * Math.Abs(w) + 0.2 * w * w),
        ["Penalty: added up"] = (
            Penalty.L1(0.1) + Penalty.L2(0.2) + Penalty.L1(0.2),
            w => 0.3 * Math.Abs(w) + 0.2 * w * w
        ),
        ["Penalty: another formula"] = (new Penalty(w => w.Exp().Sum()), Math.Exp),
    };

    private static readonly Dictionary<string, (ActivityPenalty Penalty, Func<double[], double> OfUnit)> Activities =
        new()
        {
            ["ActivityPenalty.L1"] = (ActivityPenalty.L1(0.3), unit => 0.3 * unit.Average(Math.Abs)),
            ["ActivityPenalty.L2"] = (ActivityPenalty.L2(0.2), unit => 0.2 * unit.Average(h => h * h)),
            ["ActivityPenalty.Sparsity"] = (
                ActivityPenalty.Sparsity(0.5, 0.1),
                unit => 0.5 * Divergence(0.1, unit.Average())
            ),
            ["ActivityPenalty: added up"] = (
                ActivityPenalty.L1(0.3) + ActivityPenalty.Sparsity(2),
                unit => 0.3 * unit.Average(Math.Abs) + 2 * Divergence(0.05, unit.Average())
            ),
        };

    public static TheoryData<string> WeightParts => [.. Weights.Keys];

    public static TheoryData<string> ActivityParts => [.. Activities.Keys];

    [Theory]
    [Trait("check", "golden")]
    [MemberData(nameof(WeightParts))]
    public void Weights_are_penalised_and_biases_are_not(string part)
    {
        var (penalty, ofWeight) = Weights[part];
        var network = Network();
        var weights = network.Parameters.Where(parameter => parameter.Name is "0.weight" or "3.weight").ToArray();
        var expected = weights.Sum(weight => weight.ToArray<double>().Sum(ofWeight));
        var all = network.Parameters.Sum(parameter => parameter.ToArray<double>().Sum(ofWeight));

        Assert.Equal(2, weights.Length);
        Assert.Equal(expected, penalty.Of(network).ToScalar(), 12);
        Assert.Equal(all, penalty.Of(network.Parameters).ToScalar(), 12);
        Assert.Equal(weights[0].ToArray<double>().Sum(ofWeight), penalty.Of(weights[0]).ToScalar(), 12);
    }

    [Fact]
    public void Scales_and_shifts_of_norms_are_no_weights_over_several_axes_either()
    {
        var norm = new LayerNorm([2, 3]);
        Sequential network = [new Linear(3, 3, bias: false), norm];
        network.Initialize(7);
        var weight = ((Linear)network[0]).Weight;

        Assert.Equal(weight.Square().Sum().ToScalar(), Penalty.L2(1).Of(network).ToScalar(), 6);
        Assert.Equal(weight.Square().Sum().ToScalar(), Penalty.L2(1).Of(network.Clone()).ToScalar(), 6);
        Misuse.Throws<ArgumentException>(() => Penalty.L2(1).Of(norm), "no weight");
    }

    [Theory]
    [Trait("check", "gradient")]
    [MemberData(nameof(WeightParts))]
    public void Gradients_of_weights_agree_with_finite_differences(string part)
    {
        var penalty = Weights[part].Penalty;
        var network = Network();
        var found = GradientCheck.Compare(_ => penalty.Of(network), [.. network.Parameters.Where(p => p.Rank > 1)]);

        Assert.True(found.LargestError <= 1e-8, $"{part}: {found}");
    }

    [Theory]
    [Trait("check", "golden")]
    [MemberData(nameof(ActivityParts))]
    public void Activities_are_penalised_by_sample(string part)
    {
        var (penalty, ofUnit) = Activities[part];
        var output = Tensor.RandomUniform([5, 3, 2], new RandomSource(1, "output"), 0.1, 0.9, DType.Float64);
        var values = output.ToArray<double>();
        var expected = 0.0;
        for (var unit = 0; unit < 6; unit++)
        {
            expected += ofUnit([.. Enumerable.Range(0, 5).Select(sample => values[sample * 6 + unit])]);
        }

        Assert.Equal(expected, penalty.Of(output).ToScalar(), 12);
    }

    [Theory]
    [Trait("check", "gradient")]
    [MemberData(nameof(ActivityParts))]
    public void Gradients_of_activities_agree_with_finite_differences(string part)
    {
        var penalty = Activities[part].Penalty;
        var output = Tensor.RandomUniform([4, 5], new RandomSource(1, "output"), 0.3, 0.7, DType.Float64);
        var found = GradientCheck.Compare(x => penalty.Of(x.Tanh().Square()), output);

        Assert.True(found.LargestError <= 1e-8, $"{part}: {found}");
    }

    [Fact]
    public void Activities_at_their_ends_cost_finite_numbers()
    {
        var output = Tensor.From(
            new float[,]
            {
                { 0, 1 },
                { 0, 1 },
            }
        );
        using var recording = Gradients.Record(output);
        var cost = ActivityPenalty.Sparsity(1).Of(output);

        Assert.InRange(cost.ToScalar(), 10, 20);
        Assert.All(Gradients.Of(cost, output)[0].ToArray<float>(), slope => Assert.True(float.IsFinite(slope)));
    }

    [Fact]
    public void A_penalty_trains_with_the_loss()
    {
        var layer = new Linear(4, 3);
        layer.Initialize(1);
        var before = layer.Bias!.ToArray<float>();
        var optimizer = new Sgd(layer, learningRate: 0.1);
        for (var number = 0; number < 300; number++)
        {
            using var step = optimizer.BeginStep();
            step.Minimize(layer.Forward(Tensor.Zeros([1, 4])).Sum() * 0 + Penalty.L1(0.05).Of(layer));
        }

        // Steps of 0.005 to either side of zero.
        Assert.All(layer.Weight.ToArray<float>(), weight => Assert.InRange(Math.Abs(weight), 0, 0.0051));
        Assert.Equal(before, layer.Bias.ToArray<float>());
    }

    [Fact]
    public void Squares_are_a_weight_decay_of_twice_the_strength()
    {
        var (decayed, penalised) = (Linear(), Linear());
        var input = Tensor.RandomNormal([6, 4], new RandomSource(1, "x"), dtype: DType.Float64);
        var decay = new Sgd(decayed, learningRate: 0.1, weightDecay: 0.06);
        var plain = new Sgd(penalised, learningRate: 0.1);
        for (var number = 0; number < 5; number++)
        {
            using (var step = decay.BeginStep())
            {
                step.Minimize(decayed.Forward(input).Square().Mean());
            }

            using (var step = plain.BeginStep())
            {
                step.Minimize(penalised.Forward(input).Square().Mean() + Penalty.L2(0.03).Of(penalised));
            }
        }

        Golden.AssertClose(decayed.Weight.ToArray<double>(), penalised.Weight.ToArray<double>(), 1e-13, "weights");

        static Linear Linear()
        {
            var layer = new Linear(4, 3, bias: false);
            layer.To(DType.Float64);
            layer.Initialize(2);
            return layer;
        }
    }

    [Fact]
    public void A_hook_hands_out_the_activity_of_a_chain()
    {
        Sequential chain = [new Linear(4, 6), new Relu(), new Linear(6, 2)];
        chain.Initialize(3);
        var (input, all) = (Tensor.RandomNormal([5, 4], new RandomSource(1, "x")), chain.Parameters.ToArray<Tensor>());
        Tensor? hidden = null;
        using var hook = chain.Find<Relu>("1").Hook(output => hidden = output);
        using var recording = Gradients.Record(all);
        var loss = chain.Forward(input).Sum() + ActivityPenalty.L1(0.5).Of(hidden!);
        var again = chain[1].Forward(chain[0].Forward(input));
        var expected = chain[2].Forward(again).Sum() + again.Sum() * 0.1;

        Assert.Equal(expected.ToScalar(), loss.ToScalar(), 1e-5);
        foreach (var (wanted, found) in Gradients.Of(expected, all).Zip(Gradients.Of(loss, all)))
        {
            Assert.All(
                wanted.ToArray<float>().Zip(found.ToArray<float>()),
                pair => Assert.Equal(pair.First, pair.Second, 1e-5f)
            );
        }
    }

    [Fact]
    public void Frozen_weights_cost_nothing()
    {
        var network = Network();
        network[0].Freeze();
        var expected = network.Parameters.Single(p => p.Name == "3.weight").ToArray<double>().Sum(Math.Abs);

        Assert.Equal(expected, Penalty.L1(1).Of(network).ToScalar(), 12);
        network.Freeze();
        Misuse.Throws<ArgumentException>(() => Penalty.L1(1).Of(network), "no weight", "frozen");
        Misuse.Throws<ArgumentException>(() => Penalty.L1(1).Of(new Relu()), "no weight");
    }

    [Fact]
    public void Nonsense_is_refused()
    {
        Assert.All(
            ((string, Action)[])
                [
                    ("strength", () => Penalty.L1(-1)),
                    ("strength", () => Penalty.L2(double.NaN)),
                    ("l1", () => Penalty.ElasticNet(-1, 1)),
                    ("l2", () => Penalty.ElasticNet(1, double.PositiveInfinity)),
                    ("strength", () => ActivityPenalty.L1(-1)),
                    ("strength", () => ActivityPenalty.L2(-1)),
                    ("strength", () => ActivityPenalty.Sparsity(-1)),
                    ("target", () => ActivityPenalty.Sparsity(1, 1)),
                ],
            row => Assert.Equal(row.Item1, Assert.Throws<ArgumentOutOfRangeException>(row.Item2).ParamName)
        );
        Misuse.Throws<ShapeException>(() => new Penalty(w => w).Of(Tensor.Ones([2, 3])), "(2, 3)", "one number");
        Misuse.Throws<ShapeException>(() => new ActivityPenalty(h => h).Of(Tensor.Ones([2, 3])), "one number");
        Misuse.Throws<ShapeException>(() => ActivityPenalty.L1(1).Of(Tensor.Ones([3])), "(3)", "batch axis");
    }

    private static Sequential Network()
    {
        Sequential network = [new Linear(5, 4), new BatchNorm1d(4), new Tanh(), new Linear(4, 3)];
        network.To(DType.Float64);
        network.Initialize(7);
        return network;
    }

    private static double Divergence(double target, double mean) =>
        target * Math.Log(target / mean) + (1 - target) * Math.Log((1 - target) / (1 - mean));
}
