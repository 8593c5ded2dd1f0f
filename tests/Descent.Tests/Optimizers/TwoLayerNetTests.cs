using Descent.Layers;
using Descent.Losses;
using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Tests.Optimizers;

/// <summary>The printed numbers of a two-layer network on toy data (a course's notebook): scores, loss, gradients and a training run.</summary>
public class TwoLayerNetTests
{
    private static readonly Tensor Labels = Tensor.From([0L, 1, 2, 2, 1]);

    [Fact]
    public void Scores_are_the_printed_ones()
    {
        var scores = new TwoLayerNet(new NumpyRandom(0)).Scores(Data()).ToArray<double>();

        double[] printed =
        [
            -0.81233741,
            -1.27654624,
            -0.70335995,
            -0.17129677,
            -1.18803311,
            -0.47310444,
            -0.51590475,
            -1.01354314,
            -0.8504215,
            -0.15419291,
            -0.48629638,
            -0.52901952,
            -0.00618733,
            -0.12435261,
            -0.15226949,
        ];
        for (var i = 0; i < printed.Length; i++)
        {
            Assert.Equal(printed[i], scores[i], 5e-9);
        }
    }

    [Fact]
    public void Loss_and_gradients_are_the_printed_ones()
    {
        var net = new TwoLayerNet(new NumpyRandom(0));
        var x = Data();
        Tensor[] weights = [.. net.Parameters];
        var found = GradientCheck.Compare(_ => net.Loss(x, Labels, 0.05), weights);

        Assert.Equal(1.30378789133, net.Loss(x, Labels, 0.05).ToScalar(), 1e-11);
        Assert.Equal(40 + 10 + 30 + 3, found.Checked);
        Assert.True(found.LargestError <= 1e-8, found.ToString());
    }

    [Fact]
    public void Training_ends_at_the_printed_loss()
    {
        var random = new NumpyRandom(0);
        var net = new TwoLayerNet(random);
        var x = Data();
        var optimizer = new Sgd(net, learningRate: 0.1) { Schedule = Schedule.Exponential(0.95) };
        var losses = new List<double>();
        for (var iteration = 0; iteration < 100; iteration++)
        {
            var batch = Tensor.From(Array.ConvertAll(random.Choice(5, 200), i => (long)i));
            using var step = optimizer.BeginStep();
            losses.Add(step.Minimize(net.Loss(x.Take(batch), Labels.Take(batch), 5e-6)));
        }

        Assert.Equal(1.241994, losses[0], 5e-7);
        Assert.Equal(0.0171496079387, losses[^1], 1e-10);
    }

    private static Tensor Data() => Tensor.From(new NumpyRandom(1).RandN(20), [5, 4]) * 10;

    /// <summary>relu(x W1 + b1) W2 + b2 in float64, the weights 0.1 · randn.</summary>
    private sealed class TwoLayerNet : Module
    {
        private readonly Parameter w1 = new([4, 10]);
        private readonly Parameter b1 = new([10]);
        private readonly Parameter w2 = new([10, 3]);
        private readonly Parameter b2 = new([3]);

        public TwoLayerNet(NumpyRandom random)
        {
            To(DType.Float64);
            w1.Assign(Tensor.From(random.RandN(40), [4, 10]) * 0.1);
            w2.Assign(Tensor.From(random.RandN(30), [10, 3]) * 0.1);
        }

        public Tensor Scores(Tensor x) => (x.MatMul(w1) + b1).Relu().MatMul(w2) + b2;

        public Tensor Loss(Tensor x, Tensor labels, double regularization) =>
            Descent.Losses.Loss.CrossEntropy(Scores(x), labels)
            + regularization * (w1.Square().Sum() + w2.Square().Sum());
    }
}
