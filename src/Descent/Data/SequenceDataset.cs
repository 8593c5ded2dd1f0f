namespace Descent.Data;

/// <summary>Sequences of different lengths with a label each, kept without padding.</summary>
public sealed class SequenceDataset
{
    private readonly Tensor steps;
    private readonly int[] starts;
    private readonly int[] lengths;

    /// <summary>Puts sequences of signs and their labels together.</summary>
    /// <param name="sequences">Numbers of signs: characters, words.</param>
    /// <param name="labels">One for each sequence along the first axis: classes (N), numbers, or sequences of one length.</param>
    /// <param name="filler">The sign that is put behind the end of shorter sequences in a batch.</param>
    /// <exception cref="ShapeException">There is not one label for each sequence.</exception>
    public SequenceDataset(IReadOnlyList<int[]> sequences, Tensor labels, int filler = 0)
        : this(
            Tensor.From([.. sequences.SelectMany(signs => signs, (_, sign) => (long)sign), filler]),
            [.. sequences.Select(signs => signs.Length)],
            labels
        ) { }

    /// <summary>Puts sequences of numbers and their labels together; shorter ones will be filled with zeros.</summary>
    /// <param name="sequences">Of each its steps, (L, …): different lengths, otherwise alike.</param>
    /// <param name="labels">One for each sequence along the first axis: classes (N), numbers, or sequences of one length.</param>
    /// <exception cref="ArgumentException">There is no sequence.</exception>
    /// <exception cref="ShapeException">The steps differ in shape, or there is not one label for each sequence.</exception>
    /// <exception cref="DTypeException">The sequences differ in element type.</exception>
    public SequenceDataset(IReadOnlyList<Tensor> sequences, Tensor labels)
        : this(WithFiller(sequences), [.. sequences.Select(steps => steps.Shape[0])], labels) { }

    /// <summary>Takes the steps of all sequences one below the other, with a step of filler behind them.</summary>
    private SequenceDataset(Tensor steps, int[] lengths, Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Rank == 0 || labels.Shape[0] != lengths.Length)
        {
            throw new ShapeException(
                $"SequenceDataset: {lengths.Length} sequences need labels ({lengths.Length}, …), found {labels.Shape}."
            );
        }

        this.steps = steps;
        this.lengths = lengths;
        Labels = labels;
        starts = new int[lengths.Length];
        for (var sample = 1; sample < starts.Length; sample++)
        {
            starts[sample] = starts[sample - 1] + lengths[sample - 1];
        }
    }

    /// <summary>The number of sequences.</summary>
    public int Count => lengths.Length;

    /// <summary>The length of each sequence.</summary>
    public IReadOnlyList<int> Lengths => lengths;

    /// <summary>What belongs to each sequence, (N, …).</summary>
    public Tensor Labels { get; }

    /// <summary>Makes a batch of the sequences with the given numbers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sequence.</exception>
    public SequenceBatch Batch(ReadOnlySpan<int> samples)
    {
        var (counts, longest) = (new long[samples.Length], 1);
        for (var row = 0; row < samples.Length; row++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(samples[row], nameof(samples));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(samples[row], Count, nameof(samples));
            longest = Math.Max(longest, lengths[samples[row]]);
            counts[row] = lengths[samples[row]];
        }

        var places = new int[samples.Length * longest];
        for (var place = 0; place < places.Length; place++)
        {
            var (row, step) = Math.DivRem(place, longest);
            places[place] = step < counts[row] ? starts[samples[row]] + step : steps.Shape[0] - 1;
        }

        var values = steps.Take(Tensor.From(places));
        return new SequenceBatch(
            values.Reshape([samples.Length, longest, .. steps.Shape.Skip(1)]),
            Tensor.From(counts),
            Labels.Take(Tensor.From(samples, [samples.Length]))
        );
    }

    /// <summary>A loader of batches of equally or nearly long sequences, chosen by a <see cref="LengthSampler"/>.</summary>
    /// <inheritdoc cref="LengthSampler(IReadOnlyList{int}, int, double, bool, long)" path="/param"/>
    /// <inheritdoc cref="LengthSampler.Loader{TBatch}" path="/param[@name='prefetch']"/>
    public DataLoader<SequenceBatch> Loader(
        int batchSize,
        double maxPadding = 0.1,
        bool shuffle = false,
        long seed = 0,
        int prefetch = 2
    ) =>
        new LengthSampler(lengths, batchSize, maxPadding, shuffle, seed).Loader(
            (samples, _) => Batch(samples),
            prefetch
        );

    private static Tensor WithFiller(IReadOnlyList<Tensor> sequences)
    {
        if (sequences.Count == 0 || sequences[0].Rank == 0)
        {
            throw new ArgumentException(
                "SequenceDataset: there must be at least one sequence, and each must have steps, (L, …).",
                nameof(sequences)
            );
        }

        return Tensor.Concat([.. sequences, Tensor.Zeros(sequences[0].Shape.With(0, 1), sequences[0].DType)]);
    }
}
