namespace Descent.Numerics;

/// <summary>NumPy's legacy generator (<c>numpy.random.seed</c>, <c>RandomState</c>), number for number: to repeat what was computed in Python.</summary>
/// <remarks>
/// <para>The Mersenne Twister MT19937 (Matsumoto, Nishimura, 1998) with the sequences of <c>RandomState</c>, which NumPy
/// keeps unchanged. Normal numbers go through the platform's logarithm, so off Linux x64 they may differ by one unit in
/// the last place. For new work use <see cref="RandomSource"/>.</para>
/// <para>Not safe for use by several threads at once: each number depends on those drawn before.</para>
/// </remarks>
public sealed class NumpyRandom
{
    private const int StateSize = 624;
    private const int Shift = 397;

    private readonly uint[] state = new uint[StateSize];
    private int place;
    private double spare;
    private bool hasSpare;

    /// <summary>Starts as <c>numpy.random.seed(seed)</c> does.</summary>
    public NumpyRandom(uint seed) => Seed(seed);

    /// <summary>Starts as <c>numpy.random.seed(array)</c> does.</summary>
    /// <exception cref="ArgumentException">The array is empty.</exception>
    public NumpyRandom(ReadOnlySpan<uint> seed)
    {
        if (seed.IsEmpty)
        {
            throw new ArgumentException("A seed array has at least one number.", nameof(seed));
        }

        Seed(19650218);
        int i = 1,
            j = 0;
        for (var k = Math.Max(StateSize, seed.Length); k > 0; k--)
        {
            state[i] = (state[i] ^ ((state[i - 1] ^ (state[i - 1] >> 30)) * 1664525)) + seed[j] + (uint)j;
            i = Advance(i);
            j = (j + 1) % seed.Length;
        }

        for (var k = StateSize - 1; k > 0; k--)
        {
            state[i] = (state[i] ^ ((state[i - 1] ^ (state[i - 1] >> 30)) * 1566083941)) - (uint)i;
            i = Advance(i);
        }

        state[0] = 0x8000_0000;
    }

    /// <summary>Starts again, as <c>seed(seed)</c>.</summary>
    public void Seed(uint seed)
    {
        for (var i = 0; i < StateSize; i++)
        {
            state[i] = seed;
            seed = 1812433253 * (seed ^ (seed >> 30)) + (uint)i + 1;
        }

        place = StateSize;
        hasSpare = false;
    }

    /// <summary>A number in [0, 1), as <c>rand()</c>.</summary>
    public double Rand() => ((NextWord() >> 5) * 67108864.0 + (NextWord() >> 6)) / 9007199254740992.0;

    /// <summary>Numbers in [0, 1), as <c>rand(count)</c>; a shape is filled in row-major order.</summary>
    public double[] Rand(int count) => Draw(count, static random => random.Rand());

    /// <summary>A number in [low, high), as <c>uniform(low, high)</c>.</summary>
    public double Uniform(double low, double high) => low + (high - low) * Rand();

    /// <summary>Numbers in [low, high), as <c>uniform(low, high, count)</c>.</summary>
    public double[] Uniform(double low, double high, int count) => Draw(count, random => random.Uniform(low, high));

    /// <summary>A number of mean 0 and variance 1, as <c>randn()</c>.</summary>
    public double RandN()
    {
        if (hasSpare)
        {
            hasSpare = false;
            return spare;
        }

        // Marsaglia's polar method gives two; the first of them waits for the next call.
        double x,
            y,
            square;
        do
        {
            x = 2.0 * Rand() - 1.0;
            y = 2.0 * Rand() - 1.0;
            square = x * x + y * y;
        } while (square >= 1.0 || square == 0.0);

        var factor = Math.Sqrt(-2.0 * Math.Log(square) / square);
        spare = factor * x;
        hasSpare = true;
        return factor * y;
    }

    /// <summary>Numbers of mean 0 and variance 1, as <c>randn(count)</c>; a shape is filled in row-major order.</summary>
    public double[] RandN(int count) => Draw(count, static random => random.RandN());

    /// <summary>A normal number, as <c>normal(mean, standardDeviation)</c>.</summary>
    public double Normal(double mean, double standardDeviation) => mean + standardDeviation * RandN();

    /// <summary>Normal numbers, as <c>normal(mean, standardDeviation, count)</c>.</summary>
    public double[] Normal(double mean, double standardDeviation, int count) =>
        Draw(count, random => random.Normal(mean, standardDeviation));

    /// <summary>A whole number from low to before high, as <c>randint(low, high)</c>.</summary>
    /// <exception cref="ArgumentException">High is not above low.</exception>
    public long RandInt(long low, long high)
    {
        if (high <= low)
        {
            throw new ArgumentException($"RandInt: no whole number from {low} to before {high}.");
        }

        return (long)((ulong)low + Interval((ulong)high - 1 - (ulong)low));
    }

    /// <summary>Whole numbers from low to before high, as <c>randint(low, high, count)</c>.</summary>
    public long[] RandInt(long low, long high, int count) => Draw(count, random => random.RandInt(low, high));

