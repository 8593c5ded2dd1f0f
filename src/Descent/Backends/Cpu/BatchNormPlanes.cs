using System.Runtime.CompilerServices;
using Descent.Numerics;

namespace Descent.Backends.Cpu;

/// <summary>Where the planes of normalised elements go.</summary>
internal unsafe interface IPlaneTarget<TElement>
    where TElement : unmanaged
{
    /// <summary>Elements of memory that <see cref="Write"/> needs for itself.</summary>
    long BufferLength { get; }

    /// <summary>Whether a plane is better written past the cache.</summary>
    bool IsStreamed { get; }

    /// <summary>Writes what becomes of the plane of a number: its terms.</summary>
    void Write<TTerm, T>(TElement* from, long plane, TElement* buffer, in TTerm term)
        where TTerm : struct, ITerm<T>
        where T : struct, IMemoryLanes<T, TElement>;
}

/// <summary>Where the planes of gradients come from.</summary>
internal unsafe interface IPlaneSource<TElement>
    where TElement : unmanaged
{
    /// <summary>Elements of memory that <see cref="Read"/> needs for itself.</summary>
    long BufferLength { get; }

    /// <summary>The plane of a number: where it lies, or a copy made in the buffer.</summary>
    TElement* Read(long plane, TElement* buffer);
}

/// <summary>Planes as they are, one after the other.</summary>
internal readonly unsafe struct WholePlanes<TElement>(TElement* first, long length, bool streams)
    : IPlaneTarget<TElement>,
        IPlaneSource<TElement>
    where TElement : unmanaged
{
    public long BufferLength => 0;

    public bool IsStreamed => streams;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write<TTerm, T>(TElement* from, long plane, TElement* buffer, in TTerm term)
        where TTerm : struct, ITerm<T>
        where T : struct, IMemoryLanes<T, TElement> =>
        RowMap.Run<TTerm, T, TElement>(from, null, first + plane * length, length, term, streams);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TElement* Read(long plane, TElement* buffer) => first + plane * length;
}
