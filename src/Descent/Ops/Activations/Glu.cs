using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>The first half along an axis, times the sigmoid of the second.</summary>
    /// <remarks><b>Shape</b>: the axis becomes half as long. <b>Formula</b>: y = a σ(b). <b>Gradient</b>: da = dy · σ(b), db = dy · a σ(b) (1 − σ(b)).</remarks>
    /// <param name="axis">The axis, −1 for the last.</param>
    /// <exception cref="ShapeException">The axis has an odd length.</exception>
    /// <exception cref="DTypeException">The elements are not floating-point numbers.</exception>
    public Tensor Glu(int axis = -1)
    {
        RequireFloating(nameof(Glu));
        axis = Axis(axis);
        if (Shape[axis] % 2 != 0)
        {
            throw new ShapeException(
                $"Glu: axis {axis} of {Shape} has no two equal halves{Tape.InLayer}. Let the layer before give an even number."
            );
        }

        var halves = Split(Math.Max(1, Shape[axis] / 2), axis);
        return Shape[axis] == 0 ? this : Combine<GluKernel>(halves[0], halves[1], nameof(Glu));
    }
}

/// <summary>y = a σ(b).</summary>
internal readonly struct GluKernel : IBinaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T a, T b)
        where T : struct, ILanes<T> => a * T.Sigmoid(b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeLeft<T>(T a, T b, T y)
        where T : struct, ILanes<T> => T.Sigmoid(b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeRight<T>(T a, T b, T y)
        where T : struct, ILanes<T> => a * T.Sigmoid(b) * T.Sigmoid(-b);
}
