using Descent.Numerics;

namespace Descent.Data;

/// <summary>Chooses batches of sequences that are equally or nearly long, so that little of a batch is padding.</summary>
/// <remarks>
/// <para>The sequences are put into groups by length once: where the shortest of a group has m steps, the longest has M with
/// M · (1 − maxPadding) ≤ m, so no sequence is padded by more than that share of its batch's steps. An epoch takes each
/// sample once. Its batches are of one group each, and all batches of a group differ in size by one sample at most.
/// Shuffled, both the samples of a group and the batches come in an order that depends on (seed, <c>shuffle</c>, epoch) alone.</para>
/// <para><b>Source</b>: the lessons (recurrent networks), which group sequences of equal size: a padding of 0.</para>
/// </remarks>
/// <example><code>
/// var sampler = new LengthSampler([.. texts.Select(text => text.Length)], batchSize: 64, shuffle: true);
/// foreach (var batch in sampler.Loader((samples, _) => MakeBatch(samples))) { … }
/// </code></example>
public sealed class LengthSampler
{
    private readonly int[][] groups;
    private readonly int batchSize;
    private readonly bool shuffle;
    private readonly RandomSource shuffling;
    private volatile Plan? latest;

    /// <summary>Puts the sequences into groups.</summary>
    /// <param name="lengths">The length of each sequence.</param>
    /// <param name="batchSize">The number of sequences that a batch has at most.</param>
    /// <param name="maxPadding">The share of a sequence's steps in a batch that may be padding, at least 0 and below 1; at 0 all sequences of a batch are equally long.</param>
    /// <param name="shuffle">Whether every epoch has an order of its own; else the shortest come first, by number.</param>
    /// <param name="seed">The seed of the orders.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is negative, the batch size is not positive, or the share is no such share.</exception>
    public LengthSampler(
        IReadOnlyList<int> lengths,
        int batchSize,
        double maxPadding = 0.1,
        bool shuffle = false,
        long seed = 0
    )
    {
        ArgumentNullException.ThrowIfNull(lengths);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        if (maxPadding is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(maxPadding),
                maxPadding,
                "LengthSampler: the share that may be padding is at least 0 and below 1."
            );
        }

        this.batchSize = batchSize;
        this.shuffle = shuffle;
        shuffling = new RandomSource(seed, "shuffle");
        groups = Groups(lengths, maxPadding);
        SampleCount = lengths.Count;
        BatchCount = groups.Sum(group => Parts(group.Length));
    }

    /// <summary>The number of sequences.</summary>
    public int SampleCount { get; }

    /// <summary>The number of batches in an epoch, the same in each.</summary>
    public int BatchCount { get; }

    /// <summary>The numbers of the sequences in a batch.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="number">The number of the batch in it, from 0 to before <see cref="BatchCount"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such batch.</exception>
    public ReadOnlySpan<int> Batch(long epoch, int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, BatchCount);
        var plan = latest;
        if (plan is null || plan.Epoch != epoch)
        {
            latest = plan = MakePlan(epoch);
        }

        return plan.Batches[number].Span;
    }

    /// <summary>A loader over these batches, which differ in size.</summary>
    /// <param name="make">Makes one batch of the sequences with the given numbers; called on the loader's thread, one call at a time within a loop.</param>
    /// <param name="prefetch">How many batches may wait ready; 0 makes each when it is asked for, without a thread.</param>
    /// <typeparam name="TBatch">What a batch is: a <see cref="SequenceBatch"/>, say.</typeparam>
    public DataLoader<TBatch> Loader<TBatch>(BatchMaker<TBatch> make, int prefetch = 2)
    {
        ArgumentNullException.ThrowIfNull(make);
        return new(
            BatchCount,
            SampleCount,
            batchSize,
            (epoch, batch) => Batch(epoch, batch).Length,
            (numbers, epoch) => make(Batch(epoch, numbers[0]), epoch),
            prefetch
        );
    }

    private static int[][] Groups(IReadOnlyList<int> lengths, double maxPadding)
    {
        var groups = new List<int[]>();
        var group = new List<int>();
        foreach (var sample in Enumerable.Range(0, lengths.Count).OrderBy(sample => lengths[sample]))
        {
            ArgumentOutOfRangeException.ThrowIfNegative(lengths[sample], nameof(lengths));
            if (group.Count > 0 && lengths[sample] * (1 - maxPadding) > lengths[group[0]])
            {
                groups.Add([.. group]);
                group.Clear();
            }

            group.Add(sample);
        }

        return group.Count > 0 ? [.. groups, [.. group]] : [];
    }

    private int Parts(int count) => (count + batchSize - 1) / batchSize;

    private Plan MakePlan(long epoch)
    {
        var source = shuffling.Split(epoch);
        var batches = new List<ReadOnlyMemory<int>>(BatchCount);
        for (var number = 0; number < groups.Length; number++)
        {
            var group = groups[number];
            if (shuffle)
            {
                group = [.. group];
                source.Split(number).Shuffle(group.AsSpan());
            }

            var (parts, first) = (Parts(group.Length), 0);
            for (var part = 1; part <= parts; part++)
            {
                var end = (int)((long)part * group.Length / parts);
                batches.Add(group.AsMemory(first, end - first));
                first = end;
            }
        }

        var plan = new Plan(epoch, [.. batches]);
        if (shuffle)
        {
            source.Split("batches").Shuffle(plan.Batches.AsSpan());
        }

        return plan;
    }

    private sealed record Plan(long Epoch, ReadOnlyMemory<int>[] Batches);
}
