namespace Descent.Numerics;

/// <summary>Memory that a kernel needs while it runs: <c>using var scratch = new Scratch(bytes);</c></summary>
public readonly unsafe ref struct Scratch : IDisposable
{
    private readonly nint address;
    private readonly long byteLength;

    /// <summary>Rents memory from the pool; its content is undefined.</summary>
    public Scratch(long byteLength)
    {
        address = BufferPool.Rent(byteLength, comesBack: true);
        this.byteLength = byteLength;
    }

    /// <summary>The first byte, aligned to 64.</summary>
    public void* Pointer => (void*)address;

    /// <summary>Gives the memory back; <c>default</c> has none.</summary>
    public void Dispose()
    {
        if (address != 0)
        {
            BufferPool.Return(address, byteLength);
        }
    }
}
