using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Contiguous (N, C, plane) memory and the vectors over C that belong to it.</summary>
internal readonly record struct BatchNormShape(long Batch, long Channels, long Plane, double Epsilon)
{
    // Past this the results would push each other out of the caches before anybody reads them.
    private const long LargestKept = 16 << 20;

    // Past this a plane that is fetched while its predecessor is summed may be gone again.
    private const long LongestAhead = 32 << 10;

    // Two channels of this size fit into the second cache of most machines.
    private const long LargestChannel = 448 << 10;

    /// <summary>The elements of one channel.</summary>
    public long PerChannel => Batch * Plane;

    /// <summary>The planes of a channel from picture n on, at most so many.</summary>
    public PlaneGroup Planes(long channel, long n, int atMost) =>
        new(n * Channels + channel, Channels, (int)Math.Min(atMost, Batch - n));

    /// <summary>The picture with which the last group of planes begins.</summary>
    public long LastGroup(int groupSize) => (Batch - 1) / groupSize * groupSize;

    /// <summary>From a plane to the one that is summed so many planes later, for memory to be on its way; zero where the machine does better alone.</summary>
    public long Ahead(long n, bool isLastChannel, long planes = 1)
    {
        planes = Math.Min(planes, Batch);
        return Plane > LongestAhead ? 0
            : n + planes < Batch ? planes * Channels * Plane
            : isLastChannel ? 0
            : Plane - (Batch - planes) * Channels * Plane;
    }

    /// <summary>After so many planes of a gradient memory has arrived that was asked for now.</summary>
    public static int PlanesAhead(long plane) =>
        plane < 512 ? 4
        : plane < 2048 ? 2
        : 1;

    /// <summary>From a plane to that of the next group; zero after the last.</summary>
    public long GroupAhead(long n, int groupSize) =>
        Plane > LongestAhead || n + groupSize >= Batch ? 0 : groupSize * Channels * Plane;

    /// <summary>From a plane to that of the next channel, when there is room in the cache for both channels, else zero.</summary>
    public long NextChannel(int elementSize) => PerChannel * elementSize <= LargestChannel ? Plane : 0;

    /// <summary>Whether a result of this shape is written past the caches.</summary>
    public bool Streams(int elementSize) => Batch * Channels * Plane * elementSize >= LargestKept;
}

/// <summary>The vectors over C of a batch normalisation; a gradient that needs no shift has none.</summary>
internal readonly unsafe struct BatchNormVectors<TElement>(
    TElement* scale,
    TElement* shift,
    TElement* mean,
    TElement* variance
)
    where TElement : unmanaged
{
    public TElement* Scale => scale;

    public TElement* Shift => shift;

    public TElement* Mean => mean;

    public TElement* Variance => variance;

    /// <summary>1 / √(σ² + ε), from the variance as it is stored, so that both passes have the same.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Inverse(long channel, double epsilon) =>
        1 / Math.Sqrt(PlaneSums.ToDouble(variance[channel]) + epsilon);

    /// <summary>The formula of elements of neighbouring channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Normalised<T> Normalised<T>(long first, int count, double epsilon)
        where T : struct, IMemoryLanes<T, TElement> =>
        new(
            T.LoadPartial(mean + first, count),
            T.LoadPartial(scale + first, count) / T.Sqrt(T.LoadPartial(variance + first, count) + T.Constant(epsilon)),
            shift is null ? T.Zero : T.LoadPartial(shift + first, count)
        );

    /// <summary>The formula of a channel's elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Normalised<T> Normalised<T>(long channel, double epsilon)
        where T : struct, IMemoryLanes<T, TElement> =>
        new(
            LaneMemory.Broadcast<T, TElement>(mean + channel),
            T.Constant(PlaneSums.ToDouble(scale[channel]) * Inverse(channel, epsilon)),
            shift is null ? T.Zero : LaneMemory.Broadcast<T, TElement>(shift + channel)
        );
}

