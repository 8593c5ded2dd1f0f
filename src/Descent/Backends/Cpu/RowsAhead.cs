using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Descent.Backends.Cpu;

/// <summary>Rows of several planes that are read soon: asked for a few lines at a time, between tiles, so that they are in the second-level cache by then.</summary>
internal unsafe struct RowsAhead<TElement>
    where TElement : unmanaged
{
    private TElement* from;
    private readonly long plane;
    private readonly long length;
    private long done;
    private int planes;

    /// <summary><paramref name="length"/> elements from the same place of each plane.</summary>
    public RowsAhead(TElement* from, int planes, long plane, long length)
    {
        this.from = from;
        this.planes = length > 0 && Sse.IsSupported ? planes : 0;
        this.plane = plane;
        this.length = length;
    }

    /// <summary>Elements to ask for when there are so many tiles.</summary>
    public readonly long Portion(int tiles) => (planes * length + tiles - 1) / Math.Max(1, tiles);

    /// <summary>Asks for the next of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Ask(long portion)
    {
        for (; portion > 0 && planes > 0; portion -= 64 / sizeof(TElement))
        {
            Sse.Prefetch1(from + done);
            done += 64 / sizeof(TElement);
            if (done >= length)
            {
                done = 0;
                planes--;
                from += plane;
            }
        }
    }
}
