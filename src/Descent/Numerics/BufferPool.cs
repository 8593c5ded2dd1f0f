using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Descent.Numerics;

/// <summary>Native memory by size class: what tensors and kernels use instead of arrays of the garbage collector.</summary>
/// <remarks>
/// <para>Memory given back is kept and handed out again, because touching fresh memory is what costs. Four classes a
/// doubling waste a quarter at most. Safe to use from every thread, finalizers included.</para>
/// <para>Owners that are garbage give their memory back in their finalizer. The collector cannot see how much native
/// memory hangs on them, so before the pool asks the system for more, it starts a collection if enough was rented
/// since the last one.</para>
/// </remarks>
public static unsafe class BufferPool
{
    private const int Alignment = 64;
    private const int ClassCount = 4 * 58;

    // A free block holds the address of the next one in its first bytes; a lock per class guards the chain.
    private static readonly FreeList[] Free = new FreeList[ClassCount];
    private static long bytesRented;
    private static long bytesHeld;
    private static long peakBytesRented;
    private static long rentedSinceCollection;
    private static long fullCollectionBound;

    /// <summary>How much is in use and how much is held, in bytes of the size classes.</summary>
    public static BufferPoolStatistics Statistics =>
        new(Volatile.Read(ref bytesRented), Volatile.Read(ref bytesHeld), Volatile.Read(ref peakBytesRented));

    /// <summary>Bytes rented between two collections, and left to finalizers, before the pool prefers collecting to growing.</summary>
    internal static long CollectionBudget { get; set; } = 32L << 20;

    /// <summary>Takes 64-byte aligned memory of at least the given length; its content is whatever was there before.</summary>
    /// <param name="byteLength">The length in bytes.</param>
    /// <param name="comesBack">Whether the caller will give it back itself and soon; what is left to a finalizer paces the collections.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    /// <exception cref="InsufficientMemoryException">The system gives no more memory.</exception>
    public static nint Rent(long byteLength, bool comesBack = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(byteLength);
        var sizeClass = ClassOf(byteLength);
        var size = SizeOf(sizeClass);
        var address = Free[sizeClass].Pop();
        if (address == 0)
        {
            address = Grow(sizeClass, byteLength);
        }

        if (!comesBack)
        {
            // A lost update does no harm here: this only paces the collections.
            Volatile.Write(ref rentedSinceCollection, Volatile.Read(ref rentedSinceCollection) + size);
        }

        var rented = Interlocked.Add(ref bytesRented, size);
        var peak = Volatile.Read(ref peakBytesRented);
        while (rented > peak)
        {
            peak = Interlocked.CompareExchange(ref peakBytesRented, rented, peak);
        }

        return address;
    }

    /// <summary>Gives memory back; the length is the one that was asked for.</summary>
    public static void Return(nint address, long byteLength)
    {
        var sizeClass = ClassOf(byteLength);
        Free[sizeClass].Push(address);
        Interlocked.Add(ref bytesRented, -SizeOf(sizeClass));
    }

    /// <summary>Gives the memory that nobody uses back to the system.</summary>
    public static void Trim()
    {
        for (var sizeClass = 0; sizeClass < ClassCount; sizeClass++)
        {
            for (var block = Free[sizeClass].Pop(); block != 0; block = Free[sizeClass].Pop())
            {
                NativeMemory.AlignedFree((void*)block);
                Interlocked.Add(ref bytesHeld, -SizeOf(sizeClass));
            }
        }

        // What is in use doubles from here.
        var most = 2 * Volatile.Read(ref bytesRented);
        Volatile.Write(ref fullCollectionBound, Math.Min(most, Volatile.Read(ref fullCollectionBound)));
    }

    /// <summary>The class of the smallest blocks that hold a length: 64, 80, 96, 112, 128, 160, … bytes, rounded to the alignment.</summary>
    internal static int ClassOf(long byteLength)
    {
        var last = (ulong)Math.Max(byteLength, Alignment) - 1;
        var doubling = BitOperations.Log2(last);
        return 4 * (doubling - 5) + (int)(last >> (doubling - 2) & 3) - 3;
    }

