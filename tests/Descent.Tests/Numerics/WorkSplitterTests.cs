using System.Collections.Concurrent;
using Descent.Numerics;

namespace Descent.Tests.Numerics;

/// <summary>Tests that set the number of threads run alone.</summary>
[CollectionDefinition("Threads", DisableParallelization = true)]
public sealed class ThreadsCollection;

[Collection("Threads")]
public sealed class WorkSplitterTests : IDisposable
{
    private readonly int threadsBefore = WorkSplitter.Threads;

    public void Dispose()
    {
        WorkSplitter.ForceSharing = false;
        WorkSplitter.Threads = threadsBefore;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void EveryItem_IsDoneOnce_InChunksOfTheGrain(int threads)
    {
        WorkSplitter.Threads = threads;
        foreach (var (count, grain) in new[] { (0L, 5L), (1, 5), (5, 5), (6, 5), (1000, 7), (64, 1), (3, 100) })
        {
            for (var repeat = 0; repeat < 20; repeat++)
            {
                var chunks = new ConcurrentBag<(long Start, long End)>();
                WorkSplitter.For(count, grain, new Collect(chunks));
                var expected = new List<(long, long)>();
                for (var start = 0L; start < count; start += grain)
                {
                    expected.Add((start, Math.Min(count, start + grain)));
                }

                Assert.Equal(expected, chunks.Order());
            }
        }
    }

    [Fact]
    public void ForcedSharing_MakesWorkersWork()
    {
        WorkSplitter.Threads = 3;
        WorkSplitter.ForceSharing = true;
        _ = WorkerPool.TakeParticipants();
        var threads = new ConcurrentDictionary<int, bool>();
        for (var repeat = 0; repeat < 50; repeat++)
        {
            WorkSplitter.For(64, 1, new NoteThread(threads));
        }

        Assert.True(threads.Count >= 2);
        Assert.True(WorkerPool.TakeParticipants() >= 1);
    }

    [Fact]
    public void SeveralCallers_WorkAtOnce()
    {
        WorkSplitter.Threads = 2;
        var sums = new long[12];
        var callers = Enumerable
            .Range(0, sums.Length)
            .Select(i => new Thread(() =>
            {
                for (var repeat = 0; repeat < 100; repeat++)
                {
                    WorkSplitter.For(100, 3, new Sum(sums, i));
                }
            }))
            .ToList();
        callers.ForEach(thread => thread.Start());
        callers.ForEach(thread => thread.Join());
        Assert.All(sums, sum => Assert.Equal(100 * 4950, sum));
    }

    [Fact]
    public void NestedCalls_RunOnTheSameThread()
    {
        WorkSplitter.Threads = 4;
        WorkSplitter.ForceSharing = true;
        var strangers = new ConcurrentBag<int>();
        var sums = new long[1];
        WorkSplitter.For(40, 1, new Nest(strangers, sums));
        Assert.Empty(strangers);
        Assert.Equal(40 * 45, sums[0]);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(4, 37)]
    [InlineData(4, 63)]
    public void AnException_ReachesTheCaller_AndThePoolGoesOn(int threads, long where)
    {
        WorkSplitter.Threads = threads;
        for (var repeat = 0; repeat < 20; repeat++)
        {
            var caught = Assert.Throws<InvalidOperationException>(() => WorkSplitter.For(64, 1, new Fail(where)));
            Assert.Equal("body", caught.Message);
            var sums = new long[1];
            WorkSplitter.For(100, 1, new Sum(sums, 0));
            Assert.Equal(4950, sums[0]);
        }
    }

    [Fact]
    public void SteadyDispatch_AllocatesNothing()
    {
        WorkSplitter.Threads = 2;
        var sums = new long[1];
        WorkSplitter.For(100, 1, new Sum(sums, 0));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var repeat = 0; repeat < 1000; repeat++)
        {
            WorkSplitter.For(8, 1, new Sum(sums, 0));
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }

    [Fact]
    public void ParkedWorkers_WakeForLongWork()
    {
        Assert.SkipUnless(Environment.ProcessorCount > 1, "no more threads are woken than there are processors");
        WorkSplitter.Threads = 2;
        var threads = new ConcurrentDictionary<int, bool>();
        for (var repeat = 0; repeat < 5; repeat++)
        {
            // Long enough for the workers to park in between.
            Thread.Sleep(20);
            WorkSplitter.For(40, 1, new Slow(threads));
        }

        Assert.Equal(2, threads.Count);
    }

    [Theory]
    [InlineData("3", 3)]
    [InlineData(null, 5)]
    [InlineData("  ", 5)]
    public void Setting_GivesTheNumberOfThreads(string? setting, int expected) =>
        Assert.Equal(expected, WorkSplitter.ParseThreads(setting, 5));

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("two")]
    [InlineData("1.5")]
    [InlineData("9999")]
    public void InvalidSetting_SaysWhatIsWrong(string setting)
    {
        var error = Assert.Throws<FormatException>(() => WorkSplitter.ParseThreads(setting, 5));
        Assert.Contains("DESCENT_THREADS", error.Message, StringComparison.Ordinal);
        Assert.Contains($"'{setting}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void InvalidArguments_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => WorkSplitter.Threads = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => WorkSplitter.For(10, 0, new Sum(new long[1], 0)));
    }

    private readonly struct Collect(ConcurrentBag<(long, long)> chunks) : IRangeBody
    {
        public void Invoke(long start, long end) => chunks.Add((start, end));
    }

    private readonly struct NoteThread(ConcurrentDictionary<int, bool> threads) : IRangeBody
    {
        public void Invoke(long start, long end) => threads[Environment.CurrentManagedThreadId] = true;
    }

    private readonly struct Slow(ConcurrentDictionary<int, bool> threads) : IRangeBody
    {
        public void Invoke(long start, long end)
        {
            threads[Environment.CurrentManagedThreadId] = true;
            Thread.Sleep(1);
        }
    }

    private readonly struct Sum(long[] sums, int place) : IRangeBody
    {
        public void Invoke(long start, long end)
        {
            for (var i = start; i < end; i++)
            {
                Interlocked.Add(ref sums[place], i);
            }
        }
    }

    private readonly struct Nest(ConcurrentBag<int> strangers, long[] sums) : IRangeBody
    {
        public void Invoke(long start, long end)
        {
            WorkSplitter.For(10, 1, new Check(Environment.CurrentManagedThreadId, strangers));
            WorkSplitter.For(10, 1, new Sum(sums, 0));
        }
    }

    private readonly struct Check(int thread, ConcurrentBag<int> strangers) : IRangeBody
    {
        public void Invoke(long start, long end)
        {
            if (Environment.CurrentManagedThreadId != thread)
            {
                strangers.Add(Environment.CurrentManagedThreadId);
            }
        }
    }

    private readonly struct Fail(long where) : IRangeBody
    {
        public void Invoke(long start, long end)
        {
            if (start == where)
            {
                throw new InvalidOperationException("body");
            }
        }
    }
}
