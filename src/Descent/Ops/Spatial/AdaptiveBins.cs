namespace Descent;

/// <summary>An axis cut into bins as equal as they can be: bin i holds the places from ⌊i·size/count⌋ to before ⌈(i + 1)·size/count⌉.</summary>
/// <remarks>Neighbours share a place where the sizes do not divide; with more bins than places, places stand in several.</remarks>
internal readonly struct AdaptiveBins
{
    private readonly int size;
    private readonly int count;

    public AdaptiveBins(int size, int count, string operation)
    {
        if (count < 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(count),
                $"{operation}: an output of {count} rows or columns{Tape.InLayer}; there must be 1 or more."
            );
        }

        if (size == 0)
        {
            throw new ShapeException($"{operation}: pictures without pixels cannot be pooled{Tape.InLayer}.");
        }

        (this.size, this.count) = (size, count);
        for (var bin = 0; bin < count; bin++)
        {
            Longest = Math.Max(Longest, End(bin) - Start(bin));
        }
    }

    /// <summary>The size of the largest bin.</summary>
    public int Longest { get; }

    /// <summary>Whether all bins have the same size and lie side by side, so that the axis is cut as it stands.</summary>
    public bool AreEqual => size % count == 0;

    /// <summary>The places of one bin after the other, shorter bins filled up with one more place: their own last one when <paramref name="filler"/> is negative.</summary>
    public long[] Places(int filler)
    {
        var places = new long[count * Longest];
        for (var index = 0; index < places.Length; index++)
        {
            var (bin, place) = (index / Longest, Start(index / Longest) + index % Longest);
            places[index] =
                place < End(bin) ? place
                : filler < 0 ? End(bin) - 1
                : filler;
        }

        return places;
    }

    /// <summary>For each bin, the largest size as a multiple of its own.</summary>
    public double[] Shares()
    {
        var shares = new double[count];
        for (var bin = 0; bin < count; bin++)
        {
            shares[bin] = (double)Longest / (End(bin) - Start(bin));
        }

        return shares;
    }

    private int Start(int bin) => (int)((long)bin * size / count);

    private int End(int bin) => (int)(((long)(bin + 1) * size + count - 1) / count);
}
