using Descent.Optimizers;
using Descent.Tests.Tensors;

namespace Descent.Tests.Autograd;

/// <summary>What a training step makes is recycled at its end; everything else is not.</summary>
public class RecyclingTests
{
    private readonly Parameter weight = new([3], Initializers.Ones);
    private readonly Tensor data = Tensor.From([1f, 2, 3]);

    [Fact]
    public void Results_of_a_step_end_with_it()
    {
        var optimizer = new Sgd(new[] { weight }, 0.1);
        Tensor y,
            view;
        using (var step = optimizer.BeginStep())
        {
            y = data * weight;
            view = y[1..];
            step.Minimize(y.Sum());
            Assert.Equal(3, y.ToArray<float>().Length);
        }

        Misuse.Throws<RecycledTensorException>(() => y.ToArray<float>(), "float32", "(3)", "Detach()", "Clone()");
        Misuse.Throws<RecycledTensorException>(() => view + 1, "(2)", "training step that has ended");
        Misuse.Throws<RecycledTensorException>(() => data * y, "recycled");
        Assert.Equal("float32 (3) (recycled when its training step ended)", y.ToString());
    }

    [Fact]
    public void What_is_kept_stays()
    {
        var optimizer = new Sgd(new[] { weight }, 0.1);
        Tensor detached,
            cloned,
            made,
            number;
        using (var step = optimizer.BeginStep())
        {
            var y = data * 2;
            detached = y.Detach();
            cloned = y.Clone();
            made = Tensor.From([5f]);
            number = data[..1];
            step.Minimize((y * weight).Sum());
        }

        Assert.Equal([2f, 4, 6], detached.ToArray<float>());
        Assert.Equal([2f, 4, 6], cloned.ToArray<float>());
        Assert.Equal([5f], made.ToArray<float>());
        Assert.Equal([1f], number.ToArray<float>());
        Assert.Equal([1f, 2, 3], data.ToArray<float>());
    }

    [Fact]
    public void A_kept_result_does_not_keep_the_tape()
    {
        var optimizer = new Sgd(new[] { weight }, 0.1);
        Tensor loss;
        using (var step = optimizer.BeginStep())
        {
            loss = (data * weight).Sum();
            step.Minimize(loss);
        }

        Assert.Null(loss.Producer);
    }

    [Fact]
    public void Numbers_of_one_step_do_not_reach_the_next()
    {
        // Constants are remembered across steps; they must not be recycled.
        var optimizer = new Sgd(new[] { weight }, 0.1);
        for (var number = 0; number < 3; number++)
        {
            using var step = optimizer.BeginStep();
            var y = data * 2.5 + 0.5;
            Assert.Equal([3f, 5.5f, 8], y.ToArray<float>());
            step.Minimize((y * weight).Sum());
        }
    }
}
