using Descent.Data;

namespace Descent.Tests.Data;

public class DataLoaderTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void CoversEverySampleOnceInBatches(int prefetch)
    {
        var loader = Numbers(10, 4, prefetch: prefetch);

        Assert.Equal(3, loader.BatchCount);
        Assert.Equal(
            [
                [0, 1, 2, 3],
                [4, 5, 6, 7],
                [8, 9],
            ],
            loader
        );
    }

    [Fact]
    public void DropsAShortLastBatch()
    {
        Assert.Equal(
            [
                [0, 1, 2, 3],
                [4, 5, 6, 7],
            ],
            Numbers(10, 4, dropLast: true)
        );
        Assert.Equal(2, Numbers(8, 4, dropLast: true).Count());
        Assert.Empty(Numbers(3, 4, dropLast: true));
        Assert.Empty(Numbers(0, 4));
    }

    [Fact]
    public void ShufflesByASeedAndAnewEachEpoch()
    {
        var loader = Numbers(1000, 64, shuffle: true, seed: 5);
        var again = Numbers(1000, 7, shuffle: true, seed: 5, prefetch: 0);
        var first = loader.SelectMany(batch => batch).ToArray();
        var second = loader.SelectMany(batch => batch).ToArray();

        Assert.Equal(Enumerable.Range(0, 1000), first.Order());
        Assert.Equal(Enumerable.Range(0, 1000), second.Order());
        Assert.NotEqual(first, second);
        Assert.Equal(first, again.SelectMany(batch => batch));
        Assert.Equal(second, again.SelectMany(batch => batch));
        Assert.NotEqual(first, Numbers(1000, 64, shuffle: true, seed: 6).SelectMany(batch => batch));
    }

    [Fact]
    public void EveryOrderIsEquallyLikely()
    {
        // 24 orders of four samples over 4,800 epochs: the χ² of 23 degrees of freedom stays under 60 (p ≈ 3e-5).
        var loader = Numbers(4, 4, shuffle: true, prefetch: 0);
        var counts = new Dictionary<string, int>();
        for (var epoch = 0; epoch < 4800; epoch++)
        {
            var order = string.Join(',', loader.Single());
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(24, counts.Count);
        Assert.True(counts.Values.Sum(count => (count - 200.0) * (count - 200.0) / 200.0) < 60);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void GoesOnFromASavedPosition(int prefetch)
    {
        var loader = Numbers(100, 8, shuffle: true, seed: 3, prefetch: prefetch);
        var all = loader.Concat(loader).ToArray();
        var resumed = Numbers(100, 8, shuffle: true, seed: 3, prefetch: prefetch);
        Assert.Equal(default, resumed.Position);
        _ = resumed.Count();
        var batches = 0;
        foreach (var batch in resumed)
        {
            if (++batches == 4)
            {
                break;
            }
        }

        var saved = resumed.Position;
        Assert.Equal(new LoaderPosition(1, 4), saved);

        var other = Numbers(100, 8, shuffle: true, seed: 3, prefetch: prefetch);
        other.Position = saved;
        Assert.Equal(all[17..], other);
        Assert.Equal(new LoaderPosition(2, 0), other.Position);
        Assert.NotEqual(all[..13], other);
    }

    [Fact]
    public void ALoopLeftEarlyIsFollowedByANewEpoch()
    {
        var loader = Numbers(100, 8, shuffle: true);
        var expected = Numbers(100, 8, shuffle: true);
        _ = loader.First();
        _ = expected.Count();

        Assert.Equal(expected.ToArray(), loader);
    }

    [Fact]
    public void TellsTheMakerTheEpoch()
    {
        var loader = new DataLoader<long>(4, 2, (_, epoch) => epoch);

        Assert.Equal([0, 0], loader);
        Assert.Equal([1, 1], loader);
        loader.Position = new LoaderPosition(7, 1);
        Assert.Equal([7], loader);
        Assert.Equal([8, 8], loader);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void AnErrorComesWhereItsBatchWouldHaveCome(int prefetch)
    {
        var loader = new DataLoader<int>(
            10,
            1,
            (samples, _) => samples[0] < 3 ? samples[0] : throw new InvalidOperationException("sample 3"),
            prefetch: prefetch
        );
        var seen = new List<int>();

        var error = Assert.Throws<InvalidOperationException>(() => loader.Select(Keep).Count());

        Assert.Equal("sample 3", error.Message);
        Assert.Equal([0, 1, 2], seen);

        int Keep(int sample)
        {
            seen.Add(sample);
            return sample;
        }
    }

    [Fact]
    public void LeavingEarlyStopsTheThread()
    {
        Thread? maker = null;
        var made = 0;
        var loader = new DataLoader<int>(
            1000,
            1,
            (samples, _) =>
            {
                maker = Thread.CurrentThread;
                made++;
                return samples[0];
            },
            prefetch: 2
        );

        foreach (var sample in loader)
        {
            if (sample == 5)
            {
                break;
            }
        }

        Assert.NotSame(Thread.CurrentThread, maker);
        Assert.False(maker!.IsAlive);
        Assert.InRange(made, 6, 9);
    }

    [Fact]
    public void MakesNoMoreAheadThanAsked()
    {
        var made = 0;
        var loader = new DataLoader<int>(100, 1, (samples, _) => Interlocked.Increment(ref made), prefetch: 3);
        var taken = 0;
        foreach (var _ in loader)
        {
            taken++;
            // Three wait ready at most; a fourth is made only when a place falls free.
            Assert.InRange(Volatile.Read(ref made), taken, taken + 3);
        }

        Assert.Equal(100, made);
    }

    [Fact]
    public void LoopsInsideEachOtherDoNotDisturb()
    {
        var loader = Numbers(20, 4, shuffle: true);
        foreach (var outer in loader)
        {
            Assert.Equal(Enumerable.Range(0, 20), loader.SelectMany(batch => batch).Order());
            Assert.Equal(4, outer.Length);
        }
    }

    [Fact]
    public void RefusesSenselessCounts()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Numbers(10, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Numbers(-1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Numbers(10, 4).Position = new LoaderPosition(0, 4));
    }

    private static DataLoader<int[]> Numbers(
        int count,
        int batchSize,
        bool shuffle = false,
        long seed = 0,
        bool dropLast = false,
        int prefetch = 2
    ) => new(count, batchSize, (samples, _) => samples.ToArray(), shuffle, seed, dropLast, prefetch);
}
