using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Standardisation, piece by piece, while the piece is in the cache: mean, variance, result.</summary>
/// <remarks>A piece is summed in the order of <see cref="RowReduction"/>.</remarks>
internal readonly unsafe struct StandardizeBody<T, TElement>(
    Pieces pieces,
    double epsilon,
    TElement* x,
    BatchNormVectors<TElement> vectors,
    TElement* y,
    bool streams
) : IRangeBody
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        var length = pieces.Length;
        for (var piece = start; piece < end; piece++)
        {
            var from = x + piece * length;
            var terms = default(MeanTerm<T>);
            var sum = PlaneSums.Run<MeanTerm<T>, T, TElement>(from, null, length, 0, 0, terms).First;
            vectors.Mean[piece] = Lane<TElement>.Constant(sum / length).Value;
            var mean = LaneMemory.Broadcast<T, TElement>(vectors.Mean + piece);
            var squares = new VarianceTerm<T>(mean);
            sum = PlaneSums.Run<VarianceTerm<T>, T, TElement>(from, null, length, 0, 0, squares).First;
            vectors.Variance[piece] = Lane<TElement>.Constant(sum / length).Value;
            Write(piece, from, y + piece * length, mean);
        }

        if (streams)
        {
            LaneMemory.EndStream();
        }
    }

    private void Write(long piece, TElement* from, TElement* to, T mean)
    {
        var (channel, places) = (pieces.FirstChannel(piece), pieces.Places);
        var inverse = vectors.Inverse(piece, epsilon);
        if (vectors.Scale is null)
        {
            var term = new Normalised<T>(mean, T.Constant(inverse), T.Zero);
            RowMap.Run<Normalised<T>, T, TElement>(from, null, to, pieces.Length, term, streams);
            return;
        }

        if (places == 1)
        {
            ScaledRow.Run(
                from,
                vectors.Scale + channel,
                vectors.Shift + channel,
                to,
                pieces.Length,
                mean,
                T.Constant(inverse),
                streams
            );
            return;
        }

        for (var each = 0; each < pieces.ChannelsEach; each++)
        {
            var factor = PlaneSums.ToDouble(vectors.Scale[channel + each]) * inverse;
            var shift = LaneMemory.Broadcast<T, TElement>(vectors.Shift + channel + each);
            var term = new Normalised<T>(mean, T.Constant(factor), shift);
            RowMap.Run<Normalised<T>, T, TElement>(from, null, to, places, term, streams);
            from += places;
            to += places;
        }
    }
}

/// <summary>dx of pieces whose channels have several places, or no scale; of each channel of a sample the sums of dy and of (x − μ) dy, for the gradients of scale and shift.</summary>
internal readonly unsafe struct StandardizeGradientBody<T, TElement>(
    Pieces pieces,
    double epsilon,
    TElement* x,
    TElement* dy,
    BatchNormVectors<TElement> vectors,
    TElement* dx,
    double* sums,
    bool streams
) : IRangeBody
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        // Without a scale all channels are as one.
        var hasScale = vectors.Scale is not null;
        var (channels, places) = hasScale ? (pieces.ChannelsEach, pieces.Places) : (1, pieces.Length);
        for (var piece = start; piece < end; piece++)
        {
            var (at, first) = (piece * pieces.Length, pieces.FirstChannel(piece));
            var normalised = new Normalised<T>(LaneMemory.Broadcast<T, TElement>(vectors.Mean + piece), T.Zero, T.Zero);
            var terms = new GradientTerms<ThenNothing, T>(normalised);
            double sum = 0,
                product = 0;
            for (var each = 0; each < channels; each++)
            {
                var from = at + each * places;
                var (own, ownProduct) = PlaneSums.Run<GradientTerms<ThenNothing, T>, T, TElement>(
                    x + from,
                    dy + from,
                    places,
                    0,
                    0,
                    terms
                );
                var scale = hasScale ? PlaneSums.ToDouble(vectors.Scale[first + each]) : 1;
                sum += scale * own;
                product += scale * ownProduct;
                if (hasScale)
                {
                    var number = piece * channels + each;
                    (sums[2 * number], sums[2 * number + 1]) = (own, ownProduct);
                }
            }

            var inverse = vectors.Inverse(piece, epsilon);
            var slope = T.Constant(-inverse * inverse * inverse * product / pieces.Length);
            var offset = T.Constant(-inverse * sum / pieces.Length);
            for (var each = channels - 1; each >= 0; each--)
            {
                var from = at + each * places;
                var factor = inverse * (hasScale ? PlaneSums.ToDouble(vectors.Scale[first + each]) : 1);
                var term = new NormalisedSlope<ThenNothing, T>(normalised, T.Constant(factor), slope, offset);
                RowMap.Run<NormalisedSlope<ThenNothing, T>, T, TElement>(
                    x + from,
                    dy + from,
                    dx + from,
                    places,
                    term,
                    streams
                );
            }
        }

        if (streams)
        {
            LaneMemory.EndStream();
        }
    }
}

/// <summary>The gradients of scale and shift from the sums over each channel of each sample, added in double precision in the order of the samples.</summary>
internal readonly unsafe struct StandardizeChannelsBody<TElement>(
    Pieces pieces,
    double epsilon,
    double* sums,
    BatchNormVectors<TElement> vectors,
    TElement* dscale,
    TElement* dshift
) : IRangeBody
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        for (var channel = start; channel < end; channel++)
        {
            double sum = 0,
                product = 0;
            for (long n = 0; n < pieces.Samples; n++)
            {
                var own = sums + 2 * (n * pieces.Channels + channel);
                sum += own[0];
                product += own[1] * vectors.Inverse(n * pieces.Groups + channel / pieces.ChannelsEach, epsilon);
            }

            dshift[channel] = Lane<TElement>.Constant(sum).Value;
            dscale[channel] = Lane<TElement>.Constant(product).Value;
        }
    }
}
