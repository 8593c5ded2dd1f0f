using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>The largest of all elements; NaN if there is one.</summary>
    /// <remarks><b>Gradient</b>: dy is shared equally among all elements that equal the maximum.</remarks>
    public Tensor Max() => Max([]);

    /// <summary>The largest along one axis.</summary>
    /// <remarks><b>Gradient</b>: dy is shared equally among the elements that equal the maximum.</remarks>
    /// <param name="axis">The axis, −1 for the last.</param>
    /// <param name="keepAxes">Whether the axis stays, with size 1.</param>
    public Tensor Max(int axis, bool keepAxes = false) => Max([axis], keepAxes);

    /// <summary>The largest along the named axes; all of them when none is named.</summary>
    /// <exception cref="ShapeException">There is no element to choose from.</exception>
    public Tensor Max(ReadOnlySpan<int> axes, bool keepAxes = false) => Extreme<MaxKernel>(axes, keepAxes, nameof(Max));

    /// <summary>The smallest of all elements; NaN if there is one.</summary>
    /// <remarks><b>Gradient</b>: dy is shared equally among all elements that equal the minimum.</remarks>
    public Tensor Min() => Min([]);

    /// <summary>The smallest along one axis.</summary>
    /// <remarks><b>Gradient</b>: dy is shared equally among the elements that equal the minimum.</remarks>
    /// <param name="axis">The axis, −1 for the last.</param>
    /// <param name="keepAxes">Whether the axis stays, with size 1.</param>
    public Tensor Min(int axis, bool keepAxes = false) => Min([axis], keepAxes);

    /// <summary>The smallest along the named axes; all of them when none is named.</summary>
    /// <exception cref="ShapeException">There is no element to choose from.</exception>
    public Tensor Min(ReadOnlySpan<int> axes, bool keepAxes = false) => Extreme<MinKernel>(axes, keepAxes, nameof(Min));

    private Tensor Extreme<TKernel>(ReadOnlySpan<int> axes, bool keepAxes, string operation)
        where TKernel : struct, IReduceKernel
    {
        RequireArithmetic(operation);
        if (ReducedCount(axes) == 0)
        {
            throw new ShapeException(
                $"{operation}: a tensor of shape {Shape} has no element to choose from{Tape.InLayer}."
            );
        }

        var y = Reduce<TKernel>(axes, DType);
        if (Tape.Tracks(this))
        {
            y.From(new ExtremeOp(this, y));
        }

        return y.DropReduced(axes, keepAxes);
    }
}

/// <summary>The node of a maximum or minimum whose result kept its axes.</summary>
internal sealed class ExtremeOp(Tensor x, Tensor y) : Op(x)
{
    internal override string Name => "Max or Min";

    internal override void Backward(Tensor gradient, Tape tape)
    {
        var chosen = x.EqualTo(y).To(x.DType);
        var share = gradient / chosen.SumTo(y.Shape);
        tape.Add(x, chosen * share);
    }
}

/// <summary>The larger, from −∞.</summary>
internal readonly struct MaxKernel : IReduceKernel
{
    public static double Identity => double.NegativeInfinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Combine<T>(T a, T b)
        where T : struct, ILanes<T> => T.Max(a, b);
}

/// <summary>The smaller, from +∞.</summary>
internal readonly struct MinKernel : IReduceKernel
{
    public static double Identity => double.PositiveInfinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Combine<T>(T a, T b)
        where T : struct, ILanes<T> => T.Min(a, b);
}
