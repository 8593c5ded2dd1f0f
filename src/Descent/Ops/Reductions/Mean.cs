namespace Descent;

public partial class Tensor
{
    /// <summary>The mean of all elements.</summary>
    /// <remarks><b>Gradient</b>: dx = dy / n, repeated.</remarks>
    public Tensor Mean() => Mean([]);

    /// <summary>The mean along one axis.</summary>
    /// <param name="axis">The axis, −1 for the last.</param>
    /// <param name="keepAxes">Whether the axis stays, with size 1.</param>
    public Tensor Mean(int axis, bool keepAxes = false) => Mean([axis], keepAxes);

    /// <summary>The mean along the named axes; all of them when none is named.</summary>
    /// <exception cref="DTypeException">The elements are not floating-point numbers.</exception>
    public Tensor Mean(ReadOnlySpan<int> axes, bool keepAxes = false)
    {
        RequireFloating(nameof(Mean));
        var count = ReducedCount(axes);
        var mean = axes.IsEmpty && !keepAxes ? ReduceAll<SumKernel>(DType) : Reduce<SumKernel>(axes, DType);
        Backend.Binary<DivideKernel>(mean.View, Constant(count).Stretched(mean.Shape), mean.View);
        if (Tape.Tracks(this))
        {
            mean.From(new MeanOp(this, count));
        }

        return mean.DropReduced(axes, keepAxes);
    }
}

/// <summary>The node of a mean whose result kept its axes.</summary>
internal sealed class MeanOp(Tensor x, long count) : Op(x)
{
    internal override void Backward(Tensor gradient, Tape tape)
    {
        // Rounded once, to the type of the elements.
        var share = x.DType == DType.Float32 ? 1f / count : 1.0 / count;
        var slope = gradient.IsOne ? x.Constant(share) : gradient * share;
        tape.Add(x, slope.BroadcastTo(x.Shape));
    }
}
