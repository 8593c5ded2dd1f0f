using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Contiguous (N, C, plane) memory and the vectors over C that belong to it.</summary>
internal readonly record struct BatchNormShape(long Batch, long Channels, long Plane, double Epsilon)
{
    /// <summary>The elements of one channel.</summary>
    public long PerChannel => Batch * Plane;
}

/// <summary>Batch normalisation, channel by channel, while the channel is in the cache: mean, variance, result.</summary>
/// <remarks>Each plane is summed in the order of <see cref="RowReduction"/>; the sums of the planes are added in double precision in order of the batch.</remarks>
internal readonly unsafe struct BatchNormBody<T, TElement>(
    BatchNormShape shape,
    TElement* x,
    TElement* scale,
    TElement* shift,
    TElement* y,
    TElement* mean,
    TElement* variance
) : IRangeBody
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var (batch, plane) = (shape.Batch, shape.Plane);
        var step = shape.Channels * plane;
        for (var channel = start; channel < end; channel++)
        {
            var from = x + channel * plane;
            double sum = 0;
            for (long n = 0; n < batch; n++)
            {
                sum += ToDouble(RowReduction.Run<Total, Itself<T>, T, TElement>(from + n * step, null, plane, default));
            }

            mean[channel] = Lane<TElement>.Constant(sum / shape.PerChannel).Value;
            var center = LaneMemory.Broadcast<T, TElement>(mean + channel);
            var deviation = new SquaredDeviation<T>(center);
            sum = 0;
            for (long n = 0; n < batch; n++)
            {
                sum += ToDouble(
                    RowReduction.Run<Total, SquaredDeviation<T>, T, TElement>(from + n * step, null, plane, deviation)
                );
            }

            var spread = sum / shape.PerChannel;
            variance[channel] = Lane<TElement>.Constant(spread).Value;
            var factor = ToDouble(scale[channel]) / Math.Sqrt(spread + shape.Epsilon);
            var term = new Normalised<T>(
                center,
                T.Constant(factor),
                LaneMemory.Broadcast<T, TElement>(shift + channel)
            );
            // Backwards: the planes used last are still in the cache.
            for (var n = batch - 1; n >= 0; n--)
            {
                var at = channel * plane + n * step;
                RowMap.Run<Normalised<T>, T, TElement>(x + at, null, y + at, plane, term);
            }
        }
    }

    internal static double ToDouble(TElement value) =>
        typeof(TElement) == typeof(float) ? *(float*)&value : *(double*)&value;
}

/// <summary>dx, dscale and dshift of a batch normalisation, channel by channel, with sums in the order of the forward pass.</summary>
internal readonly unsafe struct BatchNormGradientBody<T, TElement>(
    BatchNormShape shape,
    TElement* x,
    TElement* dy,
    TElement* scale,
    TElement* mean,
    TElement* variance,
    TElement* dx,
    TElement* dscale,
    TElement* dshift
) : IRangeBody
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var (batch, plane) = (shape.Batch, shape.Plane);
        var step = shape.Channels * plane;
        for (var channel = start; channel < end; channel++)
        {
            var center = LaneMemory.Broadcast<T, TElement>(mean + channel);
            var deviation = new DeviationTimesGradient<T>(center);
            double sum = 0,
                product = 0;
            for (long n = 0; n < batch; n++)
            {
                var at = channel * plane + n * step;
                sum += ToDouble(RowReduction.Run<Total, Itself<T>, T, TElement>(dy + at, null, plane, default));
                product += ToDouble(
                    RowReduction.Run<Total, DeviationTimesGradient<T>, T, TElement>(x + at, dy + at, plane, deviation)
                );
            }

            var inverse = 1 / Math.Sqrt(ToDouble(variance[channel]) + shape.Epsilon);
            dshift[channel] = Lane<TElement>.Constant(sum).Value;
            dscale[channel] = Lane<TElement>.Constant(product * inverse).Value;

            // dx = γ/σ (dy − mean(dy) − x̂ mean(dy x̂)), with x̂ = (x − μ)/σ.
            var factor = ToDouble(scale[channel]) * inverse;
            var term = new NormalisedSlope<T>(
                center,
                T.Constant(factor),
                T.Constant(-factor * inverse * inverse * product / shape.PerChannel),
                T.Constant(-factor * sum / shape.PerChannel)
            );
            // Backwards: the planes used last are still in the cache.
            for (var n = batch - 1; n >= 0; n--)
            {
                var at = channel * plane + n * step;
                RowMap.Run<NormalisedSlope<T>, T, TElement>(x + at, dy + at, dx + at, plane, term);
            }
        }
    }

    private static double ToDouble(TElement value) => BatchNormBody<T, TElement>.ToDouble(value);
}
