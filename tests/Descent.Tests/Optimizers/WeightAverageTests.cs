using System.Text.Json;
using Descent.Formats;
using Descent.Layers;
using Descent.Losses;
using Descent.Optimizers;

namespace Descent.Tests.Optimizers;

/// <summary>Averages of weights are PyTorch's, running statistics recomputed over the data included.</summary>
public class WeightAverageTests
{
    private const string Fast = "WeightAverage.Exponential: fast";
    private const string Buffers = "WeightAverage.Exponential: with buffers";
    private const string All = "WeightAverage.Equal: all";
    private const string Late = "WeightAverage.Equal: late, every third";

    private static readonly JsonElement Document = Golden.Document("schedules");
    private static readonly JsonElement Problem = Document.GetProperty("problem");

    private readonly Sequential net = [new Linear(3, 4), new BatchNorm1d(4), new Tanh(), new Linear(4, 2)];
    private readonly Sgd optimizer;

    public WeightAverageTests()
    {
        net.To(DType.Float64);
        foreach (var parameter in net.Parameters.Concat(net.Buffers))
        {
            var values = Golden.Doubles(Problem.GetProperty("start").GetProperty(parameter.Name));
            parameter.Assign(Tensor.From(values, parameter.Shape));
        }

        optimizer = new Sgd(net, 0.1);
    }

    [Theory]
    [Trait("check", "golden")]
    [InlineData(Fast)]
    [InlineData(Buffers)]
    [InlineData(All)]
    [InlineData(Late)]
    public void Averages_and_running_statistics_are_the_expected_ones(string part)
    {
        var average = Make(part);
        Train(average, Steps);
        average.Assign();
        if (part != Buffers)
        {
            RunningStatistics.Recompute(net, Enumerable.Range(0, 3), batch => net.Forward(Batch("inputs", batch)));
        }

        var golden = Document
            .GetProperty("averages")
            .EnumerateArray()
            .Single(entry => entry.GetProperty("name").GetString() == part);
        Assert.Equal(golden.GetProperty("count").GetInt64(), average.Count);
        foreach (var (name, found) in net.StateDict())
        {
            var expected = Golden.Doubles(golden.GetProperty("state").GetProperty(name));
            Golden.AssertClose(expected, found.ToArray<double>(), 1e-12, $"{part}, {name}");
        }
    }

    [Theory]
    [Trait("check", "state")]
    [InlineData(Fast)]
    [InlineData(Buffers)]
    [InlineData(All)]
    [InlineData(Late)]
    public void Averages_go_on_from_a_saved_state(string part)
    {
        using var folder = new TemporaryFolder();
        var (average, resumed) = (Make(part), Make(part));
        Train(average, 7);
        Safetensors.Write(folder.File("average.safetensors"), average.StateDict());
        resumed.LoadStateDict(Safetensors.Read(folder.File("average.safetensors")).Tensors);
        for (var step = 7; step < Steps; step++)
        {
            Train(average, 1, step);
            resumed.Update();
        }

        Assert.Equal(Values(average), Values(resumed));
    }

    [Fact]
    public void The_averages_are_in_use_until_the_scope_ends()
    {
        var average = WeightAverage.Equal(net);
        using (average.Use())
        {
            Assert.Equal(Problem.GetProperty("start").GetProperty("3.bias")[0].GetDouble(), Last());
        }

        Train(average, 3);
        var (own, mean) = (Last(), average.StateDict()["3.bias"].ToArray<double>()[0]);
        var scope = average.Use();

        Assert.Equal(mean, Last());
        Assert.NotEqual(own, mean);
        Assert.Throws<InvalidOperationException>(average.Update);
        Assert.Throws<InvalidOperationException>(() => average.Use());
        scope.Dispose();
        Assert.Equal(own, Last());
        average.Assign();
        scope.Dispose();
        Assert.Equal(mean, Last());

        double Last() => net.Parameters[^1].ToArray<double>()[0];
    }

    [Fact]
    public void A_state_that_does_not_fit_is_refused_whole()
    {
        var (average, other) = (WeightAverage.Equal(net), WeightAverage.Exponential(net));
        Train(average, 2);
        var state = average.StateDict();
        state.Remove("0.weight");
        state["3.bias"] = Tensor.Ones([7]);
        state["9.bias"] = Tensor.Ones([1]);
        var problem = Assert.Throws<StateMismatchException>(() => other.LoadStateDict(state));

        Assert.Contains("missing 0.weight", problem.Message, StringComparison.Ordinal);
        Assert.Contains("3.bias is float32 (7)", problem.Message, StringComparison.Ordinal);
        Assert.Contains("9.bias is left over", problem.Message, StringComparison.Ordinal);
        Assert.Equal(0, other.Count);
    }

    [Fact]
    public void Settings_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => WeightAverage.Exponential(net, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => WeightAverage.Equal(net, firstUpdate: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => WeightAverage.Equal(net, every: 0));
        using var step = optimizer.BeginStep();
        Assert.Throws<StepException>(() => RunningStatistics.Recompute(net, [0], _ => Batch("inputs", 0)));
    }

    private static int Steps => 3 * Problem.GetProperty("rounds").GetInt32();

    private WeightAverage Make(string part) =>
        part switch
        {
            Fast => WeightAverage.Exponential(net, 0.75),
            Buffers => WeightAverage.Exponential(net, 0.9, includeBuffers: true),
            All => WeightAverage.Equal(net),
            _ => WeightAverage.Equal(net, firstUpdate: 5, every: 3),
        };

    private void Train(WeightAverage average, int steps, int first = 0)
    {
        for (var number = first; number < first + steps; number++)
        {
            using (var step = optimizer.BeginStep())
            {
                var outputs = net.Forward(Batch("inputs", number % 3));
                step.Minimize(Loss.MeanSquaredError(outputs, Batch("targets", number % 3)));
            }

            average.Update();
        }
    }

    private static Tensor Batch(string part, int number)
    {
        var rows = Problem.GetProperty(part)[number];
        return Tensor.From(Golden.Doubles(rows), [rows.GetArrayLength(), rows[0].GetArrayLength()]);
    }

    private static double[] Values(WeightAverage average) =>
        [.. average.StateDict().Values.SelectMany(tensor => tensor.To(DType.Float64).ToArray<double>())];
}
