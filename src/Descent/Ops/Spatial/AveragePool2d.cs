using Descent.Backends;

namespace Descent;

public partial class Tensor
{
    /// <summary>The mean of each window.</summary>
    /// <remarks><b>Shape</b>: (N, C, H, W) → (N, C, H', W'). <b>Gradient</b>: dy, divided equally over its window.</remarks>
    /// <param name="window">The window.</param>
    /// <param name="countPadding">Whether padding counts as zeros in the mean, or is left out of it.</param>
    /// <exception cref="ShapeException">The input is not (N, C, H, W), or the window does not fit.</exception>
    public Tensor AveragePool2d(in Window2d window, bool countPadding = true)
    {
        RequirePictures(nameof(AveragePool2d));
        var y = Result(WindowedShape(window, Shape[1], nameof(AveragePool2d)));
        if (!Backend.TryAveragePool(View, window, countPadding, y.View))
        {
            var sums = Windows(window, 0).Sum([4, 5]);
            return countPadding
                ? sums / (window.KernelHeight * window.KernelWidth)
                : sums / ZeroResult(Shape).Add(1).Windows(window, 0).Sum([4, 5]);
        }

        return Tape.Tracks(this) ? y.From(new AveragePool2dOp(this, window, countPadding)) : y;
    }
}

/// <summary>The node of <see cref="Tensor.AveragePool2d(in Window2d, bool)"/>, fused.</summary>
internal sealed class AveragePool2dOp(Tensor x, Window2d window, bool countPadding) : Op(x)
{
    internal override void Backward(Tensor gradient, Tape tape)
    {
        var dx = x.Result(x.Shape);
        if (!x.Backend.TryAveragePoolGradient(gradient.Contiguous().View, window, countPadding, dx.View))
        {
            throw new NotSupportedException($"The backend {x.Backend.Name} pools but has no gradient for it.");
        }

        tape.Add(x, dx);
    }
}
