using Descent.Backends;

namespace Descent;

public partial class Tensor
{
    /// <summary>The largest element of each window; padding never wins.</summary>
    /// <remarks><b>Shape</b>: (N, C, H, W) → (N, C, H', W'). <b>Gradient</b>: dy goes to the first largest element of each window.</remarks>
    /// <exception cref="ShapeException">The input is not (N, C, H, W), or the window does not fit.</exception>
    public Tensor MaxPool2d(in Window2d window)
    {
        RequirePictures(nameof(MaxPool2d));
        var shape = WindowedShape(window, Shape[1], nameof(MaxPool2d));
        var isTracked = Tape.Tracks(this);
        var y = Result(shape);
        var places = isTracked ? Result(shape, window.PlaceType) : null;
        if (!Backend.TryMaxPool(View, window, y.View, places is null ? Operand.None : places.View))
        {
            var windows = Windows(window, double.NegativeInfinity).Flatten(4);
            return windows.TakeAlong(windows.ArgMax(-1, keepAxes: true)).Squeeze(-1);
        }

        return isTracked ? y.From(new MaxPool2dOp(this, places!, window)) : y;
    }

    internal void RequirePictures(string operation)
    {
        RequireFloating(operation);
        if (Rank != 4)
        {
            throw new ShapeException(
                $"{operation}: needs pictures (N, C, H, W), found {Shape}{Tape.InLayer}. A single picture needs a batch axis of 1: Unsqueeze(0)."
            );
        }
    }
}

/// <summary>The node of <see cref="Tensor.MaxPool2d(in Window2d)"/>, fused.</summary>
internal sealed class MaxPool2dOp(Tensor x, Tensor places, Window2d window) : Op(x)
{
    internal override void Backward(Tensor gradient, Tape tape)
    {
        var dx = x.Result(x.Shape);
        if (!x.Backend.TryMaxPoolGradient(gradient.Contiguous().View, places.View, window, dx.View))
        {
            throw new NotSupportedException($"The backend {x.Backend.Name} pools but has no gradient for it.");
        }

        tape.Add(x, dx);
    }
}
