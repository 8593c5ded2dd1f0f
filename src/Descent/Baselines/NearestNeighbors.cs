using System.Numerics;
using Descent.Numerics;

namespace Descent.Baselines;

/// <summary>Classifies a sample as most of the training samples nearest to it are classified: no training, all the work at prediction.</summary>
/// <remarks>
/// <para><b>Shape</b>: features (N, …), flattened to (N, D); labels (N). Queries are taken in blocks, so that memory does not
/// grow with their number.</para>
/// <para>Nothing is recorded: no gradient flows to the features. The same bits at any number of threads.</para>
/// <para>Source: the nearest neighbour classifier of Stanford's CS231n notes, "Image Classification".</para>
/// </remarks>
public sealed class NearestNeighbors
{
    private const long DistancesAtOnce = 1 << 24;
    private const int MostRowsAtOnce = 1024;

    private Tensor? samples;
    private Tensor? offsets;
    private long[] labels = [];

    /// <summary>Makes a classifier without samples.</summary>
    /// <param name="neighbors">How many of the nearest samples vote.</param>
    /// <param name="metric">What near means.</param>
    public NearestNeighbors(int neighbors = 1, DistanceMetric metric = DistanceMetric.L2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(neighbors, 1);
        if (!Enum.IsDefined(metric))
        {
            throw new ArgumentOutOfRangeException(nameof(metric), metric, "There is no such metric.");
        }

        Neighbors = neighbors;
        Metric = metric;
    }

    /// <summary>How many of the nearest samples vote.</summary>
    public int Neighbors { get; }

    /// <summary>What near means.</summary>
    public DistanceMetric Metric { get; }

    /// <summary>Keeps samples to compare with, in place of earlier ones; their memory is shared where it can be.</summary>
    /// <param name="features">(N, …), float32 or float64, finite.</param>
    /// <param name="labels">(N), int64 or int32: any whole numbers.</param>
    /// <exception cref="ShapeException">The shapes do not fit each other, or there are fewer samples than neighbours.</exception>
    /// <exception cref="DTypeException">The features are not floating-point numbers or the labels not whole ones.</exception>
    /// <exception cref="ArgumentException">A feature is infinite or not a number.</exception>
    public void Fit(Tensor features, Tensor labels)
    {
        var rows = RowsOf(features, nameof(Fit));
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.DType is not (DType.Int64 or DType.Int32))
        {
            throw new DTypeException(
                $"NearestNeighbors.Fit: labels are int64 or int32, found {labels.DType.Name()}. Convert with To(DType.Int64)."
            );
        }

        if (labels.Rank != 1 || labels.Shape[0] != rows.Shape[0])
        {
            throw new ShapeException(
                $"NearestNeighbors.Fit: features {features.Shape} need labels ({rows.Shape[0]}), found {labels.Shape}."
            );
        }

        if (rows.Shape[0] < Neighbors)
        {
            throw new ShapeException(
                $"NearestNeighbors.Fit: {rows.Shape[0]} samples are fewer than the {Neighbors} neighbours that vote."
            );
        }

