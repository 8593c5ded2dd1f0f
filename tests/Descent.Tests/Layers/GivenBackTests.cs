using Descent.Layers;
using Descent.Models;

namespace Descent.Tests.Layers;

/// <summary>In inference, memory between layers is given back at once; what anybody may still read is not.</summary>
public class GivenBackTests
{
    private static readonly Tensor pictures = Tensor.RandomUniform([2, 3, 64, 64], new(1, "pictures"));

    [Fact]
    public void What_a_layer_of_ones_own_keeps_stays_readable()
    {
        Keeper keeper = new();
        Sequential net = [Convolved(), new Sequential(keeper, new Flatten()), new Dropout(0.5), Convolved2()];
        net.Forward(pictures);
        var expected = net[0].Forward(pictures);
        Scramble();
        Assert.Equal(expected.ToArray<float>(), keeper.Kept!.ToArray<float>());

        Sequential Convolved2() => [new Linear(16 * 64 * 64, 4), new Relu()];
    }

    [Fact]
    public void What_a_hook_keeps_stays_readable()
    {
        Sequential net = [Convolved(), new Sequential(Convolved(16), new Relu()), new MaxPool2d(2), new Flatten()];
        List<Tensor> seen = [];
        using var outer = net[0].Hook(seen.Add);
        using var inner = ((Sequential)net[1])[1].Hook(seen.Add);
        net.Forward(pictures);
        Scramble();
        var first = net[0].Forward(pictures);
        Assert.Equal(first.ToArray<float>(), seen[0].ToArray<float>());
        Assert.Equal(net[1].Forward(first).ToArray<float>(), seen[1].ToArray<float>());
    }

    [Fact]
    public void The_input_stays_readable_behind_layers_that_pass_it_on()
    {
        var before = pictures.ToArray<float>();
        Sequential net = [new Identity(), new Dropout(0.5), new Sequential(new Identity()), Convolved(), new Relu()];
        net.Forward(pictures);
        Scramble();
        Assert.Equal(before, pictures.ToArray<float>());
    }

    [Fact]
    public void A_frozen_trunk_has_the_same_bits_inside_a_training_step()
    {
        var net = ResNet.ResNet18(classes: 4);
        net.Freeze();
        net.Unfreeze("fc");
        var expected = net.Forward(pictures).ToArray<float>();
        var optimizer = new Descent.Optimizers.Sgd(net.Fc, 0.1);
        for (var round = 0; round < 2; round++)
        {
            using var step = optimizer.BeginStep();
            Assert.Equal(expected, net.Forward(pictures).ToArray<float>());
        }
    }

    private static Sequential Convolved(int channels = 3) => [new Conv2d(channels, 16, 3, padding: 1), new Relu()];

    // Overwrites memory of the sizes above that is free.
    private static void Scramble()
    {
        for (var round = 0; round < 8; round++)
        {
            Tensor.Full([2, 16, 64, 64], round);
            Tensor.Full([2, 3, 64, 64], round);
        }
    }

    private sealed class Keeper : Layer
    {
        public Tensor? Kept { get; private set; }

        protected override Tensor Compute(Tensor input) => Kept = input;
    }
}
