namespace Descent.Data;

/// <summary>Each picture five times: as it is, and moved by one pixel to the left, to the right, up and down; the line that falls free is black.</summary>
/// <remarks>Nothing is copied: sample s is picture s mod N in version s div N, shifted while its batch is gathered.</remarks>
/// <param name="dataset">The pictures to expand.</param>
public sealed class ShiftExpansion(ImageDataset dataset)
{
    private static readonly Shift[] Shifts = [new(0, 0), new(-1, 0), new(1, 0), new(0, -1), new(0, 1)];

    /// <summary>The number of samples: five times the number of pictures.</summary>
    public int Count { get; } = checked(dataset.Count * Shifts.Length);

    /// <summary>Copies the samples of the given numbers into a batch: images as float32 in 0 to 1, (N, C, H, W), and labels as int64, (N).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sample.</exception>
    public (Tensor Images, Tensor Labels) Batch(ReadOnlySpan<int> samples) =>
        ImageGather.Batch(dataset, samples, Shifts);

    /// <summary>A loader of batches (images as float32 in 0 to 1, labels as int64).</summary>
    /// <inheritdoc cref="DataLoader{TBatch}(int, int, BatchMaker{TBatch}, bool, long, bool, int)" path="/param"/>
    public DataLoader<(Tensor Images, Tensor Labels)> Loader(
        int batchSize,
        bool shuffle = false,
        long seed = 0,
        bool dropLast = false,
        int prefetch = 2
    ) => new(Count, batchSize, (samples, _) => Batch(samples), shuffle, seed, dropLast, prefetch);
}

/// <summary>A move of a picture, in pixels.</summary>
/// <param name="Right">To the right; negative to the left.</param>
/// <param name="Down">Downwards; negative upwards.</param>
internal readonly record struct Shift(int Right, int Down);