        samples = rows.Detach();
        offsets = Metric == DistanceMetric.L2 ? RowDistances.Offsets(samples) : null;
        this.labels = labels.To(DType.Int64).ToArray<long>();
    }

    /// <summary>The label of each sample: the most frequent among its nearest neighbours, the smallest of equally frequent ones.</summary>
    /// <param name="features">(N, …) with as many numbers in each sample as in <see cref="Fit"/>.</param>
    /// <returns>(N), int64.</returns>
    /// <inheritdoc cref="FindNeighbors" path="/exception"/>
    public Tensor Predict(Tensor features)
    {
        var (_, indices) = FindNeighbors(features);
        var places = indices.ToArray<long>();
        var predicted = new long[indices.Shape[0]];
        var votes = new long[Neighbors];
        for (var row = 0; row < predicted.Length; row++)
        {
            for (var rank = 0; rank < Neighbors; rank++)
            {
                votes[rank] = labels[places[row * Neighbors + rank]];
            }

            predicted[row] = MostFrequent(votes);
        }

        return Tensor.From(predicted).To(features.Device);
    }

    /// <summary>The nearest training samples of each sample, the nearest first, of equally near ones the one given earlier.</summary>
    /// <remarks>
    /// L2 finds them by |a|² + |b|² − 2 a·b, which cannot tell apart distances that differ by less than the rounding
    /// errors of |a|² + |b|²; the distances of those found are then computed from the differences, exactly 0 for an equal
    /// sample.
    /// </remarks>
    /// <param name="features">(N, …) with as many numbers in each sample as in <see cref="Fit"/>.</param>
    /// <returns>Distances (N, neighbours) of the features' type, and the numbers of the samples (N, neighbours), int64.</returns>
    /// <exception cref="InvalidOperationException">There are no samples yet.</exception>
    /// <exception cref="ShapeException">The samples have another size.</exception>
    /// <exception cref="DTypeException">The features have another type than the samples.</exception>
    /// <exception cref="ArgumentException">A feature is infinite or not a number, or lives on another device.</exception>
    public (Tensor Distances, Tensor Indices) FindNeighbors(Tensor features)
    {
        if (samples is null)
        {
            throw new InvalidOperationException("NearestNeighbors: there are no samples yet. Call Fit first.");
        }

        var rows = RowsOf(features, nameof(FindNeighbors));
        Tensor.RequireSameKind(rows, samples, "NearestNeighbors.FindNeighbors");
        if (rows.Shape[1] != samples.Shape[1])
        {
            throw new ShapeException(
                $"NearestNeighbors.FindNeighbors: features {features.Shape} have {rows.Shape[1]} numbers a sample; Fit was given {samples.Shape[1]}."
            );
        }

        return rows.DType == DType.Float64 ? Find<double>(rows, samples) : Find<float>(rows, samples);
    }

    private (Tensor Distances, Tensor Indices) Find<TElement>(Tensor rows, Tensor samples)
        where TElement : unmanaged, IFloatingPointIeee754<TElement>
    {
        var count = rows.Shape[0];
        var distances = new TElement[checked(count * Neighbors)];
        var places = new long[distances.Length];
        var block = (int)Math.Clamp(DistancesAtOnce / samples.Shape[0], 1, MostRowsAtOnce);
        for (var start = 0; start < count; start += block)
        {
            var end = Math.Min(start + block, count);
            var (from, length) = (start * Neighbors, (end - start) * Neighbors);
            FindBlock(rows[start..end], samples, distances.AsSpan(from, length), places.AsSpan(from, length));
        }

        var device = rows.Device;
        return (
            Tensor.From(distances, [count, Neighbors]).To(device),
            Tensor.From(places, [count, Neighbors]).To(device)
        );
    }

    private void FindBlock<TElement>(Tensor rows, Tensor samples, Span<TElement> distances, Span<long> places)
        where TElement : unmanaged, IFloatingPointIeee754<TElement>
    {
        var all = offsets is null ? RowDistances.Absolute(rows, samples) : RowDistances.Squared(rows, samples, offsets);
        Choose(all.To(Device.Cpu), distances, places);
        if (offsets is not null)
        {
            Measure(rows, samples, distances, places);
        }
    }

    private unsafe void Choose<TElement>(Tensor all, Span<TElement> distances, Span<long> places)
        where TElement : unmanaged, IFloatingPointIeee754<TElement>
    {
        fixed (TElement* from = all.Read<TElement>())
        fixed (TElement* nearest = distances)
        fixed (long* at = places)
        {
            var body = new NearestFew<TElement>(from, all.Shape[1], Neighbors, nearest, at);
            WorkSplitter.For(all.Shape[0], Math.Max(1, 100_000 / all.Shape[1]), body);
        }

        GC.KeepAlive(all);
    }

    /// <summary>Computes the Euclidean distances of the neighbours found from the differences, and puts each row in their order.</summary>
    private void Measure<TElement>(Tensor rows, Tensor samples, Span<TElement> distances, Span<long> places)
        where TElement : unmanaged, IFloatingPointIeee754<TElement>
    {
        var column = new long[rows.Shape[0]];
        for (var rank = 0; rank < Neighbors; rank++)
        {
            for (var row = 0; row < column.Length; row++)
            {
                column[row] = places[row * Neighbors + rank];
            }

            var exact = (rows - samples.Take(Tensor.From(column).To(samples.Device))).Square().Sum(1).Sqrt();
            var values = exact.ToArray<TElement>();
            for (var row = 0; row < column.Length; row++)
            {
                distances[row * Neighbors + rank] = values[row];
            }
        }

        var found = new (TElement Distance, long Place)[Neighbors];
        for (var first = 0; first < distances.Length; first += Neighbors)
        {
            for (var rank = 0; rank < Neighbors; rank++)
            {
                found[rank] = (distances[first + rank], places[first + rank]);
            }

            Array.Sort(found);
            for (var rank = 0; rank < Neighbors; rank++)
            {
                (distances[first + rank], places[first + rank]) = found[rank];
            }
        }
    }

    private static long MostFrequent(Span<long> votes)
    {
        votes.Sort();
        var (winner, most) = (votes[0], 0);
        for (int start = 0, end; start < votes.Length; start = end)
        {
            for (end = start + 1; end < votes.Length && votes[end] == votes[start]; end++) { }

            if (end - start > most)
            {
                (winner, most) = (votes[start], end - start);
            }
        }

        return winner;
    }

    private static Tensor RowsOf(Tensor features, string operation)
    {
        ArgumentNullException.ThrowIfNull(features);
        operation = "NearestNeighbors." + operation;
        features.RequireFloating(operation);
        if (features.Rank < 2)
        {
            throw new ShapeException($"{operation}: features are (N, …), found {features.Shape}. Unsqueeze an axis?");
        }

        var rows = features.Untracked().Flatten();
        return rows.Backend.IsFinite(rows.View)
            ? rows
            : throw new ArgumentException($"{operation}: a feature is infinite or not a number.", nameof(features));
    }
}
