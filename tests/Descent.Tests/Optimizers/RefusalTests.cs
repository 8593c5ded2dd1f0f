using System.Globalization;
using Descent.Layers;
using Descent.Losses;
using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Tests.Optimizers;

/// <summary>A loss or gradient that is not finite: the step refuses, names the layer, and leaves no trace.</summary>
public class RefusalTests
{
    private static readonly Tensor X = Tensor.RandomNormal([8, 5], new RandomSource(1, "x"));
    private static readonly Tensor Y = Tensor.From([0L, 1, 2, 0, 1, 2, 0, 1]);

    [Theory]
    [Trait("check", "refusal")]
    [MemberData(nameof(OptimizerCases.Names), MemberType = typeof(OptimizerCases))]
    public void A_refused_step_leaves_every_bit_as_it_was(string part)
    {
        var (disturbed, calm) = (new Trained(part), new Trained(part));
        for (var number = 0; number < 6; number++)
        {
            disturbed.Train();
            calm.Train();
            var before = disturbed.Bits();

            Assert.Contains("refused", disturbed.TrainOn(Poisoned(float.NaN)), StringComparison.Ordinal);
            Assert.Contains("refused", disturbed.TrainOn(Poisoned(float.PositiveInfinity)), StringComparison.Ordinal);
            Assert.Contains("refused", disturbed.TrainInfinitely(), StringComparison.Ordinal);
            if (!OptimizerCases.Named(part).IsLbfgs)
            {
                Assert.Contains("refused", disturbed.AccumulateThenFail(), StringComparison.Ordinal);
            }

            Assert.Equal(before, disturbed.Bits());
            Assert.Equal(calm.Bits(), disturbed.Bits());
        }
    }

