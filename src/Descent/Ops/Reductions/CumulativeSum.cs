namespace Descent;

public partial class Tensor
{
    /// <summary>The running sum along an axis: y_i = x_0 + … + x_i.</summary>
    /// <remarks><b>Gradient</b>: the running sum of dy from the other end.</remarks>
    public Tensor CumulativeSum(int axis = -1)
    {
        RequireArithmetic(nameof(CumulativeSum));
        axis = Axis(axis);
        var y = Result(Shape, DType.IsFloating() ? DType : DType.Int64);
        Backend.CumulativeSum(View, axis, y.View);
        return Tape.Tracks(this) ? y.From(new CumulativeSumOp(this, axis)) : y;
    }
}

/// <summary>The node of a running sum: dx_i = dy_i + … + dy_n = Σ dy − (running sum of dy) + dy.</summary>
internal sealed class CumulativeSumOp(Tensor x, int axis) : Op(x)
{
    internal override void Backward(Tensor gradient, Tape tape) =>
        tape.Add(x, gradient.Sum(axis, keepAxes: true) - gradient.CumulativeSum(axis) + gradient);
}
