using Descent.Numerics;

namespace Descent.Data;

/// <summary>Makes a batch of the samples with the given numbers.</summary>
/// <param name="samples">Numbers of samples, in the batch's order; valid during the call only.</param>
/// <param name="epoch">The epoch, so that augmentation can differ from one to the next.</param>
/// <typeparam name="TBatch">What a batch is: <c>(Tensor Images, Tensor Labels)</c>, say.</typeparam>
public delegate TBatch BatchMaker<TBatch>(ReadOnlySpan<int> samples, long epoch);

/// <summary>A place in the run of batches: what a checkpoint keeps to go on where it stopped.</summary>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="Batch">The number of the next batch in it, from 0.</param>
public readonly record struct LoaderPosition(long Epoch, int Batch);

/// <summary>Walks through a data set in batches: each <c>foreach</c> is one epoch, shuffled anew, made ahead on a thread of its own.</summary>
/// <remarks>
/// <para>The order of epoch e depends on (seed, <c>shuffle</c>, e) alone. Batches are ordinary tensors: one that you keep
/// never changes. Leaving the loop early stops the thread; an error while a batch is made is thrown where that batch
/// would have come. Several loops may run over one loader, each an epoch of its own.</para>
/// <para><c>foreach (var (images, labels) in loader) { … }</c></para>
/// </remarks>
/// <typeparam name="TBatch">What a batch is: <c>(Tensor Images, Tensor Labels)</c>, say.</typeparam>
public sealed class DataLoader<TBatch> : IEnumerable<TBatch>
{
    private readonly BatchMaker<TBatch> make;
    private readonly RandomSource shuffling;
    private readonly long seed;
    private readonly bool dropLast;
    private readonly int itemCount;
    private readonly int itemsEach;
    private readonly Func<long, int, int>? samplesOf;
    private LoaderPosition position;
    private LoaderPosition next;
    private int[]? spareOrder;

