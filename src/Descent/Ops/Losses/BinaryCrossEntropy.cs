using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>−t ln σ(x) − (1 − t) ln (1 − σ(x)) for logits x and targets t, element by element; finite for any finite logits.</summary>
    /// <remarks><b>Formula</b>: max(x, 0) − x t + ln (1 + e^(−|x|)). <b>Gradient</b>: dx = (σ(x) − t) dy, dt = −x dy.</remarks>
    /// <param name="targets">Probabilities of the positive class, of the same shape.</param>
    /// <exception cref="ShapeException">The shapes differ: losses never broadcast.</exception>
    public Tensor BinaryCrossEntropy(Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        RequireFloating(nameof(BinaryCrossEntropy));
        RequireEqualShapes(this, targets, nameof(BinaryCrossEntropy));
        return Combine<BinaryCrossEntropyKernel>(this, targets, nameof(BinaryCrossEntropy));
    }

    internal static void RequireEqualShapes(Tensor predictions, Tensor targets, string operation)
    {
        if (predictions.Shape != targets.Shape)
        {
            throw new ShapeException(
                $"{operation}: predictions {predictions.Shape} and targets {targets.Shape} differ; losses never broadcast. Squeeze or reshape one of them?"
            );
        }
    }
}

/// <summary>loss = max(x, 0) − x t + ln (1 + e^(−|x|)).</summary>
internal readonly struct BinaryCrossEntropyKernel : IBinaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T x, T t)
        where T : struct, ILanes<T> => T.Max(x, T.Zero) - x * t + T.Log1p(T.Exp(-T.Abs(x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeLeft<T>(T x, T t, T y)
        where T : struct, ILanes<T> => T.Sigmoid(x) - t;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeRight<T>(T x, T t, T y)
        where T : struct, ILanes<T> => -x;
}
