using System.Runtime.Intrinsics;

namespace Descent.Numerics;

/// <summary>Random numbers by index: a pure function of (seed, purpose, index), the same on every machine and in every order of asking.</summary>
/// <remarks>
/// <para>A value: copying it copies nothing that changes. Draws are asked for by index, one by one or in bulk, with the
/// same results; different kinds of numbers at one index share their bits, so give each use its own purpose.</para>
/// <para>Philox4x32-10 (Salmon and others, 2011). Words come in groups of 64 made of 16 blocks: word i is word
/// (i / 16) mod 4 of block 16 ⌊i / 64⌋ + i mod 16, so that bulk draws need no shuffling.</para>
/// </remarks>
public readonly partial struct RandomSource : IEquatable<RandomSource>
{
    // The upper bits of the counter's first half tell the uses apart.
    private const ulong SplitByName = 1UL << 60;
    private const ulong SplitByNumber = 2UL << 60;
    private const ulong BoundedDraw = 3UL << 60;

    private readonly ulong key;
    private readonly ulong stream;

    /// <summary>Makes the source of a seed and a purpose; different purposes give independent numbers.</summary>
    public RandomSource(long seed, string purpose)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        this = new RandomSource((ulong)seed, 0UL).Split(purpose);
    }

    private RandomSource(ulong key, ulong stream)
    {
        this.key = key;
        this.stream = stream;
    }

    /// <summary>An independent source for a part of the work, by name.</summary>
    public RandomSource Split(string purpose)
    {
        ArgumentNullException.ThrowIfNull(purpose);

        // FNV-1a over the characters; the block cipher does the mixing.
        var hash = 0xCBF2_9CE4_8422_2325;
        foreach (var character in purpose)
        {
            hash = (hash ^ character) * 0x0000_0100_0000_01B3;
        }

        return Derive(hash, SplitByName);
    }

    /// <summary>An independent source for a part of the work, by number: an epoch, a step, a sample.</summary>
    public RandomSource Split(long number) => Derive((ulong)number, SplitByNumber);

    /// <summary>The random word at an index of zero or more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is negative; so with all draws.</exception>
    public uint Bits(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return Philox.Block(key, BlockOf(index), stream)[(int)(index >> 4 & 3)];
    }

    /// <summary>A number in [0, 1), a multiple of 2⁻²⁴.</summary>
    public float UniformSingle(long index) => ToUniform(Bits(index));

    /// <summary>A number in [0, 1), a multiple of 2⁻⁵³.</summary>
    public double UniformDouble(long index)
    {
        var (group, place) = (index >> 5 << 6, index & 31);
        var word = group + (place >> 4 << 5) + (place & 15);
        return ToUniform(Bits(word), Bits(word + 16));
    }

    /// <summary>A normal number of mean 0 and variance 1.</summary>
    public float NormalSingle(long index)
    {
        var first = index & ~32;
        var (cosine, sine) = BoxMuller.Transform<Lane<float>>(
            new(ToOpenUniform(Bits(first))),
            new(ToQuarterTurns(Bits(first + 32)))
        );
        return ((index & 32) == 0 ? cosine : sine).Value;
    }

    /// <summary>A normal number of mean 0 and variance 1.</summary>
    public double NormalDouble(long index)
    {
        var first = index & ~16;
        var u = UniformDouble(first) + HalfStep;
        var (cosine, sine) = BoxMuller.Transform<Lane<double>>(new(u), new(4 * UniformDouble(first + 16)));
        return ((index & 16) == 0 ? cosine : sine).Value;
    }

    /// <summary>A whole number from 0 to before <paramref name="bound"/>, all equally likely.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bound is less than 1.</exception>
    public long Below(long bound, long index)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(index);

        // The upper half of a 128-bit product; the few products that would favour some results are drawn again
        // (Lemire, Fast random integer generation in an interval, 2019).
        var range = (ulong)bound;
        var unfair = (0 - range) % range;
        for (var source = this; ; source = source.Split(index))
        {
            var words = Philox
                .Block(source.key, (ulong)index & (SplitByName - 1) | BoundedDraw, source.stream)
                .AsUInt64();
            for (var half = 0; half < 2; half++)
            {
                var result = Math.BigMul(words[half], range, out var low);
                if (low >= unfair)
                {
                    return (long)result;
                }
            }
        }
    }

    /// <summary>The numbers from 0 to before <paramref name="count"/> in random order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public int[] Permutation(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var order = new int[count];
        for (var i = 0; i < count; i++)
        {
            order[i] = i;
        }

        Shuffle(order.AsSpan());
        return order;
    }

    /// <summary>Puts items in random order, every order equally likely (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var other = (int)Below(last + 1, last);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    /// <inheritdoc/>
    public bool Equals(RandomSource other) => key == other.key && stream == other.stream;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RandomSource other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(key, stream);

    /// <summary>Whether two sources give the same numbers.</summary>
    public static bool operator ==(RandomSource left, RandomSource right) => left.Equals(right);

    /// <summary>Whether two sources give different numbers.</summary>
    public static bool operator !=(RandomSource left, RandomSource right) => !left.Equals(right);

    private static ulong BlockOf(long index) => (ulong)(index >> 6 << 4 | index & 15);

    private RandomSource Derive(ulong part, ulong use)
    {
        // Two steps, so that all 64 bits of the part count although the use takes the counter's upper bits.
        var low = Philox.Block(key, part & uint.MaxValue | use, stream).AsUInt64();
        var both = Philox.Block(low[0], part >> 32 | use, low[1]).AsUInt64();
        return new(both[0], both[1]);
    }
}