    [Fact]
    public void A_loss_that_is_not_finite_names_the_layer_that_made_it()
    {
        Sequential network = [new Linear(5, 4), new Relu(), new Linear(4, 3)];
        network.Initialize(1);
        var optimizer = new Sgd(network, 0.1);
        var message = Refused(optimizer, () => Loss.CrossEntropy(network.Forward(Poisoned(float.NaN)), Y));

        Assert.Contains("The loss is NaN", message, StringComparison.Ordinal);
        Assert.Contains("the input of Linear in layer 0", message, StringComparison.Ordinal);
        Assert.Contains("check the data", message, StringComparison.Ordinal);

        ((Linear)network[2]).Weight.Assign(Tensor.Full([3, 4], float.PositiveInfinity));
        message = Refused(optimizer, () => Loss.CrossEntropy(network.Forward(X), Y));
        Assert.Contains("parameter 2.weight holds numbers that are not finite", message, StringComparison.Ordinal);

        ((Linear)network[2]).Weight.Assign(Tensor.Full([3, 4], 1e38));
        message = Refused(optimizer, () => network.Forward(X * 1e20).Square().Sum());
        Assert.Contains("the first to make it is Linear in layer 2", message, StringComparison.Ordinal);
        Assert.Contains("The step was refused and nothing changed", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gradient_that_is_not_finite_under_a_finite_loss_names_the_layer()
    {
        Sequential network = [new Linear(5, 4, bias: false), new RootLayer(), new Linear(4, 1, bias: false)];
        network.Initialize(1);
        ((Linear)network[0]).Weight.Assign(Tensor.Zeros([4, 5]));
        var optimizer = new Sgd(network, 0.1);
        var message = Refused(optimizer, () => network.Forward(X).Sum());

        Assert.Contains("The gradient of 0.weight is not finite under a loss of 0", message, StringComparison.Ordinal);
        Assert.Contains("Sqrt in layer 1", message, StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_refusal_the_step_takes_no_other_loss()
    {
        var network = new BatchNorm1d(5);
        var optimizer = new Sgd(network, 0.1);
        var before = network.RunningMean.ToArray<float>();
        var step = optimizer.BeginStep();
        try
        {
            step.Minimize(network.Forward(Poisoned(float.NaN)).Sum());
            Assert.Fail("A loss of NaN was taken.");
        }
        catch (NonFiniteException) { }

        try
        {
            step.Minimize(network.Forward(X).Sum());
            Assert.Fail("A refused step was minimised.");
        }
        catch (StepException problem)
        {
            Assert.Contains("was refused", problem.Message, StringComparison.Ordinal);
        }

        step.Dispose();
        Assert.Equal(before, network.RunningMean.ToArray<float>());
        Assert.Equal(0, optimizer.StepNumber);
    }

    [Fact]
    public void Running_statistics_move_only_when_the_step_succeeds()
    {
        var network = new BatchNorm1d(5);
        var optimizer = new Sgd(network, 0);
        using (optimizer.BeginStep())
        {
            network.Forward(X);
        }

        Assert.All(network.RunningMean.ToArray<float>(), value => Assert.Equal(0, value));
        using (var step = optimizer.BeginStep())
        {
            step.Accumulate(network.Forward(X[..4]).Sum());
            step.Accumulate(network.Forward(X[4..]).Sum());
            Assert.All(network.RunningMean.ToArray<float>(), value => Assert.Equal(0, value));
            step.Minimize(network.Forward(X).Sum());
        }

        var reference = new BatchNorm1d(5);
        var other = new Sgd(reference, 0);
        foreach (var part in (Tensor[])[X[..4], X[4..], X])
        {
            using var step = other.BeginStep();
            step.Minimize(reference.Forward(part).Sum());
        }

        Assert.Equal(reference.RunningMean.ToArray<float>(), network.RunningMean.ToArray<float>());
        Assert.Equal(reference.RunningVariance.ToArray<float>(), network.RunningVariance.ToArray<float>());
        Assert.NotEqual(0, network.RunningMean.Norm().ToScalar());
    }

    /// <summary>The gradient of many weights from few numbers is judged by those numbers, unless they are very large.</summary>
    [Theory]
    [InlineData(1e10f, 1e10, false)]
    [InlineData(1e25f, 1e25, true)]
    [InlineData(1e25f, 1e-25, false)]
    public void Products_of_large_factors_are_looked_at(float input, double scale, bool isRefused)
    {
        // With weights of zero the loss is zero, whatever its slope.
        var network = new Linear(64, 64, bias: false, Initializers.Zeros);
        var before = network.Weight.ToArray<float>();
        var optimizer = new Sgd(network, 1e-30);
        var x = Tensor.Full([1, 64], input);
        if (isRefused)
        {
            Assert.Contains("weight", Refused(optimizer, Loss), StringComparison.Ordinal);
            Assert.Equal(before, network.Weight.ToArray<float>());
            return;
        }

        using var step = optimizer.BeginStep();
        Assert.Equal(0, step.Minimize(Loss()));

        Tensor Loss() => (network.Forward(x) * scale).Mean();
    }

    private static Tensor Poisoned(float value)
    {
        var values = X.ToArray<float>();
        values[17] = value;
        return Tensor.From(values, X.Shape);
    }

    private static string Refused(Optimizer optimizer, Func<Tensor> loss) =>
        Assert
            .Throws<NonFiniteException>(() =>
            {
                using var step = optimizer.BeginStep();
                step.Minimize(loss);
            })
            .Message;

    /// <summary>√x, whose slope at zero is infinite.</summary>
    private sealed class RootLayer : Layer
    {
        protected override Tensor Compute(Tensor input) => input.Sqrt();
    }

    /// <summary>A network with everything that has a state, and its optimizer.</summary>
    private sealed class Trained
    {
        private readonly Sequential network =
        [
            new Linear(5, 6),
            new BatchNorm1d(6),
            new Relu(),
            new Dropout(0.4),
            new Linear(6, 3),
        ];

        private readonly Optimizer optimizer;

        public Trained(string part)
        {
            network.Initialize(9);
            optimizer = OptimizerCases.Named(part).Over(network.Parameters);
        }

        public void Train()
        {
            using var step = optimizer.BeginStep();
            step.Minimize(() => Loss.CrossEntropy(network.Forward(X), Y));
        }

        public string TrainOn(Tensor input) => Refused(optimizer, () => Loss.CrossEntropy(network.Forward(input), Y));

        public string TrainInfinitely() =>
            Refused(optimizer, () => (network.Forward(X) * 0).Sqrt().Sum() + Loss.CrossEntropy(network.Forward(X), Y));

        public string AccumulateThenFail() =>
            Assert
                .Throws<NonFiniteException>(() =>
                {
                    using var step = optimizer.BeginStep();
                    step.Accumulate(Loss.CrossEntropy(network.Forward(X), Y));
                    step.Minimize(Loss.CrossEntropy(network.Forward(Poisoned(float.NaN)), Y));
                })
                .Message;

        public IEnumerable<string> Bits() =>
            network
                .StateDict()
                .Concat(optimizer.StateDict())
                .Select(entry =>
                    $"{entry.Key} {string.Join(',', entry.Value.To(DType.Float64).ToArray<double>().Select(v => v.ToString("R", CultureInfo.InvariantCulture)))}"
                );
    }
}
