using Descent.Layers;
using Descent.Optimizers;

namespace Descent.Tests.Optimizers;

/// <summary>Parameters shared out by name and by module, at rates that change between steps.</summary>
public class ParameterGroupTests
{
    private readonly TwoParts net = new();

    public ParameterGroupTests() => net.Initialize(1);

    [Fact]
    public void Groups_are_taken_by_pattern_by_module_and_as_the_rest()
    {
        ParameterGroups shared =
        [
            ParameterGroup.RestOf(net),
            new(net, "body.?.bias") { WeightDecay = 0 },
            new(net.Head),
        ];

        Assert.Throws<ArgumentException>(() => ParameterGroups.Create([new(net, "*.bias"), new(net.Head)]));
        Assert.Equal(["body.0.weight", "body.1.weight"], Names(shared["rest"]));
        Assert.Equal(["body.0.bias", "body.1.bias"], Names(shared["body.?.bias"]));
        Assert.Equal(["head.0.weight", "head.0.bias"], Names(shared["head"]));
    }

    [Fact]
    public void A_pattern_that_fits_nothing_says_what_there_is()
    {
        var problem = Assert.Throws<ArgumentException>(() => new ParameterGroup(net, "boddy.*"));

        Assert.Contains("boddy.*", problem.Message, StringComparison.Ordinal);
        Assert.Contains("body.0.weight", problem.Message, StringComparison.Ordinal);
        Assert.Throws<KeyNotFoundException>(() => new Sgd(net, 0.1).Groups["body"]);
    }

    [Fact]
    public void Layers_are_unfrozen_step_by_step_at_rates_of_their_own()
    {
        var optimizer = new Sgd([new(net.Body), new(net.Head)], 0.5);
        net.Body.Freeze();
        var (body, head) = (net.Body.Parameters[0], net.Head.Parameters[0]);

        Assert.Equal((0, -0.5), Change(), Near);
        net.Body.Unfreeze();
        optimizer.Groups["body"].LearningRateFactor = 0.1;
        Assert.Equal((-0.05, -0.5), Change(), Near);
        optimizer.Groups["body"].WeightDecay = 1;
        optimizer.Groups["head"].LearningRateFactor = 0;
        var drawn = -0.05 * (1 + body.ToArray<float>()[0]);
        Assert.Equal((drawn, 0), Change(), Near);

        (double Body, double Head) Change()
        {
            var (first, second) = (body.ToArray<float>()[0], head.ToArray<float>()[0]);
            using (var step = optimizer.BeginStep())
            {
                step.Minimize(body.Sum() + head.Sum());
            }

            return (body.ToArray<float>()[0] - first, head.ToArray<float>()[0] - second);
        }
    }

    private static IEnumerable<string> Names(ParameterGroup group) => group.Parameters.Select(p => p.Name);

    private static bool Near((double, double) a, (double, double) b) =>
        Math.Abs(a.Item1 - b.Item1) < 1e-6 && Math.Abs(a.Item2 - b.Item2) < 1e-6;

    private sealed class TwoParts : Module
    {
        public Sequential Body { get; } = [new Linear(2, 2), new Linear(2, 2)];

        public Sequential Head { get; } = [new Linear(2, 3)];
    }
}
