using Descent.Backends.Cpu;
using Descent.Numerics;

namespace Descent.Tests.Backends.Cpu;

/// <summary>Rows written past the cache are those written through it, wherever they begin.</summary>
public unsafe class RowMapTests
{
    [Fact]
    public void StreamedRowsAreTheSame()
    {
        foreach (var count in new[] { 1, 5, 16, 17, 31, 64, 100 })
        {
            for (var offset = 0; offset < 17; offset++)
            {
                Compare<Lanes512<float>, float>(count, offset);
                Compare<Lanes256<float>, float>(count, offset);
                Compare<Lanes128<double>, double>(count, offset);
                Compare<Lane<float>, float>(count, offset);
            }
        }
    }

    private static void Compare<T, TElement>(int count, int offset)
        where T : struct, IMemoryLanes<T, TElement>
        where TElement : unmanaged, System.Numerics.IFloatingPointIeee754<TElement>
    {
        using var x = GuardedMemory<TElement>.Random(offset + count, new Random(count));
        using var expected = GuardedMemory<TElement>.Random(offset + count, new Random(1));
        using var actual = GuardedMemory<TElement>.Random(offset + count, new Random(1));
        var term = new Scaled<T>(T.Constant(3));
        var from = x.Pointer + offset;
        RowMap.Run<Scaled<T>, T, TElement>(from, null, expected.Pointer + offset, count, term);
        RowMap.Run<Scaled<T>, T, TElement>(from, null, actual.Pointer + offset, count, term, streams: true);
        LaneMemory.EndStream();
        Assert.Equal(expected.Bytes(), actual.Bytes());
        Assert.Equal(TElement.CreateTruncating(3) * x.Values[^1], actual.Values[^1]);
    }
}
