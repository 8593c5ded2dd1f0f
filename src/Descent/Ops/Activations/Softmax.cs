namespace Descent;

public partial class Tensor
{
    /// <summary>Numbers along an axis as probabilities: positive and adding up to 1.</summary>
    /// <remarks><b>Formula</b>: y_i = e^(x_i − max) / Σ e^(x_j − max), finite for any logits. <b>Gradient</b>: dx = y (dy − Σ y dy).</remarks>
    /// <param name="axis">The axis, −1 for the last.</param>
    /// <exception cref="DTypeException">The elements are not floating-point numbers.</exception>
    public Tensor Softmax(int axis = -1)
    {
        RequireFloating(nameof(Softmax));
        axis = Axis(axis);
        if (axis != Rank - 1)
        {
            return Transpose(axis, -1).Softmax().Transpose(axis, -1);
        }

        var y = Result(Shape);
        if (Count > 0 && !Backend.TrySoftmax(View, y.View))
        {
            var exponentials = (this - Max(-1, keepAxes: true).WithoutHistory()).Exp();
            return exponentials / exponentials.Sum(-1, keepAxes: true);
        }

        return Tape.Tracks(this) ? y.From(new SoftmaxOp(this, y)) : y;
    }
}

/// <summary>The node of <see cref="Tensor.Softmax"/> along the last axis.</summary>
internal sealed class SoftmaxOp(Tensor x, Tensor y) : Op(x)
{
    internal override void Backward(Tensor gradient, Tape tape)
    {
        var dx = x.Result(x.Shape);
        tape.Add(
            x,
            y.Backend.TrySoftmaxGradient(y.View, gradient.View, dx.View)
                ? dx
                : y * (gradient - (y * gradient).Sum(-1, keepAxes: true))
        );
    }
}
