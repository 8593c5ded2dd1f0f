namespace Descent.Layers;

/// <summary>Sequences of different lengths without their padding: the first step of all, the longest first, then the second step of those that have one, and so on.</summary>
/// <remarks>
/// A recurrent layer makes no step for padding then. The sequences are put in order of their lengths and come back in the
/// order they had; sequences of length 0 have no rows at all.
/// </remarks>
public sealed class PackedSequence
{
    private readonly int length;
    private readonly Ordering? ordering;

    private PackedSequence(
        Tensor data,
        int[] batchSizes,
        int batch,
        int length,
        Ordering? ordering,
        Lookup? lookup = null
    )
    {
        Data = data;
        BatchSizes = batchSizes;
        Batch = batch;
        this.length = length;
        this.ordering = ordering;
        Lookup = lookup;
    }

    /// <summary>The rows of all steps, (sum of the lengths, C).</summary>
    public Tensor Data { get; }

    /// <summary>How many sequences have a first step, a second, …: never rising.</summary>
    public IReadOnlyList<int> BatchSizes { get; }

    /// <summary>N, the number of sequences.</summary>
    public int Batch { get; }

    /// <summary>Leaves the padding out.</summary>
    /// <param name="input">Sequences one below the other, (N, L, C); what stands after the end of each is not read.</param>
    /// <param name="lengths">The length of each, from 0 to L: int64 or int32, (N).</param>
    /// <exception cref="ShapeException">The input has not three axes, or there is not one length for each sequence.</exception>
    /// <exception cref="DTypeException">The lengths are not whole numbers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A length is negative or beyond L.</exception>
    public static PackedSequence Pack(Tensor input, Tensor lengths)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(lengths);
        if (input.Rank != 3)
        {
            throw new ShapeException($"PackedSequence: sequences are (N, L, C), found {input.Shape}{Tape.InLayer}.");
        }

        var (batch, length) = (input.Shape[0], input.Shape[1]);
        var counts = Lengths(lengths, batch, length);
        var order = Enumerable.Range(0, batch).OrderByDescending(row => counts[row]).ToArray();
        var steps = batch == 0 ? 0 : counts[order[0]];
        var batchSizes = new int[steps];
        var places = new List<long>();
        for (var step = 0; step < steps; step++)
        {
            foreach (var row in order.TakeWhile(row => counts[row] > step))
            {
                places.Add((long)row * length + step);
                batchSizes[step]++;
            }
        }

        var ordering = new Ordering(order, Tensor.From(places.ToArray()).To(input.Device));
        var data = input.Reshape([batch * length, input.Shape[2]]).Take(ordering.Places);
        return new PackedSequence(data, batchSizes, batch, length, ordering);
    }

    /// <summary>The sequences one below the other again, (N, L, C), with zeros after the end of each.</summary>
    public Tensor Unpack()
    {
        var features = Data.Shape[1];
        return ordering is null
            ? Data.Reshape([Batch, length, features])
            : Data.ZeroResult([Batch * length, features])
                .IndexAdd(ordering.Places, Data)
                .Reshape([Batch, length, features]);
    }

    /// <summary>Sequences of one length, as they lie.</summary>
    internal static PackedSequence OfOneLength(Tensor input)
    {
        var (batch, length) = (input.Shape[0], input.Shape[1]);
        return OfOneLength(input.Reshape([batch * length, input.Shape[2]]), batch, length);
    }

    /// <summary>Sequences of one length whose rows are given, or looked up in a table only when a step wants them.</summary>
    internal static PackedSequence OfOneLength(Tensor rows, int batch, int length, Lookup? lookup = null)
    {
        var batchSizes = new int[length];
        Array.Fill(batchSizes, batch);
        return new PackedSequence(rows, batchSizes, batch, length, null, lookup);
    }

    /// <summary>Which rows of <see cref="Data"/> the inputs are; null where they are its rows as they come.</summary>
    internal Lookup? Lookup { get; }

    /// <summary>Whether the rows of one sequence stand together, which all have all steps; else those of one step.</summary>
    internal bool IsBySequence => ordering is null;

    /// <summary>Other rows for the same steps.</summary>
    internal PackedSequence With(Tensor data) => new(data, (int[])BatchSizes, Batch, length, ordering);

    /// <summary>A layer's state, (…, N, H), in the order of these rows.</summary>
    internal RecurrentState Sorted(RecurrentState state) =>
        ordering is null ? state : state.Map(part => part.Take(ordering.Sorted, axis: 1));

    /// <summary>A layer's state in the order that the sequences were given in.</summary>
    internal RecurrentState Restored(RecurrentState state) =>
        ordering is null ? state : state.Map(part => part.Take(ordering.Restored, axis: 1));

    private static int[] Lengths(Tensor lengths, int batch, int longest)
    {
        if (lengths.DType is not (DType.Int64 or DType.Int32))
        {
            throw new DTypeException(
                $"PackedSequence: lengths are int64 or int32, found {lengths.DType.Name()}{Tape.InLayer}. Convert with To(DType.Int64)."
            );
        }

        if (lengths.Shape != new Shape(batch))
        {
            throw new ShapeException(
                $"PackedSequence: {batch} sequences have lengths of shape ({batch}), found {lengths.Shape}{Tape.InLayer}."
            );
        }

        var counts = lengths.To(DType.Int32).ToArray<int>();
        var wrong = Array.FindIndex(counts, count => count < 0 || count > longest);
        return wrong < 0
            ? counts
            : throw new ArgumentOutOfRangeException(
                nameof(lengths),
                $"PackedSequence: sequence {wrong} has length {counts[wrong]}; it must be from 0 to {longest}{Tape.InLayer}."
            );
    }

    /// <summary>Where things stood before the sequences were put in order.</summary>
    private sealed class Ordering
    {
        public Ordering(int[] order, Tensor places)
        {
            Places = places;
            var restored = new int[order.Length];
            for (var row = 0; row < order.Length; row++)
            {
                restored[order[row]] = row;
            }

            Sorted = Tensor.From(order).To(places.Device);
            Restored = Tensor.From(restored).To(places.Device);
        }

        /// <summary>The row of each packed row among the padded rows.</summary>
        public Tensor Places { get; }

        /// <summary>The sequence at each place of the order by length.</summary>
        public Tensor Sorted { get; }

        /// <summary>The place of each sequence.</summary>
        public Tensor Restored { get; }
    }
}
