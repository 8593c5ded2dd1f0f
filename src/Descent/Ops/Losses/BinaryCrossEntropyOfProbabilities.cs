using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent;

public partial class Tensor
{
    /// <summary>−t ln p − (1 − t) ln (1 − p) for probabilities p and targets t, element by element; each logarithm is at least −100.</summary>
    /// <remarks><b>Gradient</b>: dp = (p − t) / max(p (1 − p), 1e−12) · dy, dt = (ln (1 − p) − ln p) dy.</remarks>
    /// <param name="targets">Probabilities of the positive class, of the same shape.</param>
    /// <exception cref="ShapeException">The shapes differ: losses never broadcast.</exception>
    public Tensor BinaryCrossEntropyOfProbabilities(Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(targets);
        RequireFloating(nameof(BinaryCrossEntropyOfProbabilities));
        RequireEqualShapes(this, targets, nameof(BinaryCrossEntropyOfProbabilities));
        return Combine<BinaryCrossEntropyOfProbabilitiesKernel>(
            this,
            targets,
            nameof(BinaryCrossEntropyOfProbabilities)
        );
    }
}

/// <summary>loss = (t − 1) max(ln (1 − p), −100) − t max(ln p, −100); the slope by p is bounded near 0 and 1.</summary>
internal readonly struct BinaryCrossEntropyOfProbabilitiesKernel : IBinaryKernel
{
    private const double LeastLogarithm = -100;

    /// <summary>The least p (1 − p) of the slope: PyTorch's, of single precision in either type, so that trained weights agree.</summary>
    internal const double LeastProduct = 1e-12f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T p, T t)
        where T : struct, ILanes<T> => (t - T.One) * Negative(p) - t * Positive(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeLeft<T>(T p, T t, T y)
        where T : struct, ILanes<T> => (p - t) / T.AtLeast(p * (T.One - p), T.Constant(LeastProduct));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeRight<T>(T p, T t, T y)
        where T : struct, ILanes<T> => Negative(p) - Positive(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Positive<T>(T p)
        where T : struct, ILanes<T> => T.AtLeast(T.Log(p), T.Constant(LeastLogarithm));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Negative<T>(T p)
        where T : struct, ILanes<T> => T.AtLeast(T.Log1p(-p), T.Constant(LeastLogarithm));
}
