using Descent.Backends;
using Descent.Numerics;

namespace Descent;

/// <summary>Small pieces of memory that a tape keeps from step to step: no other thread wants them, so that they change hands without a lock.</summary>
internal sealed class SmallBlocks
{
    private const long MostBytes = 16 << 10;

    private readonly Stack<Storage>?[] kept = new Stack<Storage>?[BufferPool.ClassOf(MostBytes) + 1];

    /// <summary>A kept piece of the right size; null when there is none.</summary>
    public Storage? Take(Backend backend, long byteLength)
    {
        if (byteLength > MostBytes || kept[BufferPool.ClassOf(byteLength)] is not { Count: > 0 } free)
        {
            return null;
        }

        var storage = free.Peek();
        if (storage.Backend != backend)
        {
            return null;
        }

        storage.Occupy(storage.Address, byteLength);
        return free.Pop();
    }

    /// <summary>Keeps the memory of a storage whose content is no longer used; false when it is too large for that.</summary>
    public bool TryKeep(Storage storage)
    {
        if (storage.ByteLength > MostBytes)
        {
            return false;
        }

        storage.Expire();
        (kept[BufferPool.ClassOf(storage.ByteLength)] ??= []).Push(storage);
        return true;
    }
}