    /// <summary>Makes a loader over numbered samples.</summary>
    /// <param name="sampleCount">The number of samples an epoch.</param>
    /// <param name="batchSize">The number of samples a batch.</param>
    /// <param name="make">Makes one batch; called on the loader's thread, one call at a time within a loop.</param>
    /// <param name="shuffle">Whether every epoch has an order of its own; else the samples come as they are numbered.</param>
    /// <param name="seed">The seed of the orders.</param>
    /// <param name="dropLast">Whether a last batch that is not full is left out.</param>
    /// <param name="prefetch">How many batches may wait ready; 0 makes each when it is asked for, without a thread.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative, or the batch size zero.</exception>
    public DataLoader(
        int sampleCount,
        int batchSize,
        BatchMaker<TBatch> make,
        bool shuffle = false,
        long seed = 0,
        bool dropLast = false,
        int prefetch = 2
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sampleCount);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        ArgumentNullException.ThrowIfNull(make);
        ArgumentOutOfRangeException.ThrowIfNegative(prefetch);
        (this.make, this.seed, this.dropLast) = (make, seed, dropLast);
        shuffling = new RandomSource(seed, "shuffle");
        (SampleCount, BatchSize, Shuffles, Prefetch) = (sampleCount, batchSize, shuffle, prefetch);
        (itemCount, itemsEach) = (sampleCount, batchSize);
        BatchCount = sampleCount / batchSize + (dropLast || sampleCount % batchSize == 0 ? 0 : 1);
    }

    /// <summary>Makes a loader over batches whose samples somebody else chooses: <paramref name="make"/> is given the number of a batch.</summary>
    /// <param name="batchCount">The number of batches an epoch.</param>
    /// <param name="sampleCount">The number of samples in all of them together.</param>
    /// <param name="batchSize">The number of samples that a batch has at most.</param>
    /// <param name="samplesOf">The number of samples in a batch, from its epoch and its number.</param>
    /// <param name="make">Makes one batch.</param>
    /// <param name="prefetch">How many batches may wait ready.</param>
    internal DataLoader(
        int batchCount,
        int sampleCount,
        int batchSize,
        Func<long, int, int> samplesOf,
        BatchMaker<TBatch> make,
        int prefetch
    )
        : this(batchCount, 1, make, prefetch: prefetch) =>
        (SampleCount, BatchSize, this.samplesOf) = (sampleCount, batchSize, samplesOf);

    /// <summary>The number of samples in the set.</summary>
    public int SampleCount { get; }

    /// <summary>The number of samples in every batch but perhaps the last; the largest number where batches differ in size.</summary>
    public int BatchSize { get; }

    /// <summary>The number of batches in an epoch.</summary>
    public int BatchCount { get; }

    /// <summary>Whether every epoch has an order of its own.</summary>
    public bool Shuffles { get; }

    /// <summary>How many batches may wait ready.</summary>
    public int Prefetch { get; }

    /// <summary>The place behind the last batch that was handed out. Setting it makes the next loop start there; otherwise a new loop starts a new epoch.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such batch.</exception>
    public LoaderPosition Position
    {
        get => position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value.Epoch, nameof(value));
            ArgumentOutOfRangeException.ThrowIfNegative(value.Batch, nameof(value));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value.Batch, BatchCount, nameof(value));
            position = next = value;
        }
    }

    /// <summary>Whether somebody else chooses the samples of a batch, so that they cannot be asked for one by one.</summary>
    internal bool HasGivenBatches => samplesOf is not null;

    /// <summary>The number of samples in an epoch: all, but those of a last batch that is left out.</summary>
    internal int EpochCount => samplesOf is null ? (int)Math.Min((long)BatchCount * itemsEach, itemCount) : SampleCount;

    /// <summary>The number of samples in the batch that was handed out last.</summary>
    internal int LastCount { get; private set; }

    /// <summary>Where the last batch was taken and where the next loop starts, for those who use the loader for a trial and put it back.</summary>
    internal (LoaderPosition Last, LoaderPosition Next) Place
    {
        get => (position, next);
        set => (position, next) = value;
    }

    /// <summary>Starts a loop over one epoch.</summary>
    public IEnumerator<TBatch> GetEnumerator()
    {
        var start = next;
        next = new LoaderPosition(start.Epoch + 1, 0);
        return Prefetch == 0 ? Walk(start) : WalkAhead(start);
    }

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

    private IEnumerator<TBatch> Walk(LoaderPosition start)
    {
        var order = Order(start.Epoch);
        for (var batch = start.Batch; batch < BatchCount; batch++)
        {
            var made = Make(order, start.Epoch, batch);
            Handed(start.Epoch, batch);
            yield return made;
        }

        spareOrder = order;
    }

    private IEnumerator<TBatch> WalkAhead(LoaderPosition start)
    {
        var order = Order(start.Epoch);
        using (
            var ahead = new ReadAhead<TBatch>(
                start.Batch,
                BatchCount,
                Prefetch,
                batch => Make(order, start.Epoch, batch)
            )
        )
        {
            for (var batch = start.Batch; batch < BatchCount; batch++)
            {
                var made = ahead.Take();
                Handed(start.Epoch, batch);
                yield return made;
            }
        }

        spareOrder = order;
    }

    private void Handed(long epoch, int batch)
    {
        position = batch + 1 == BatchCount ? new LoaderPosition(epoch + 1, 0) : new LoaderPosition(epoch, batch + 1);
        LastCount = samplesOf?.Invoke(epoch, batch) ?? Math.Min(itemsEach, itemCount - batch * itemsEach);
    }

    /// <summary>Makes a batch of any samples, as the loop of an epoch would.</summary>
    internal TBatch Make(ReadOnlySpan<int> samples, long epoch) => make(samples, epoch);

    /// <summary>A loader that walks as this one does over batches that are made otherwise.</summary>
    internal DataLoader<TOther> With<TOther>(BatchMaker<TOther> other) =>
        new(SampleCount, BatchSize, other, Shuffles, seed, dropLast, Prefetch);

    private TBatch Make(int[] order, long epoch, int batch)
    {
        var first = batch * itemsEach;
        return make(order.AsSpan(first, Math.Min(itemsEach, itemCount - first)), epoch);
    }

    private int[] Order(long epoch)
    {
        // An order is used by one loop at a time; a second loop beside it makes its own.
        var order = Interlocked.Exchange(ref spareOrder, null) ?? new int[itemCount];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        if (Shuffles)
        {
            shuffling.Split(epoch).Shuffle(order.AsSpan());
        }

        return order;
    }
}