    /// <summary>The bytes of a block of a class.</summary>
    internal static long SizeOf(int sizeClass)
    {
        var doubling = (sizeClass + 3) / 4 + 5;
        var quarters = (sizeClass + 3) % 4 + 5;
        return (long)quarters << (doubling - 2);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static nint Grow(int sizeClass, long byteLength)
    {
        var size = SizeOf(sizeClass);
        var since = Volatile.Read(ref rentedSinceCollection) + size;

        // What outlived two collections is found only by a full one.
        var wanted = Volatile.Read(ref bytesHeld) + size;
        var isFull = wanted > Math.Max(Volatile.Read(ref fullCollectionBound), 4 * CollectionBudget);
        if (since > (isFull ? CollectionBudget / 16 : CollectionBudget))
        {
            var address = Collect(isFull ? 2 : 1, sizeClass);
            if (address != 0)
            {
                return address;
            }
        }

        var fresh = Allocate(size);
        if (fresh == 0)
        {
            fresh = Collect(2, sizeClass);
        }

        if (fresh == 0)
        {
            Trim();
            fresh = Allocate(size);
        }

        return fresh != 0
            ? fresh
            : throw new InsufficientMemoryException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The system gives no memory for {byteLength:N0} bytes; {Statistics.BytesRented:N0} bytes are in use. Use smaller batches, or keep fewer tensors alive."
                )
            );
    }

    private static nint Allocate(long size)
    {
        try
        {
            var alignment = HugePages.AlignmentOf(size, Alignment);
            var address = (nint)NativeMemory.AlignedAlloc((nuint)size, (nuint)alignment);
            HugePages.Advise(address, size);
            Interlocked.Add(ref bytesHeld, size);
            return address;
        }
        catch (OutOfMemoryException)
        {
            return 0;
        }
    }

    /// <summary>Collects garbage and takes a block that a finalizer gave back, if one did.</summary>
    private static nint Collect(int generation, int sizeClass)
    {
        Volatile.Write(ref rentedSinceCollection, 0);
        var marker = new StrongBox<bool>();
        LeaveBehind(marker);
        GC.Collect(generation, GCCollectionMode.Forced, blocking: true);
        // Not WaitForPendingFinalizers: a finalizer of the user's may wait for a lock that this thread holds. A full
        // collection is rare, and waits longer, for all of them.
        var isFull = generation == 2;
        var inUse = Volatile.Read(ref bytesRented);
        var began = Environment.TickCount64;
        for (var wait = 0; ; wait++)
        {
            var isOver =
                Volatile.Read(ref marker.Value) || (isFull ? Environment.TickCount64 - began > 500 : wait == 20);
            if (isFull && isOver)
            {
                SetBound(inUse);
            }

            var address = isOver || !isFull ? Free[sizeClass].Pop() : 0;
            if (address != 0 || isOver)
            {
                return address;
            }

            Thread.Sleep(wait < 10 ? 0 : 1);
        }
    }

    /// <summary>Says when the next full collection pays: when what is in use may have doubled, or, where this one found little, since sizes change, a budget from here.</summary>
    private static void SetBound(long inUseBefore)
    {
        var inUse = Volatile.Read(ref bytesRented);
        var foundLittle = inUseBefore - inUse < CollectionBudget / 4;
        var bound = Math.Max(2 * inUse, foundLittle ? Volatile.Read(ref bytesHeld) + CollectionBudget : 0);
        Volatile.Write(ref fullCollectionBound, bound);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LeaveBehind(StrongBox<bool> marker) => _ = new Marker(marker);

    /// <summary>Garbage whose finalizer tells that finalizers have run.</summary>
    private sealed class Marker(StrongBox<bool> done)
    {
        ~Marker() => Volatile.Write(ref done.Value, true);
    }

    [StructLayout(LayoutKind.Sequential, Size = Alignment)]
    private struct FreeList
    {
        private nint first;
        private int isTaken;

        public nint Pop()
        {
            if (Volatile.Read(ref first) == 0)
            {
                return 0;
            }

            Enter();
            var block = first;
            if (block != 0)
            {
                first = *(nint*)block;
            }

            Volatile.Write(ref isTaken, 0);
            return block;
        }

        public void Push(nint block)
        {
            Enter();
            *(nint*)block = first;
            first = block;
            Volatile.Write(ref isTaken, 0);
        }

        private void Enter()
        {
            if (Interlocked.CompareExchange(ref isTaken, 1, 0) != 0)
            {
                var spin = default(SpinWait);
                while (Interlocked.CompareExchange(ref isTaken, 1, 0) != 0)
                {
                    spin.SpinOnce(sleep1Threshold: -1);
                }
            }
        }
    }
}