    /// <summary>Draws from the numbers 0 to before <paramref name="n"/>, as <c>choice(n, size, replace, p)</c>.</summary>
    /// <param name="n">How many there are to draw from.</param>
    /// <param name="size">How many to draw.</param>
    /// <param name="replace">Whether a number can be drawn again.</param>
    /// <param name="probabilities">The probability of each number; null for all the same.</param>
    /// <exception cref="ArgumentException">Nothing to draw from, more draws than numbers without replacement, or probabilities that are not n numbers of zero or more with sum 1.</exception>
    public int[] Choice(int n, int size, bool replace = true, double[]? probabilities = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        CheckProbabilities(n, probabilities);
        if (!replace && size > (probabilities?.Count(p => p > 0) ?? n))
        {
            throw new ArgumentException($"Choice: cannot draw {size} of {n} without replacement.", nameof(size));
        }

        return (replace, probabilities) switch
        {
            (true, null) => Draw(size, random => (int)random.RandInt(0, n)),
            (true, _) => Search(Cumulate(probabilities), Rand(size)),
            (false, null) => Permutation(n)[..size],
            (false, _) => ChooseDistinct(size, [.. probabilities]),
        };
    }

    /// <summary>Puts items in random order, as <c>shuffle(items)</c>; along the first axis for rows.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var other = (int)Interval((ulong)last);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    /// <summary>The numbers from 0 to before <paramref name="n"/> in random order, as <c>permutation(n)</c>.</summary>
    public int[] Permutation(int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        var order = new int[n];
        for (var i = 0; i < n; i++)
        {
            order[i] = i;
        }

        Shuffle(order.AsSpan());
        return order;
    }

    private static void CheckProbabilities(int n, double[]? probabilities)
    {
        if (probabilities is null)
        {
            return;
        }

        if (probabilities.Length != n)
        {
            throw new ArgumentException($"Choice: {probabilities.Length} probabilities for {n} numbers.");
        }

        if (!probabilities.All(p => p >= 0) || Math.Abs(probabilities.Sum() - 1) > 1.5e-8)
        {
            throw new ArgumentException("Choice: probabilities are zero or more and have the sum 1.");
        }
    }

    private static double[] Cumulate(double[] probabilities)
    {
        var sums = new double[probabilities.Length];
        var sum = 0.0;
        for (var i = 0; i < sums.Length; i++)
        {
            sum += probabilities[i];
            sums[i] = sum;
        }

        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] /= sum;
        }

        return sums;
    }

    /// <summary>For each sample the number of sums that are not above it.</summary>
    private static int[] Search(double[] sums, double[] samples) =>
        Array.ConvertAll(
            samples,
            sample =>
            {
                int low = 0,
                    high = sums.Length;
                while (low < high)
                {
                    var middle = (low + high) / 2;
                    (low, high) = sums[middle] <= sample ? (middle + 1, high) : (low, middle);
                }

                return low;
            }
        );

    /// <summary>Draws in rounds; what a round found has probability zero in the next.</summary>
    private int[] ChooseDistinct(int size, double[] probabilities)
    {
        var found = new List<int>(size);
        while (found.Count < size)
        {
            var samples = Rand(size - found.Count);
            found.ForEach(i => probabilities[i] = 0);
            found.AddRange(Search(Cumulate(probabilities), samples).Distinct());
        }

        return [.. found];
    }

    private TNumber[] Draw<TNumber>(int count, Func<NumpyRandom, TNumber> draw)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var numbers = new TNumber[count];
        for (var i = 0; i < count; i++)
        {
            numbers[i] = draw(this);
        }

        return numbers;
    }

    /// <summary>A whole number from 0 to <paramref name="last"/> itself: bits under a mask, drawn again while too large.</summary>
    private ulong Interval(ulong last)
    {
        if (last == 0)
        {
            return 0;
        }

        var mask = ulong.MaxValue >> System.Numerics.BitOperations.LeadingZeroCount(last);
        ulong value;
        do
        {
            value = NextWord();
            if (last > uint.MaxValue)
            {
                value = value << 32 | NextWord();
            }

            value &= mask;
        } while (value > last);

        return value;
    }

    private uint NextWord()
    {
        if (place == StateSize)
        {
            Twist();
        }

        var word = state[place++];
        word ^= word >> 11;
        word ^= (word << 7) & 0x9D2C_5680;
        word ^= (word << 15) & 0xEFC6_0000;
        return word ^ (word >> 18);
    }

    private void Twist()
    {
        for (var i = 0; i < StateSize; i++)
        {
            var next = i + 1 < StateSize ? i + 1 : 0;
            var far = i + Shift < StateSize ? i + Shift : i + Shift - StateSize;
            var word = (state[i] & 0x8000_0000) | (state[next] & 0x7FFF_FFFF);
            state[i] = state[far] ^ (word >> 1) ^ ((word & 1) * 0x9908_B0DF);
        }

        place = 0;
    }

    private int Advance(int i)
    {
        if (i + 1 < StateSize)
        {
            return i + 1;
        }

        state[0] = state[StateSize - 1];
        return 1;
    }
}
