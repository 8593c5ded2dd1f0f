using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Batch normalisation of a matrix (N, C): channels side by side in the lanes, each summed in order of the batch.</summary>
internal readonly unsafe struct BatchNormColumnsBody<T, TElement>(
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
        var (batch, channels) = (shape.Batch, shape.Channels);
        var divisor = T.Constant(batch);
        for (var strip = start; strip < end; strip++)
        {
            var first = strip * T.Count;
            var count = (int)Math.Min(T.Count, channels - first);
            var sum = T.Zero;
            for (long n = 0; n < batch; n++)
            {
                sum += T.LoadPartial(x + n * channels + first, count);
            }

            // The sum of deviations would be zero but for rounding: it corrects both the mean and the variance.
            var rough = sum / divisor;
            T rest = T.Zero,
                squares = T.Zero;
            for (long n = 0; n < batch; n++)
            {
                var deviation = T.LoadPartial(x + n * channels + first, count) - rough;
                rest += deviation;
                squares = T.FusedMultiplyAdd(deviation, deviation, squares);
            }

            var correction = rest / divisor;
            var center = rough + correction;
            var spread = T.Max(T.Zero, squares / divisor - correction * correction);
            T.StorePartial(mean + first, center, count);
            T.StorePartial(variance + first, spread, count);
            var factor = T.LoadPartial(scale + first, count) / T.Sqrt(spread + T.Constant(shape.Epsilon));
            var term = new Normalised<T>(center, factor, T.LoadPartial(shift + first, count));
            for (long n = 0; n < batch; n++)
            {
                var at = n * channels + first;
                T.StorePartial(y + at, term.Of(T.LoadPartial(x + at, count), default), count);
            }
        }
    }
}

/// <summary>dx, dscale and dshift of a batch normalisation of a matrix.</summary>
internal readonly unsafe struct BatchNormColumnsGradientBody<T, TElement>(
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
        var (batch, channels) = (shape.Batch, shape.Channels);
        var divisor = T.Constant(batch);
        for (var strip = start; strip < end; strip++)
        {
            var first = strip * T.Count;
            var count = (int)Math.Min(T.Count, channels - first);
            var center = T.LoadPartial(mean + first, count);
            var deviation = new DeviationTimesGradient<T>(center);
            T sum = T.Zero,
                product = T.Zero;
            for (long n = 0; n < batch; n++)
            {
                var at = n * channels + first;
                var gradient = T.LoadPartial(dy + at, count);
                sum += gradient;
                product += deviation.Of(T.LoadPartial(x + at, count), gradient);
            }

            var inverse = T.One / T.Sqrt(T.LoadPartial(variance + first, count) + T.Constant(shape.Epsilon));
            T.StorePartial(dshift + first, sum, count);
            T.StorePartial(dscale + first, product * inverse, count);
            var factor = T.LoadPartial(scale + first, count) * inverse;
            var term = new NormalisedSlope<T>(
                center,
                factor,
                -(factor * inverse * inverse * product / divisor),
                -(factor * sum / divisor)
            );
            for (long n = 0; n < batch; n++)
            {
                var at = n * channels + first;
                var slope = term.Of(T.LoadPartial(x + at, count), T.LoadPartial(dy + at, count));
                T.StorePartial(dx + at, slope, count);
            }
        }
    }
}
