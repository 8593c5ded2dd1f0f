namespace Descent.Backends;

/// <summary>A piece of memory on a device, shared by a tensor and its views.</summary>
/// <remarks>
/// A storage is reused: when a training step ends, its memory goes back and <see cref="Generation"/> rises, so that a
/// tensor left over from the step can tell. Outside a step the finalizer gives the memory back.
/// </remarks>
public sealed class Storage
{
    /// <summary>Smaller pieces, in bytes, cost more to give back before a step ends than they are worth.</summary>
    internal const long LeastToGiveBack = 1 << 16;

    private const int Stays = -1;
    private readonly Backend backend;

    internal Storage(Backend backend) => this.backend = backend;

    /// <summary>Whether a training step takes the memory back at its end.</summary>
    internal bool IsRecycled { get; set; }

    internal Backend Backend => backend;

    /// <summary>Where the memory starts on its device; zero while there is none.</summary>
    public nint Address { get; private set; }

    /// <summary>Its length in bytes.</summary>
    public long ByteLength { get; private set; }

    /// <summary>How often the memory was given back; what a tensor remembers to notice that its storage is gone.</summary>
    public int Generation { get; private set; }

    /// <summary>Counts the changes of the content where its owner tells of them, as a parameter does; zero where nobody does.</summary>
    internal long Version { get; private set; }

    /// <summary>What a backend made of the content for later calls; goes when the content changes, and with the storage.</summary>
    internal object? Derived { get; set; }

    /// <summary>How many gradients lie here that backward has not used yet; below zero where the memory stays until its step ends.</summary>
    internal int Waiting { get; set; } = Stays;

    /// <summary>Gives the memory back to the device, once.</summary>
    ~Storage() => Free();

    /// <summary>Ends the life of what lies in the memory, and keeps the memory.</summary>
    internal void Expire() => Generation++;

    /// <summary>Keeps the memory until its step ends.</summary>
    internal void Stay() => Waiting = Stays;

    /// <summary>Keeps the memory until <see cref="LetGo"/> was called as often.</summary>
    internal void Await()
    {
        if (Waiting != Stays)
        {
            Waiting++;
        }
    }

    /// <summary>Ends a wait; who calls <see cref="Free"/> when none is left is the tape.</summary>
    internal void LetGo()
    {
        if (Waiting != Stays)
        {
            Waiting--;
        }
    }

    /// <summary>Notes that the content is another one.</summary>
    internal void Change()
    {
        Version++;
        Derived = null;
    }

    internal void Occupy(nint address, long byteLength)
    {
        Address = address;
        ByteLength = byteLength;
    }

    /// <summary>Gives the memory back now and leaves this object empty, ready to be occupied again.</summary>
    internal void Free()
    {
        if (Address != 0)
        {
            backend.Release(Address, ByteLength);
            Address = 0;
            ByteLength = 0;
            Generation++;
            Waiting = Stays;
        }
    }
}
