using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Batch normalisation of a matrix (N, C): channels side by side in the lanes, each summed in order of the batch.</summary>
internal readonly unsafe struct BatchNormColumnsBody<TThen, T, TElement>(
    BatchNormShape shape,
    TElement* x,
    BatchNormVectors<TElement> vectors,
    TElement* y
) : IRangeBody
    where TThen : struct, IThen
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
            T.StorePartial(vectors.Mean + first, center, count);
            T.StorePartial(vectors.Variance + first, spread, count);
            var term = vectors.Normalised<T>(first, count, shape.Epsilon);
            for (long n = 0; n < batch; n++)
            {
                var at = n * channels + first;
                T.StorePartial(y + at, TThen.Value(term.Of(T.LoadPartial(x + at, count), default)), count);
            }
        }
    }
}

/// <summary>dx, dscale and dshift of a batch normalisation of a matrix: sums of blocks of rows, added in order.</summary>
internal readonly unsafe struct BatchNormColumnsGradientBody<TThen, T, TElement>(
    BatchNormShape shape,
    TElement* x,
    TElement* dy,
    BatchNormVectors<TElement> vectors,
    TElement* dx,
    TElement* dscale,
    TElement* dshift
) : IRangeBody
    where TThen : struct, IThen
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    // One sum over a whole batch rounds so often that what cancels in dx leaves a rest, which 1/σ makes large.
    private const int RowsOfBlock = 16;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var (batch, channels) = (shape.Batch, shape.Channels);
        var divisor = T.Constant(batch);
        for (var strip = start; strip < end; strip++)
        {
            var first = strip * T.Count;
            var count = (int)Math.Min(T.Count, channels - first);
            var normalised = vectors.Normalised<T>(first, count, shape.Epsilon);
            var terms = new GradientTerms<TThen, T>(normalised);
            T sum = T.Zero,
                product = T.Zero;
            for (long block = 0; block < batch; block += RowsOfBlock)
            {
                T blockSum = T.Zero,
                    blockProduct = T.Zero;
                for (var n = block; n < Math.Min(block + RowsOfBlock, batch); n++)
                {
                    var at = n * channels + first;
                    var value = T.LoadPartial(x + at, count);
                    var gradient = terms.First(value, T.LoadPartial(dy + at, count));
                    blockSum += gradient;
                    blockProduct = terms.AddSecond(blockProduct, value, gradient);
                }

                sum += blockSum;
                product += blockProduct;
            }

            var inverse = T.One / T.Sqrt(T.LoadPartial(vectors.Variance + first, count) + T.Constant(shape.Epsilon));
            T.StorePartial(dshift + first, sum, count);
            T.StorePartial(dscale + first, product * inverse, count);
            var factor = T.LoadPartial(vectors.Scale + first, count) * inverse;
            var term = new NormalisedSlope<TThen, T>(
                normalised,
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
