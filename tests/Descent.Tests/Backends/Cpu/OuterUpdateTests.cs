using Descent.Backends;
using Descent.Backends.Cpu;
using Descent.Layers;
using Descent.Numerics;
using Descent.Optimizers;

namespace Descent.Tests.Backends.Cpu;

/// <summary>Weights changed by a gradient that is never in memory have the bits that they have with one that is.</summary>
public class OuterUpdateTests
{
    public static TheoryData<int, int, int, int> Shapes =>
        [(1, 30, 784, 512), (1, 7, 65, 256), (2, 5, 130, 128), (3, 9, 33, 512), (4, 2, 3, 64), (4, 70, 300, 512)];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_same_bits_as_gradient_then_update(int samples, int rows, int columns, int width)
    {
        var backend = new CpuBackend(width);
        var arena = new Arena(backend, DType.Float32, Layout.Contiguous);
        var (x, dy) = (arena.Input([samples, columns]), arena.Input([samples, rows]));
        var dw = arena.Output([rows, columns]);
        Assert.True(backend.TryLinearGradient(x, dw, dy, Operand.None, dw, Operand.None));
        var constants = default(UpdateConstants<double>);
        ReadOnlySpan<double> numbers = [0.1, 0.01, 0.9, 0.1, 0.99, 0.01, 1, 1e-3];
        numbers.CopyTo(constants);

        Operand[] Make() => [.. Enumerable.Range(0, 3).Select(_ => arena.Output([rows, columns]))];
        var (found, expected) = (Make(), Make());
        for (var state = 0; state < 3; state++)
        {
            for (long i = 0; i < dw.Count; i++)
            {
                Arena.Set(found[state], i, (i * 7 % 11 + 1) * 0.125);
                Arena.Set(expected[state], i, (i * 7 % 11 + 1) * 0.125);
            }
        }

        Assert.True(backend.TryLinearUpdate<AdamKernel>(found[0], x, dy, found[1], found[2], constants));
        backend.Update<AdamKernel>(expected[0], dw, expected[1], expected[2], Operand.None, constants);
        for (var state = 0; state < 3; state++)
        {
            Assert.Equal(Arena.Values(expected[state]), Arena.Values(found[state]));
        }
    }

    [Fact]
    public void A_deferred_gradient_is_there_when_somebody_looks()
    {
        var weight = Tensor.RandomNormal([20, 30], new RandomSource(1, "test"));
        var x = Tensor.RandomNormal([2, 30], new RandomSource(2, "test"));
        using var recording = Gradients.Record(weight);
        var gradient = Gradients.Of(x.Linear(weight).Sum(), weight)[0];
        Assert.NotNull(gradient.Deferred);
        var expected = Tensor.Ones([20, 2]).MatMul(x);
        Assert.Equal(expected.ToArray<float>(), gradient.ToArray<float>());
        Assert.Null(gradient.Deferred);
    }

    [Fact]
    public void Batches_that_add_up_use_both_gradients()
    {
        var layer = new Linear(30, 20);
        layer.Initialize(1);
        var start = layer.Weight.ToArray<float>();
        var x = Tensor.RandomNormal([1, 30], new RandomSource(2, "test"));
        using (var step = new Sgd(layer, 0.5).BeginStep())
        {
            step.Accumulate(layer.Forward(x).Sum());
            step.Minimize(layer.Forward(x * 2).Sum());
        }

        var moved = layer.Weight.ToArray<float>();
        var inputs = x.ToArray<float>();
        for (var i = 0; i < moved.Length; i++)
        {
            Assert.Equal(start[i] - 1.5f * inputs[i % 30], moved[i], 1e-5f);
        }
    }
}