/// <summary>Batch normalisation, channel by channel, while the channel is in the cache: mean, variance, result.</summary>
/// <remarks>Each plane is summed in the order of <see cref="RowReduction"/>; the sums of the planes are added in double precision in order of the batch.</remarks>
internal readonly unsafe struct BatchNormBody<TThen, TTarget, T, TElement>(
    BatchNormShape shape,
    TElement* x,
    BatchNormVectors<TElement> vectors,
    TTarget target
) : IRangeBody
    where TThen : struct, IThen
    where TTarget : struct, IPlaneTarget<TElement>
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        using var scratch = target.BufferLength == 0 ? default : new Scratch(target.BufferLength * sizeof(TElement));
        var buffer = (TElement*)scratch.Pointer;
        for (var channel = start; channel < end; channel++)
        {
            var isLast = channel + 1 == shape.Channels;
            var sum = Sum(channel, default(MeanTerm<T>), isLast);
            vectors.Mean[channel] = Lane<TElement>.Constant(sum / shape.PerChannel).Value;
            var mean = LaneMemory.Broadcast<T, TElement>(vectors.Mean + channel);
            sum = Sum(channel, new VarianceTerm<T>(mean), isLast, isLast ? 0 : shape.NextChannel(sizeof(TElement)));
            vectors.Variance[channel] = Lane<TElement>.Constant(sum / shape.PerChannel).Value;
            var normalised = vectors.Normalised<T>(channel, shape.Epsilon);
            var term = new TermThen<TThen, Normalised<T>, T>(normalised);
            for (var n = shape.LastGroup(target.GroupSize); n >= 0; n -= target.GroupSize)
            {
                var planes = shape.Planes(channel, n, target.GroupSize);
                target.Write<TermThen<TThen, Normalised<T>, T>, T>(x, planes, buffer, term);
            }
        }

        if (target.IsStreamed)
        {
            LaneMemory.EndStream();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private double Sum<TTerms>(long channel, in TTerms terms, bool isLast, long nextChannel = 0)
        where TTerms : struct, IPlaneTerms<T>
    {
        var plane = shape.Plane;
        double sum = 0;
        for (long n = 0; n < shape.Batch; n++)
        {
            var from = x + (n * shape.Channels + channel) * plane;
            sum += PlaneSums
                .Run<TTerms, T, TElement>(
                    from,
                    null,
                    plane,
                    nextChannel != 0 ? nextChannel : shape.Ahead(n, isLast),
                    0,
                    terms
                )
                .First;
        }

        return sum;
    }
}

/// <summary>dx, dscale and dshift of a batch normalisation, channel by channel, with sums in the order of the forward pass.</summary>
internal readonly unsafe struct BatchNormGradientBody<TThen, TSource, T, TElement>(
    BatchNormShape shape,
    TElement* x,
    TSource dy,
    BatchNormVectors<TElement> vectors,
    TElement* dx,
    TElement* dscale,
    TElement* dshift
) : IRangeBody
    where TThen : struct, IThen
    where TSource : struct, IPlaneSource<TElement>
    where T : struct, IMemoryLanes<T, TElement>
    where TElement : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Invoke(long start, long end)
    {
        using var scratch = dy.BufferLength == 0 ? default : new Scratch(dy.BufferLength * sizeof(TElement));
        var buffer = (TElement*)scratch.Pointer;
        var (batch, plane) = (shape.Batch, shape.Plane);
        var far = BatchNormShape.PlanesAhead(plane);
        for (var channel = start; channel < end; channel++)
        {
            var normalised = vectors.Normalised<T>(channel, shape.Epsilon);
            var terms = new GradientTerms<TThen, T>(normalised);
            double sum = 0,
                product = 0;
            for (long n = 0; n < batch; n += dy.GroupSize)
            {
                var planes = shape.Planes(channel, n, dy.GroupSize);
                dy.Prepare<T>(planes, dx, buffer);
                for (var index = 0; index < planes.Count; index++)
                {
                    var ahead = shape.Ahead(n + index, channel + 1 == shape.Channels, far);
                    var (first, second) = PlaneSums.Run<GradientTerms<TThen, T>, T, TElement>(
                        x + planes[index] * plane,
                        dy.Plane(planes, index, dx, buffer),
                        plane,
                        ahead,
                        dy.Ahead(shape, n + index, ahead),
                        terms
                    );
                    sum += first;
                    product += second;
                }
            }

            var inverse = vectors.Inverse(channel, shape.Epsilon);
            dshift[channel] = Lane<TElement>.Constant(sum).Value;
            dscale[channel] = Lane<TElement>.Constant(product * inverse).Value;

            // dx = γ/σ (dz − mean(dz) − x̂ mean(dz x̂)), with x̂ = (x − μ)/σ.
            var factor = PlaneSums.ToDouble(vectors.Scale[channel]) * inverse;
            var term = new NormalisedSlope<TThen, T>(
                normalised,
                T.Constant(factor),
                T.Constant(-factor * inverse * inverse * product / shape.PerChannel),
                T.Constant(-factor * sum / shape.PerChannel)
            );
            // Backwards: the planes used last are still in the cache.
            for (var n = shape.LastGroup(dy.GroupSize); n >= 0; n -= dy.GroupSize)
            {
                var planes = shape.Planes(channel, n, dy.GroupSize);
                dy.Write<NormalisedSlope<TThen, T>, T>(x, planes, dx, buffer, term);
            }
        }

        if (dy.IsStreamed)
        {
            LaneMemory.EndStream();
        }
    }
}
