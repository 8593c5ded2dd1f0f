namespace Descent.Data;

/// <summary>Sequences of different lengths as one batch, each filled up to the longest.</summary>
/// <remarks><c>foreach (var (values, lengths, labels) in dataset.Loader(64, shuffle: true)) { … lstm.Forward(values, null, lengths) … }</c></remarks>
/// <param name="Values">Numbers of signs, int64 (N, L), or steps of numbers, (N, L, C); L is that of the longest, at least 1.</param>
/// <param name="Lengths">The length of each, int64 (N).</param>
/// <param name="Labels">What belongs to each, (N, …).</param>
public readonly record struct SequenceBatch(Tensor Values, Tensor Lengths, Tensor Labels)
{
    /// <summary>Fills sequences of signs up to the longest.</summary>
    /// <param name="sequences">Numbers of signs: characters, words.</param>
    /// <param name="filler">What is put behind the end of the shorter ones.</param>
    /// <returns>int64 (N, L), with L at least 1.</returns>
    public static Tensor Pad(IReadOnlyList<int[]> sequences, int filler = 0)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        var longest = sequences.Max(sequence => (int?)sequence.Length) ?? 0;
        var values = new long[sequences.Count, Math.Max(1, longest)];
        for (var row = 0; row < sequences.Count; row++)
        {
            for (var step = 0; step < values.GetLength(1); step++)
            {
                values[row, step] = step < sequences[row].Length ? sequences[row][step] : filler;
            }
        }

        return Tensor.From(values);
    }
}
