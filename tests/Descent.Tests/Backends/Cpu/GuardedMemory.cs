using System.Numerics;
using System.Runtime.InteropServices;

namespace Descent.Tests.Backends.Cpu;

/// <summary>Unaligned native memory between two guard zones that must not change.</summary>
internal sealed unsafe class GuardedMemory<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Guard = 37;
    private readonly T* start;

    public GuardedMemory(long length)
    {
        Length = checked((int)length);
        start = (T*)NativeMemory.AlignedAlloc((nuint)((Length + 2 * Guard) * sizeof(T)), 64);
        new Span<T>(start, Length + 2 * Guard).Fill(T.NaN);
    }

    public int Length { get; }

    public T* Pointer => start + Guard;

    public Span<T> Values => new(Pointer, Length);

    public static GuardedMemory<T> Random(long length, Random random)
    {
        var memory = new GuardedMemory<T>(length);
        foreach (ref var value in memory.Values)
        {
            value = T.CreateTruncating(2 * random.NextDouble() - 1);
        }

        return memory;
    }

    /// <summary>The bytes, so that equality is equality of bits; checks the guards.</summary>
    public byte[] Bytes()
    {
        Assert.All(
            new Span<T>(start, Guard).ToArray(),
            value => Assert.True(T.IsNaN(value), "written before the start")
        );
        Assert.All(
            new Span<T>(Pointer + Length, Guard).ToArray(),
            value => Assert.True(T.IsNaN(value), "written past the end")
        );
        return MemoryMarshal.AsBytes(Values).ToArray();
    }

    public void Dispose() => NativeMemory.AlignedFree(start);
}
