using Descent.Numerics;
using Descent.Optimizers;
using Descent.Tests.Numerics;

namespace Descent.Tests.Autograd;

/// <summary>Backward gives the memory of gradients back once they are used, and of nothing that is still wanted.</summary>
[Collection("Threads")]
public class BackwardMemoryTests
{
    private const int Length = 1 << 18;
    private const long Bytes = Length * sizeof(float);

    private readonly Parameter weight = new([Length], Initializers.Normal(1));

    [Fact]
    public void A_deep_network_needs_room_for_few_gradients()
    {
        const int Depth = 30;
        weight.Initialize(1, "weight");
        var optimizer = new Sgd(new[] { weight }, 0.1);
        using var step = optimizer.BeginStep();
        Tensor y = weight;
        for (var layer = 0; layer < Depth; layer++)
        {
            y = y.Tanh();
        }

        var loss = y.Sum();
        BufferPoolTests.SettleFinalizers();
        var before = BufferPool.Statistics.BytesRented;
        step.Minimize(loss);

        // The weight's gradient stays to the end of the step, and one may be on its way.
        var more = BufferPool.Statistics.BytesRented - before;
        Assert.True(more <= 2 * Bytes, $"{more:N0} bytes more are in use after a step through {Depth} layers.");
    }

    [Fact]
    public void What_several_operations_share_lives_until_the_last_has_used_it()
    {
        // Sums hand one gradient to both sides, slices and reshapes look at it, and a residual adds to it.
        var values = Gradient(w =>
        {
            var halves = w.Reshape([2, Length / 2]);
            var residual = halves + (halves.Tanh() + halves);
            var joined = Tensor.Concat([residual[1], residual[0]], 0);
            return (joined * joined + joined).Sum();
        });

        var expected = weight
            .ToArray<float>()
            .Select(w => (2 * (2 * w + MathF.Tanh(w)) + 1) * (3 - MathF.Tanh(w) * MathF.Tanh(w)));
        Assert.Equal(expected.ToArray(), values, (one, other) => Math.Abs(one - other) < 1e-4 * (1 + Math.Abs(one)));
    }

    [Fact]
    public void A_gradient_that_is_not_finite_is_found_after_the_others_are_gone()
    {
        weight.Assign(Tensor.Zeros([Length]));
        var optimizer = new Sgd(new[] { weight }, 0.1);
        var problem = Assert.Throws<NonFiniteException>(() =>
        {
            using var step = optimizer.BeginStep();
            step.Minimize((weight * 2).Sqrt().Tanh().Sum());
        });

        Assert.Contains("the first to make it is Sqrt", problem.Message, StringComparison.Ordinal);
        Assert.Equal(0, optimizer.StepNumber);
    }

    [Fact]
    public void A_sum_of_finite_gradients_that_is_not_finite_says_so()
    {
        var single = new Parameter([1], Initializers.Ones);
        var optimizer = new Sgd(new[] { single }, 0.1);
        var problem = Assert.Throws<NonFiniteException>(() =>
        {
            using var step = optimizer.BeginStep();
            step.Accumulate((single * 3e38).Sum());
            step.Minimize((single * 3e38).Sum());
        });

        Assert.Contains("in the sum with the gradients accumulated before", problem.Message, StringComparison.Ordinal);
    }

    private float[] Gradient(Func<Tensor, Tensor> loss)
    {
        weight.Initialize(2, "weight");
        var before = weight.ToArray<float>();
        using var recording = Descent.Gradients.Record(weight);
        var expected = Descent.Gradients.Of(loss(weight), weight)[0].ToArray<float>();
        recording.Dispose();

        // The step recycles, the recording does not: both must agree to the bit, with a rate of 1 that leaves w − g.
        var optimizer = new Sgd(new[] { weight }, 1);
        using (var step = optimizer.BeginStep())
        {
            step.Minimize(loss(weight));
        }

        Assert.Equal(before.Zip(expected, (w, g) => w - g), weight.ToArray<float>());
        weight.Assign(Tensor.From(before));
        return expected;
    }
}
