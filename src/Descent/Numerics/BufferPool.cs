using System.Runtime.InteropServices;

namespace Descent.Numerics;

/// <summary>Native memory by size class: what tensors and kernels use instead of arrays of the garbage collector.</summary>
public static unsafe class BufferPool
{
    /// <summary>Takes 64-byte aligned memory of at least the given length; its content is whatever was there before.</summary>
    public static nint Rent(long byteLength) => (nint)NativeMemory.AlignedAlloc((nuint)Math.Max(byteLength, 64), 64);

    /// <summary>Gives memory back; the length is the one that was asked for.</summary>
    public static void Return(nint address, long byteLength) => NativeMemory.AlignedFree((void*)address);
}

/// <summary>Memory that a kernel needs while it runs: <c>using var scratch = new Scratch(bytes);</c></summary>
public readonly unsafe ref struct Scratch : IDisposable
{
    private readonly nint address;
    private readonly long byteLength;

    /// <summary>Rents memory from the pool; its content is undefined.</summary>
    public Scratch(long byteLength)
    {
        address = BufferPool.Rent(byteLength);
        this.byteLength = byteLength;
    }

    /// <summary>The first byte, aligned to 64.</summary>
    public void* Pointer => (void*)address;

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => BufferPool.Return(address, byteLength);
}
