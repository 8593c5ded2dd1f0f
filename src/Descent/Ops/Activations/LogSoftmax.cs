namespace Descent;

public partial class Tensor
{
    /// <summary>The logarithm of the softmax along an axis, computed without the softmax: exact where probabilities vanish.</summary>
    /// <remarks><b>Formula</b>: y_i = x_i − max − ln Σ e^(x_j − max). <b>Gradient</b>: dx = dy − e^y Σ dy.</remarks>
    /// <param name="axis">The axis, −1 for the last.</param>
    /// <exception cref="DTypeException">The elements are not floating-point numbers.</exception>
    public Tensor LogSoftmax(int axis = -1)
    {
        RequireFloating(nameof(LogSoftmax));
        axis = Axis(axis);
        if (axis != Rank - 1)
        {
            return Transpose(axis, -1).LogSoftmax().Transpose(axis, -1);
        }

        var y = Result(Shape);
        if (Count > 0 && !Backend.TryLogSoftmax(View, y.View))
        {
            var shifted = this - Max(-1, keepAxes: true).WithoutHistory();
            return shifted - shifted.Exp().Sum(-1, keepAxes: true).Log();
        }

        return Tape.Tracks(this) ? y.From(new LogSoftmaxOp(this, y)) : y;
    }

    /// <summary>ln Σ e^x along an axis, finite for any finite numbers.</summary>
    /// <remarks><b>Gradient</b>: dx = dy · softmax(x).</remarks>
    /// <param name="axis">The axis, −1 for the last.</param>
    /// <param name="keepAxes">Whether the axis stays, with size 1.</param>
    public Tensor LogSumExp(int axis = -1, bool keepAxes = false) => LogSumExp([axis], keepAxes);

    /// <summary>ln Σ e^x along the named axes; all of them when none is named.</summary>
    /// <exception cref="DTypeException">The elements are not floating-point numbers.</exception>
    public Tensor LogSumExp(ReadOnlySpan<int> axes, bool keepAxes = false)
    {
        RequireFloating(nameof(LogSumExp));
        var max = Max(axes, keepAxes: true).WithoutHistory();

        // An infinite maximum cannot be subtracted: ∞ − ∞ is no number.
        var shift = Where((max - max).EqualTo(0), max, Constant(0));
        var sum = (this - shift).Exp().Sum(axes, keepAxes: true).Log() + shift;
        return sum.DropReduced(axes, keepAxes);
    }
}

/// <summary>The node of <see cref="Tensor.LogSoftmax"/> along the last axis.</summary>
internal sealed class LogSoftmaxOp(Tensor x, Tensor y) : Op(x)
{
    internal override void Backward(Tensor gradient, Tape tape)
    {
        var dx = x.Result(x.Shape);
        tape.Add(
            x,
            y.Backend.TryLogSoftmaxGradient(y.View, gradient.View, dx.View)
                ? dx
                : gradient - y.Exp() * gradient.Sum(-1, keepAxes: true)
        );
    }
}
