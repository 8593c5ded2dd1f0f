using System.Runtime.CompilerServices;
using Descent.Backends;
using Descent.Numerics;

namespace Descent.Baselines;

/// <summary>Distances from the rows of one matrix (N, D) to those of another (M, D), as (N, M); nothing is recorded.</summary>
internal static class RowDistances
{
    /// <summary>Σ |a − b|.</summary>
    public static Tensor Absolute(Tensor a, Tensor b)
    {
        var y = a.Result([a.Shape[0], b.Shape[0]]);
        if (!a.Backend.TryAbsoluteDistances(a.View, b.View, y.View))
        {
            for (var row = 0; row < a.Shape[0]; row++)
            {
                a.Backend.Copy((a[row] - b).Abs().Sum(1).View, y[row].View);
            }
        }

        return y;
    }

    /// <summary>Σ (a − b)² by way of the matrix product, |a|² + |b|² − 2 a·b.</summary>
    /// <remarks>Near rows of large numbers cancel: the error is some rounding errors of |a|² + |b|², and what would be below zero is zero.</remarks>
    /// <param name="a">(N, D).</param>
    /// <param name="b">(M, D).</param>
    /// <param name="offsets"><see cref="Offsets"/> of b, (M).</param>
    public static Tensor Squared(Tensor a, Tensor b, Tensor offsets) =>
        Tensor.Combine<SquaredDistanceKernel>(a.Square().Sum(1, keepAxes: true), a.Linear(b, offsets), nameof(Squared));

    /// <summary>−|b|² / 2 of each row.</summary>
    public static Tensor Offsets(Tensor b)
    {
        var offsets = Tensor.Lasting(b.Device, b.DType, [b.Shape[0]]);
        const int RowsAtOnce = 1024;
        for (var start = 0; start < b.Shape[0]; start += RowsAtOnce)
        {
            var rows = start..Math.Min(start + RowsAtOnce, b.Shape[0]);
            b.Backend.Copy((b[rows].Square().Sum(1) * -0.5).View, offsets[rows].View);
        }

        return offsets;
    }
}

/// <summary>y = max(0, a − 2 b): a squared distance from |a|² and a·b − |b|² / 2.</summary>
internal readonly struct SquaredDistanceKernel : IBinaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T>(T a, T b)
        where T : struct, ILanes<T> => T.Max(T.Zero, T.FusedMultiplyAdd(T.Constant(-2), b, a));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeLeft<T>(T a, T b, T y)
        where T : struct, ILanes<T> => T.Where(T.GreaterThan(y, T.Zero), T.One, T.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T SlopeRight<T>(T a, T b, T y)
        where T : struct, ILanes<T> => T.Where(T.GreaterThan(y, T.Zero), T.Constant(-2), T.Zero);
}
