using Descent.Numerics;

namespace Descent.Data;

/// <summary>Other training sets made of one, for the members of an ensemble: numbers of samples that depend on the seed alone.</summary>
public static class Resampling
{
    /// <summary>Draws as many samples as there are, each from all of them: about 63 % occur, some several times (Breiman 1996, bagging).</summary>
    /// <param name="count">The number of samples in the set.</param>
    /// <param name="seed">The same seed gives the same samples.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public static int[] Bootstrap(int count, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var source = new RandomSource(seed, "bootstrap");
        var samples = new int[count];
        for (var place = 0; place < count; place++)
        {
            samples[place] = (int)source.Below(count, place);
        }

        return samples;
    }

    /// <summary>Draws some of the samples, none twice.</summary>
    /// <param name="count">The number of samples in the set.</param>
    /// <param name="size">How many to draw.</param>
    /// <param name="seed">The same seed gives the same samples.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative, or more are asked for than there are.</exception>
    public static int[] Subset(int count, int size, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, count);
        return new RandomSource(seed, "subset").Permutation(count)[..size];
    }
}
