using Descent.Data;
using FsCheck;
using FsCheck.Fluent;

namespace Descent.Tests.Data;

public class LengthSamplerTests
{
    [Fact]
    public void Every_epoch_has_each_sample_once_in_batches_of_near_lengths()
    {
        var sets =
            from lengths in Gen.Choose(0, 40).ArrayOf()
            from batchSize in Gen.Choose(1, 9)
            from percent in Gen.Choose(0, 60)
            from shuffle in Gen.Elements(true, false)
            select (Lengths: lengths, BatchSize: batchSize, Share: percent / 100.0, Shuffle: shuffle);

        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(1, 3).WithQuietOnSuccess(true),
            Prop.ForAll(
                sets.ToArbitrary(),
                set =>
                {
                    var sampler = new LengthSampler(set.Lengths, set.BatchSize, set.Share, set.Shuffle, seed: 4);
                    foreach (var epoch in (long[])[0, 1])
                    {
                        var batches = Epoch(sampler, epoch);
                        Assert.Equal(
                            Enumerable.Range(0, set.Lengths.Length),
                            batches.SelectMany(batch => batch).Order()
                        );
                        foreach (var batch in batches)
                        {
                            Assert.InRange(batch.Length, 1, set.BatchSize);
                            var (shortest, longest) = (batch.Min(Length), batch.Max(Length));
                            Assert.True(longest * (1 - set.Share) <= shortest, $"{shortest} beside {longest}");
                        }
                    }

                    int Length(int sample) => set.Lengths[sample];
                }
            )
        );
    }

    [Fact]
    public void Without_padding_a_batch_has_one_length()
    {
        int[] lengths = [3, 5, 3, 5, 5, 9, 3, 5];
        var sampler = new LengthSampler(lengths, batchSize: 3, maxPadding: 0);

        Assert.Equal(4, sampler.BatchCount);
        Assert.Equal(
            [
                [0, 2, 6],
                [1, 3],
                [4, 7],
                [5],
            ],
            Epoch(sampler, 0)
        );
    }

    [Fact]
    public void The_order_depends_on_seed_and_epoch_alone()
    {
        int[] lengths = [.. Enumerable.Range(0, 300).Select(sample => sample % 7)];
        var sampler = Make(seed: 5);
        var first = Epoch(sampler, 0);
        var second = Epoch(sampler, 1);

        Assert.NotEqual(first, second);
        Assert.NotEqual(first, Epoch(Make(seed: 6), 0));
        Assert.Equal(second, Epoch(Make(seed: 5), 1));
        Assert.Equal(first, Epoch(sampler, 0));

        // Both the batches and what they are made of change places.
        Assert.NotEqual(first.Select(batch => lengths[batch[0]]), second.Select(batch => lengths[batch[0]]));
        Assert.NotEqual(Sorted(first), Sorted(second));

        LengthSampler Make(long seed) => new(lengths, 16, shuffle: true, seed: seed);
        static IEnumerable<string> Sorted(int[][] batches) =>
            batches.Select(batch => string.Join(',', batch.Order())).Order(StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Its_loader_makes_an_epoch_a_loop_and_goes_on_from_a_saved_position(int prefetch)
    {
        int[] lengths = [.. Enumerable.Range(0, 50).Select(sample => sample % 4)];
        var sampler = new LengthSampler(lengths, 8, shuffle: true, seed: 1);
        var loader = Loader();
        var all = loader.Concat(loader).ToArray();

        Assert.Equal([.. Epoch(sampler, 0), .. Epoch(sampler, 1)], all);

        var resumed = Loader();
        resumed.Position = new LoaderPosition(1, 3);
        Assert.Equal(all[(sampler.BatchCount + 3)..], resumed);

        DataLoader<int[]> Loader() => sampler.Loader((samples, _) => samples.ToArray(), prefetch);
    }

    [Fact]
    public void Nonsense_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new LengthSampler([1, -1], 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LengthSampler([1], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LengthSampler([1], 1, maxPadding: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LengthSampler([1], 1, maxPadding: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LengthSampler([1], 1).Batch(0, 1));
        Assert.Equal(0, new LengthSampler([], 4).BatchCount);
    }

    private static int[][] Epoch(LengthSampler sampler, long epoch) =>
        [.. Enumerable.Range(0, sampler.BatchCount).Select(number => sampler.Batch(epoch, number).ToArray())];
}
