using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Tests.Numerics;

[Collection("Threads")]
public unsafe class BufferPoolTests
{
    [Fact]
    public void Classes_HoldTheirLength_AndWasteAQuarterAtMost()
    {
        for (var length = 0L; length < 5000; length++)
        {
            Check(length);
        }

        for (var power = 12; power < 50; power++)
        {
            Check((1L << power) - 1);
            Check(1L << power);
            Check((1L << power) + 1);
        }

        static void Check(long length)
        {
            var size = BufferPool.SizeOf(BufferPool.ClassOf(length));
            Assert.True(size >= length);
            Assert.True(size <= Math.Max(64, length + length / 4 + 1), $"{length} bytes take {size}");
        }
    }

    [Fact]
    public void Memory_IsAligned_AndComesBack()
    {
        foreach (var length in new long[] { 0, 1, 100, 4097, 1_000_003 })
        {
            var first = BufferPool.Rent(length);
            Assert.Equal(0, first % 64);
            new Span<byte>((void*)first, (int)length).Fill(1);
            BufferPool.Return(first, length);
            var second = BufferPool.Rent(length);
            Assert.Equal(first, second);
            BufferPool.Return(second, length);
        }
    }

    [Fact]
    public void LongMemory_BeginsAtALargePage_WhereTheSystemHasThem()
    {
        foreach (var length in new long[] { HugePages.Size, HugePages.Size + 1, 5 * HugePages.Size - 3 })
        {
            var address = BufferPool.Rent(length);
            Assert.Equal(0, address % HugePages.AlignmentOf(length, 64));
            Assert.Equal(OperatingSystem.IsLinux() ? HugePages.Size : 64, HugePages.AlignmentOf(length, 64));
            new Span<byte>((void*)address, (int)length).Fill(1);
            BufferPool.Return(address, length);
        }

        Assert.Equal(64, HugePages.AlignmentOf(HugePages.Size - 1, 64));
    }

    [Fact]
    public void Statistics_FollowRentReturnAndTrim()
    {
        const long Length = 80L << 20;
        SettleFinalizers();
        var before = BufferPool.Statistics;
        var address = BufferPool.Rent(Length);
        var during = BufferPool.Statistics;
        Assert.Equal(Length, during.BytesRented - before.BytesRented);
        Assert.True(during.PeakBytesRented >= during.BytesRented);
        Assert.True(during.BytesHeld >= during.BytesRented);
        BufferPool.Return(address, Length);
        Assert.Equal(before.BytesRented, BufferPool.Statistics.BytesRented);
        BufferPool.Trim();
        Assert.True(BufferPool.Statistics.BytesHeld <= during.BytesHeld - Length);
    }

    [Fact]
    public void ManyThreads_NeverShareABlock()
    {
        var failures = 0;
        var threads = Enumerable
            .Range(1, 8)
            .Select(id => new Thread(() =>
            {
                for (var round = 0; round < 3000; round++)
                {
                    var length = 64 + round % 5 * 100;
                    var address = (long*)BufferPool.Rent(length);
                    address[1] = id * 100_000L + round;
                    address[0] = id;
                    Thread.SpinWait(20);
                    if (address[1] != id * 100_000L + round || address[0] != id)
                    {
                        Interlocked.Increment(ref failures);
                    }

                    BufferPool.Return((nint)address, length);
                }
            }))
            .ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.Equal(0, failures);
    }

    [Fact]
    public void GarbageOwners_KeepTheHeldMemoryFlat()
    {
        BufferPool.Trim();
        var before = BufferPool.Statistics.BytesHeld;
        for (var i = 0; i < 2000; i++)
        {
            MakeGarbage(4L << 20);
        }

        // 8 GB were rented in all.
        Assert.InRange(BufferPool.Statistics.BytesHeld - before, 0, 4 * BufferPool.CollectionBudget);
    }

    [Fact]
    public void ImpossibleRequest_SaysHowMuchWasAsked()
    {
        var error = Assert.Throws<InsufficientMemoryException>(() => BufferPool.Rent(1L << 55));
        Assert.Contains("36,028,797,018,963,968 bytes", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => BufferPool.Rent(-1));
    }

    [Fact]
    public void Scratch_GivesItsMemoryBack()
    {
        SettleFinalizers();
        var before = BufferPool.Statistics.BytesRented;
        using (var scratch = new Scratch(1000))
        {
            *(long*)scratch.Pointer = 5;
            Assert.Equal(before + 1024, BufferPool.Statistics.BytesRented);
        }

        Assert.Equal(before, BufferPool.Statistics.BytesRented);
    }

    /// <summary>Lets the garbage of other tests give its memory back before something is counted.</summary>
    internal static void SettleFinalizers()
    {
        for (var round = 0; round < 2; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void MakeGarbage(long length) => _ = new Owner(length);

    private sealed class Owner(long length)
    {
        private readonly nint address = BufferPool.Rent(length);

        ~Owner() => BufferPool.Return(address, length);
    }
}
