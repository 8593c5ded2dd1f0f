using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>The sum of all elements; integers sum in int64.</summary>
    /// <remarks><b>Gradient</b>: dx = dy, repeated.</remarks>
    public Tensor Sum()
    {
        RequireArithmetic(nameof(Sum));
        var sum = ReduceAll<SumKernel>(DType.IsFloating() ? DType : DType.Int64);
        return Tape.Tracks(this) ? sum.From(new SumOp(this)) : sum;
    }

    /// <summary>The sum along one axis.</summary>
    /// <param name="axis">The axis, −1 for the last.</param>
    /// <param name="keepAxes">Whether the axis stays, with size 1.</param>
    public Tensor Sum(int axis, bool keepAxes = false) => Sum([axis], keepAxes);

    /// <summary>The sum along the named axes; all of them when none is named.</summary>
    /// <exception cref="DTypeException">The elements have no arithmetic.</exception>
    public Tensor Sum(ReadOnlySpan<int> axes, bool keepAxes = false)
    {
        if (axes.IsEmpty && !keepAxes)
        {
            return Sum();
        }

        RequireArithmetic(nameof(Sum));
        var sum = Reduce<SumKernel>(axes, DType.IsFloating() ? DType : DType.Int64);
        if (Tape.Tracks(this))
        {
            sum.From(new SumOp(this));
        }

        return sum.DropReduced(axes, keepAxes);
    }
}

/// <summary>The node of a sum whose result kept its axes.</summary>
internal sealed class SumOp(Tensor x) : Op(x)
{
    internal override void Backward(Tensor gradient, Tape tape) => tape.Add(x, gradient.BroadcastTo(x.Shape));
}

/// <summary>Addition from 0.</summary>
internal readonly struct SumKernel : IReduceKernel
{
    public static double Identity => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Combine<T>(T a, T b)
        where T : struct, ILanes<T> => a + b;
}
